import { type Clock, memoryTable } from '@bourse/client'
import {
  type AddressBook,
  type AddressBookContainer,
  type Columns,
  type DeliveryOutcome,
  ErrorCode,
  MapiError,
  type Message,
  type MessageStore,
  type MessageStoreProvider,
  type NameResolution,
  PidTagDisplayName,
  PidTagEmailAddress,
  PidTagEntryId,
  PidTagSubject,
  PropertyBag,
  type Recipient,
  Row,
  type Transport,
  type TransportProvider,
} from '@bourse/mapi'

/** What a fake transport was asked to send. */
export interface Sent {
  readonly subject: string | undefined
  readonly addresses: readonly string[]
}

export interface FakeTransport extends Transport {
  readonly sent: Sent[]
  /** What becomes of an address; sent if left out. May throw. */
  answer: (address: string) => DeliveryOutcome
  isClosed: boolean
}

/** A transport that sends nowhere and remembers what it was given. */
export function fakeTransport(...addressTypes: readonly string[]): FakeTransport {
  const transport: FakeTransport = {
    addressTypes,
    sent: [],
    isClosed: false,
    answer: () => ({ kind: 'sent' }),
    async send(message: Message, recipients: readonly Recipient[]) {
      const addresses = recipients.map(({ properties }) => properties.get(PidTagEmailAddress) ?? '')
      transport.sent.push({ subject: await message.get(PidTagSubject), addresses })
      return recipients.map((recipient, i) => ({ recipient, outcome: transport.answer(addresses[i]!) }))
    },
    async [Symbol.asyncDispose]() {
      transport.isClosed = true
    },
  }
  return transport
}

export function transportProvider(
  name: string,
  open: () => Promise<Transport> | Transport,
): TransportProvider {
  return { kind: 'transport', name, open: async () => open() }
}

/** A provider of stores that fails until it is let open one. */
export function storeProvider(name: string, open: () => Promise<MessageStore>): MessageStoreProvider {
  return { kind: 'messageStore', name, open }
}

/** Entry IDs of a book: the same sixteen bytes in all of them, then the number of the entry. */
export function entryIdOf(book: number, entry: number): Uint8Array {
  return Uint8Array.from([0, 0, 0, 0, ...Array.from({ length: 16 }, () => book), entry])
}

/** An address book of names, whose entries are numbered. `book` tells it apart from others. */
export function fakeBook(book: number, names: readonly string[]): AddressBook {
  const entries = names.map(
    (name, i) =>
      new PropertyBag([
        [PidTagEntryId, entryIdOf(book, i)],
        [PidTagDisplayName, name],
      ]),
  )
  const rowOf = (entry: PropertyBag, columns: Columns) =>
    new Row(
      columns,
      columns.map((tag) => entry.cell(tag)),
    )
  const find = (entryId: Uint8Array) =>
    entries.find((entry) => String(entry.get(PidTagEntryId)) === String(entryId))
  const container = { entryId: entryIdOf(book, 255) } as AddressBookContainer
  const known: Partial<AddressBook> = {
    hierarchyTable: async () =>
      memoryTable([
        new PropertyBag([
          [PidTagEntryId, container.entryId],
          [PidTagDisplayName, `Book ${book}`],
        ]),
      ]),
    creationTemplates: async () => [],
    openContainer: async (entryId) => {
      if (entryId !== undefined && String(entryId) !== String(container.entryId))
        throw new MapiError(ErrorCode.NotFound)
      return container
    },
    openEntry: async (entryId) => {
      const entry = find(entryId)
      if (entry === undefined) throw new MapiError(ErrorCode.NotFound)
      return { entryId, get: async (tag) => entry.get(tag) } as Awaited<ReturnType<AddressBook['openEntry']>>
    },
    async getEntries(entryIds, columns) {
      return entryIds.map((entryId) => {
        const entry = find(entryId)
        return entry === undefined ? undefined : (rowOf(entry, columns) as Row<typeof columns>)
      })
    },
    entryIdsOfDns: async (dns) =>
      dns.map((dn) => entries.find((entry) => entry.get(PidTagDisplayName) === dn)?.get(PidTagEntryId)),
    resolveNames: async (wanted, columns) =>
      wanted.map((name): NameResolution => {
        const found = entries.filter((entry) => entry.get(PidTagDisplayName)!.startsWith(name))
        if (found.length > 1) return { kind: 'ambiguous' }
        return found[0] === undefined
          ? { kind: 'unresolved' }
          : { kind: 'resolved', entry: rowOf(found[0], columns) }
      }),
    async getMatches(_restriction, columns) {
      return entries.map((entry) => rowOf(entry, columns) as Row<typeof columns>)
    },
    compare: async (a, b) => a.at(-1)! - b.at(-1)!,
    sortEntries: async (entryIds) => [...entryIds].sort((a, b) => a.at(-1)! - b.at(-1)!),
    queryColumns: async () => [PidTagEntryId, PidTagDisplayName],
    getServerUrl: async () => {
      throw new MapiError(ErrorCode.NotSupported)
    },
    prepareRecipients: async (recipients) =>
      recipients.map((recipient) =>
        names.includes(recipient.properties.get(PidTagDisplayName) ?? '') ? recipient : undefined,
      ),
    [Symbol.asyncDispose]: async () => {},
  }
  return known as AddressBook
}

/** A clock that goes on when it is told to. */
export interface FakeClock extends Clock {
  /** Lets time pass, and what is due then happen, in order. */
  advance(milliseconds: number): Promise<void>
}

export function fakeClock(start = 1_700_000_000_000): FakeClock {
  let now = start
  const timers = new Set<{ readonly at: number; readonly callback: () => void }>()
  return {
    now: () => now,
    after(milliseconds, callback) {
      const timer = { at: now + milliseconds, callback }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    async advance(milliseconds) {
      const end = now + milliseconds
      for (;;) {
        await idle()
        const next = [...timers].sort((a, b) => a.at - b.at)[0]
        if (next === undefined || next.at > end) break
        timers.delete(next)
        now = Math.max(now, next.at)
        next.callback()
      }
      now = end
    },
  }
}

/** Lets all go on that does not wait for time. */
async function idle(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
}
