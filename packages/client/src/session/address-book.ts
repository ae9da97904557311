import {
  type AddressBook,
  type AddressBookContainer,
  type AddressBookEntry,
  type AddressBookOrder,
  type Columns,
  ErrorCode,
  isMapiError,
  MapiError,
  type MatchesOptions,
  type NameResolution,
  PidTagContainerFlags,
  PidTagDepth,
  PidTagDisplayName,
  PidTagDisplayType,
  PidTagEntryId,
  PidTagObjectType,
  PropertyBag,
  type PropertyTag,
  type Recipient,
  type ResolveNamesOptions,
  type Restriction,
  Row,
  type Table,
} from '@bourse/mapi'
import { memoryTable } from '../table/index.ts'
import { oneOffProperties } from './one-off.ts'
import type { Service } from './service.ts'

/** What every row of a hierarchy table has at least ([MS-OXOABK] 2.2.2.1). */
const HIERARCHY_COLUMNS = [
  PidTagEntryId,
  PidTagDisplayName,
  PidTagContainerFlags,
  PidTagDepth,
  PidTagDisplayType,
  PidTagObjectType,
] as const

/** Errors by which an address book says that something is none of its own, or that it knows no such question. */
const NOT_MINE: ReadonlySet<number> = new Set([
  ErrorCode.NotFound,
  ErrorCode.InvalidEntryID,
  ErrorCode.UnknownEntryId,
  ErrorCode.InvalidObject,
  ErrorCode.InvalidParameter,
  ErrorCode.NotSupported,
  ErrorCode.NotImplemented,
])

/** Takes a line for the log. */
type Log = (level: 'warn', message: string) => void

/**
 * Several address books as one (MAPI's integrated address book), asked in the profile's order. One that cannot be reached is passed over
 * as long as another answers.
 */
export class MergedAddressBook implements AddressBook {
  readonly #services: readonly Service<AddressBook>[]
  readonly #log: Log
  /** Which book made an entry ID of this provider, as seen last. */
  readonly #makers = new Map<string, Service<AddressBook>>()
  readonly #containers = new WeakMap<AddressBookContainer, AddressBook>()

  constructor(services: readonly Service<AddressBook>[], log: Log) {
    this.#services = services
    this.#log = log
  }

