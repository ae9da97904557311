import { type Cell, ErrorCode, MapiError, PidTagMessageClass } from '@bourse/mapi'
import { and, type Condition, equals, or, startsWith } from '../mail/condition.ts'
import type { DeleteOptions, MailFolder } from '../mail/folder.ts'
import type { MailMessage } from '../mail/message.ts'
import type { OrderBy } from '../mail/order.ts'
import { removeAll, setAll } from '../mail/problems.ts'
import type { Property } from '../mail/property.ts'
import type { Assignment } from '../mail/set-named.ts'
import { type Item, type ItemBody, type ItemContent, type ItemKind, valuesOf } from './item.ts'
import { sameValue } from './same-value.ts'

export interface ItemsQuery {
  /** Only items that meet this condition. */
  readonly where?: Condition
  readonly orderBy?: OrderBy
  /** At most this many. */
  readonly limit?: number
  readonly signal?: AbortSignal
}

/** The items of one kind in a folder. */
export class ItemFolder<F extends object, C extends ItemBody = ItemContent<F>> implements AsyncDisposable {
  readonly folder: MailFolder
  readonly #kind: ItemKind<F, C>

  constructor(folder: MailFolder, kind: ItemKind<F, C>) {
    this.folder = folder
    this.#kind = kind
  }

  /** Lists the items of this kind. */
  async *list(query: ItemsQuery = {}): AsyncGenerator<Item<F, C>, void, undefined> {
    const { where, ...others } = query
    const { messageClass, properties, needsMessage } = this.#kind
    const ofKind = or(
      equals(PidTagMessageClass, messageClass),
      startsWith(PidTagMessageClass, `${messageClass}.`),
    )
    for await (const row of this.folder.messages({
      ...others,
      select: properties,
      where: where === undefined ? ofKind : and(ofKind, where),
    })) {
      const values = valuesOf(row)
      yield needsMessage?.(values) === true
        ? await this.get(row.id)
        : this.#item(row.id, this.#kind.read(values))
    }
  }

  /** Reads one item. Rejects with `NotFound`, and with `InvalidObject` if it is of another kind. */
  async get(id: bigint): Promise<Item<F, C>> {
    await using message = await this.folder.openMessage(id)
    return this.#item(id, await this.#fields(message))
  }

  async create(content: C): Promise<Item<F, C>> {
    const { store } = this.folder
    const { fields, text, html } = this.#kind.prepare(content, undefined)
    await using message = await store.createMessage(this.folder.id)
    await setAll(message.raw, [[PidTagMessageClass, this.#kind.messageClass]])
    await this.#assign(message, [
      ...(await this.#kind.create(store, fields)),
      ...this.#kind.write(fields).filter(([, value]) => value !== undefined),
    ])
    await writeBody(message, text, html)
    return this.get(await message.save())
  }

  /** Changes the fields that are given, and gives the item as it is then. */
  async change(id: bigint, changes: C): Promise<Item<F, C>> {
    await using message = await this.folder.openMessage(id)
    const before = await this.#fields(message)
    const { fields, text, html } = this.#kind.prepare(changes, before)
    const after = { ...before, ...fields }
    // Only what differs is written, so that what other programs keep in the item stays as it is.
    const old = this.#kind.write(before)
    const wanted = this.#kind.write(after)
    await this.#assign(
      message,
      wanted.filter(([, value], i) => !sameValue(value, old[i]![1])),
    )
    await writeBody(message, text, html)
    await this.#kind.changed?.(message, before, after)
    await message.save()
    return this.#item(id, await this.#fields(message))
  }

  delete(id: bigint, options?: DeleteOptions): Promise<void> {
    return this.folder.deleteMessages([id], options)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.folder[Symbol.asyncDispose]()
  }

  async #fields(message: MailMessage): Promise<F> {
    const { messageClass, properties } = this.#kind
    const [found, read] = await Promise.all([message.get(PidTagMessageClass), message.read(properties)])
    if (!isOfClass(found ?? '', messageClass)) {
      throw new MapiError(ErrorCode.InvalidObject, { message: `the message is of class ${found}` })
    }
    return this.#kind.read(valuesOf(read))
  }

  /** Sets the properties that have a value, and removes the others. */
  async #assign(message: MailMessage, assignments: readonly Assignment[]): Promise<void> {
    const { tags } = message.store
    const given = assignments.filter(([, value]) => value !== undefined)
    const missing = assignments.filter(([, value]) => value === undefined)
    const [set, removed] = await Promise.all([
      tags.tags(given.map(propertyOf), { create: true }),
      tags.tags(missing.map(propertyOf)),
    ])
    await removeAll(message.raw, removed)
    await setAll(
      message.raw,
      given.map(([, value], i) => [set[i]!, value as Cell] as const),
    )
  }

  #item(id: bigint, fields: F): Item<F, C> {
    const open = () => this.folder.openMessage(id)
    return {
      ...fields,
      id,
      folder: this.folder,
      change: (changes: C) => this.change(id, changes),
      delete: (options?: DeleteOptions) => this.delete(id, options),
      open,
      text: async () => {
        await using message = await open()
        return message.text()
      },
    }
  }
}

/** Gives a message a body, if there is one to give. */
export async function writeBody(
  message: MailMessage,
  text: string | undefined,
  html: string | undefined,
): Promise<void> {
  if (html !== undefined) await message.setHtml(html)
  else if (text !== undefined) await message.setText(text)
}

function propertyOf([property]: Assignment): Property {
  return property
}

function isOfClass(messageClass: string, wanted: string): boolean {
  const found = messageClass.toLowerCase()
  return found === wanted.toLowerCase() || found.startsWith(`${wanted.toLowerCase()}.`)
}