  async hierarchyTable(): Promise<Table> {
    const columns = HIERARCHY_COLUMNS as Columns
    return memoryTable(
      async () => {
        const parts = await this.#ofAll(async (book) => {
          await using table = await book.hierarchyTable()
          const typed = await table.setColumns(columns)
          const rows: PropertyBag[] = []
          for await (const row of typed)
            rows.push(new PropertyBag(columns.map((tag, i) => [tag, row.cells[i]])))
          return rows
        })
        return parts.flat()
      },
      { columns },
    )
  }

  async creationTemplates(): Promise<readonly Row[]> {
    return (await this.#ofAll((book) => book.creationTemplates())).flat()
  }

  async openContainer(entryId?: Uint8Array): Promise<AddressBookContainer> {
    if (entryId === undefined) return this.#first((book) => this.#container(book, undefined))
    for await (const [service, book] of this.#open()) {
      if (await holdsContainer(book, entryId)) {
        this.#noteMaker(entryId, service)
        return this.#container(book, entryId)
      }
    }
    // Containers need not stand in the hierarchy.
    return this.#byEntryId(entryId, (book) => this.#container(book, entryId))
  }

  openEntry(entryId: Uint8Array): Promise<AddressBookEntry> {
    return this.#byEntryId(entryId, (book) => book.openEntry(entryId))
  }

  async getEntries<const C extends Columns>(
    entryIds: readonly Uint8Array[],
    columns: C,
  ): Promise<readonly (Row<C> | undefined)[]> {
    return this.#fill(entryIds, (book, left) => book.getEntries(left, columns))
  }

  async entryIdsOfDns(dns: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    return this.#fill(dns, (book, left) => book.entryIdsOfDns(left))
  }

  /**
   * Each name is looked for in one book after the other until one knows it, or knows several of it. What nobody knows but reads like an
   * address (`ann@example.com`, `Ann[FAX:+1 555 0100]`) becomes a one-off entry.
   */
  async resolveNames(
    names: readonly string[],
    columns: Columns,
    options: ResolveNamesOptions = {},
  ): Promise<readonly NameResolution[]> {
    const { container } = options
    const only = container === undefined ? undefined : this.#bookOf(container)
    if (only !== undefined) return only.resolveNames(names, columns, options)
    const found = await this.#fill(names, async (book, left) => {
      const answers = await book.resolveNames(left, columns, options)
      return answers.map((answer) => (answer.kind === 'unresolved' ? undefined : answer))
    })
    return found.map((answer, i) => answer ?? oneOff(names[i]!, columns))
  }

  /** Those of each book are in order, one book after the other. */
  async getMatches<const C extends Columns>(
    restriction: Restriction,
    columns: C,
    options: MatchesOptions = {},
  ): Promise<readonly Row<C>[]> {
    const { container, limit } = options
    const only = container === undefined ? undefined : this.#bookOf(container)
    if (only !== undefined) return only.getMatches(restriction, columns, options)
    const rows = (await this.#ofAll((book) => book.getMatches(restriction, columns, options))).flat()
    if (limit !== undefined && rows.length > limit) throw new MapiError(ErrorCode.TableTooBig)
    return rows
  }

  async compare(a: Uint8Array, b: Uint8Array, container?: AddressBookContainer): Promise<number> {
    const [left, right] = [await this.#makerOf(a), await this.#makerOf(b)]
    if (left !== right) return this.#services.indexOf(left) - this.#services.indexOf(right)
    return (await left.open()).compare(a, b, container)
  }

  /** Those of each book in order, one book after the other. */
  async sortEntries(
    entryIds: readonly Uint8Array[],
    order: AddressBookOrder,
  ): Promise<readonly Uint8Array[]> {
    const byService = new Map<Service<AddressBook>, Uint8Array[]>()
    for (const entryId of entryIds) {
      const maker = await this.#makerOf(entryId)
      byService.set(maker, [...(byService.get(maker) ?? []), entryId])
    }
    const sorted: Uint8Array[] = []
    for (const service of this.#services) {
      const own = byService.get(service)
      if (own !== undefined) sorted.push(...(await (await service.open()).sortEntries(own, order)))
    }
    return sorted
  }

  async queryColumns(): Promise<readonly PropertyTag[]> {
    return [...new Set((await this.#ofAll((book) => book.queryColumns())).flat())]
  }

  getTemplate(template: Parameters<AddressBook['getTemplate']>[0]): Promise<PropertyBag> {
    return this.#first((book) => book.getTemplate(template))
  }

  getServerUrl(service: 'mailbox' | 'addressBook', serverDn: string): Promise<string> {
    return this.#first((book) => book.getServerUrl(service, serverDn))
  }

  async prepareRecipients(recipients: readonly Recipient[]): Promise<readonly (Recipient | undefined)[]> {
    return this.#fill(recipients, (book, left) => book.prepareRecipients(left))
  }

  /** The books belong to the session, which closes them. */
  async [Symbol.asyncDispose](): Promise<void> {}

  async #container(book: AddressBook, entryId: Uint8Array | undefined): Promise<AddressBookContainer> {
    const container = await (entryId === undefined ? book.openContainer() : book.openContainer(entryId))
    this.#containers.set(container, book)
    return container
  }

  #bookOf(container: AddressBookContainer): AddressBook {
    const book = this.#containers.get(container)
    if (book === undefined) throw new MapiError(ErrorCode.InvalidObject)
    return book
  }

  /** The books that can be opened, in order. */
  async *#open(): AsyncGenerator<[Service<AddressBook>, AddressBook], void, undefined> {
    for (const service of this.#services) {
      if (service.isResting) continue
      const book = await service.open().catch(() => undefined)
      if (book !== undefined) yield [service, book]
    }
  }

  /** The answers of all books that answer. Rejects if none does, with the reason of the first. */
  async #ofAll<T>(ask: (book: AddressBook) => Promise<T>): Promise<readonly T[]> {
    const answers: T[] = []
    let failure: { readonly error: unknown } | undefined
    for await (const [service, book] of this.#open()) {
      try {
        answers.push(await ask(book))
      } catch (error) {
        failure ??= { error }
        this.#noteFailure(service, error)
      }
    }
    failure ??= this.#closedFailure()
    if (answers.length === 0 && failure !== undefined) throw failure.error
    return answers
  }

  /** The answer of the first book that has one. */
  async #first<T>(ask: (book: AddressBook) => Promise<T>): Promise<T> {
    let failure: { readonly error: unknown } | undefined
    for await (const [service, book] of this.#open()) {
      try {
        return await ask(book)
      } catch (error) {
        failure ??= { error }
        this.#noteFailure(service, error)
      }
    }
    failure ??= this.#closedFailure()
    throw failure === undefined ? new MapiError(ErrorCode.NotFound) : failure.error
  }

  /** Asks one book after the other for what those before it did not have. */
  async #fill<Q, A>(
    questions: readonly Q[],
    ask: (book: AddressBook, left: readonly Q[]) => Promise<readonly (A | undefined)[]>,
  ): Promise<readonly (A | undefined)[]> {
    const answers: (A | undefined)[] = questions.map(() => undefined)
    let left = questions.map((_, i) => i)
    if (left.length === 0) return answers
    let hasAnswered = false
    let failure: { readonly error: unknown } | undefined
    for await (const [service, book] of this.#open()) {
      try {
        const found = await ask(
          book,
          left.map((i) => questions[i]!),
        )
        for (const [at, i] of left.entries()) answers[i] = found[at]
        hasAnswered = true
      } catch (error) {
        failure ??= { error }
        this.#noteFailure(service, error)
      }
      left = left.filter((i) => answers[i] === undefined)
      if (left.length === 0) break
    }
    failure ??= this.#closedFailure()
    if (!hasAnswered && failure !== undefined) throw failure.error
    return answers
  }

  /** Asks the book that an entry ID seems to be of, then the others. */
  async #byEntryId<T>(entryId: Uint8Array, ask: (book: AddressBook) => Promise<T>): Promise<T> {
    const likely = this.#makers.get(makerKey(entryId))
    if (likely !== undefined) {
      try {
        return await ask(await likely.open())
      } catch (error) {
        if (!isNotMine(error)) throw error
      }
    }
    let failure: { readonly error: unknown } | undefined
    for await (const [service, book] of this.#open()) {
      if (service === likely) continue
      try {
        const answer = await ask(book)
        this.#noteMaker(entryId, service)
        return answer
      } catch (error) {
        // A book that fails says more than those that do not know the entry.
        if (failure === undefined || isNotMine(failure.error)) failure = { error }
        this.#noteFailure(service, error)
      }
    }
    throw failure === undefined || isNotMine(failure.error)
      ? new MapiError(ErrorCode.NotFound)
      : failure.error
  }

  async #makerOf(entryId: Uint8Array): Promise<Service<AddressBook>> {
    await this.#byEntryId(entryId, async (book) => {
      const [row] = await book.getEntries([entryId], [PidTagDisplayName])
      if (row === undefined) throw new MapiError(ErrorCode.NotFound)
    })
    return this.#makers.get(makerKey(entryId))!
  }

  #noteMaker(entryId: Uint8Array, service: Service<AddressBook>): void {
    this.#makers.set(makerKey(entryId), service)
  }

  #noteFailure(service: Service<AddressBook>, error: unknown): void {
    if (!isNotMine(error))
      this.#log('warn', `The address book "${service.name}" did not answer: ${String(error)}`)
  }

  /** Why a book that could not be opened could not, if there is one. */
  #closedFailure(): { readonly error: unknown } | undefined {
    const failed = this.#services.find((service) => service.error !== undefined)
    return failed === undefined ? undefined : { error: failed.error }
  }
}

function isNotMine(error: unknown): boolean {
  return isMapiError(error) && NOT_MINE.has(error.code)
}

/** Entry IDs of one provider have the same sixteen bytes after their flags ([MS-OXCDATA] 2.2). */
function makerKey(entryId: Uint8Array): string {
  return String.fromCharCode(...entryId.subarray(4, 20))
}

async function holdsContainer(book: AddressBook, entryId: Uint8Array): Promise<boolean> {
  await using table = await book.hierarchyTable()
  for await (const row of await table.setColumns([PidTagEntryId])) {
    const found = row.get(PidTagEntryId)
    if (found?.length === entryId.length && found.every((byte, i) => byte === entryId[i])) return true
  }
  return false
}

function oneOff(name: string, columns: Columns): NameResolution {
  const properties = oneOffProperties(name)
  if (properties === undefined) return { kind: 'unresolved' }
  return {
    kind: 'resolved',
    entry: new Row(
      columns,
      columns.map((tag) => properties.cell(tag)),
    ),
  }
}
