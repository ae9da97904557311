import type { DeleteOptions, MailFolder } from '../mail/folder.ts'
import type { MailMessage } from '../mail/message.ts'
import type { Property } from '../mail/property.ts'
import type { Selection } from '../mail/selection.ts'
import type { Assignment } from '../mail/set-named.ts'
import type { MailStore } from '../mail/store.ts'

/** The values that the fields of an item are read from. */
export interface ItemValues {
  get<V>(property: Property<V>): V | undefined
}

/** Fields to be set, and the body in one of its formats. A field that is given as `undefined` is taken away. */
export type ItemContent<F> = { readonly [K in keyof F]?: F[K] | undefined } & ItemBody

/** The body of an item, in one of its formats. */
export interface ItemBody {
  readonly text?: string
  readonly html?: string
}

/** What a program gave for an item, as the item's fields. */
export interface PreparedContent<F> extends ItemBody {
  readonly fields: Partial<F>
}

/** How a kind of item (a contact, a task …) is kept in the properties of a message. `C` is what programs give for it. */
export interface ItemKind<F extends object, C extends ItemBody = ItemContent<F>> {
  /** PidTagMessageClass; classes derived from it are of this kind too. */
  readonly messageClass: string
  /** What the fields are read from. */
  readonly properties: readonly Property[]
  /** The fields that properties stand for. */
  read(values: ItemValues): F
  /** The properties that fields stand for, always the same ones in one order; one without a value is removed. */
  write(fields: Partial<F>): readonly Assignment[]
  /** What only a new item gets. */
  create(store: MailStore, fields: Partial<F>): Promise<readonly Assignment[]>
  /** The fields of what a program gave; `before` is the item as it is, if there is one. */
  prepare(content: C, before: F | undefined): PreparedContent<F>
  /** A row of a table does not say enough, as long values are cut off there: the message is to be read. */
  needsMessage?(values: ItemValues): boolean
  /** What else is to be done on the message when fields change. */
  changed?(message: MailMessage, before: F, after: F): Promise<void>
}

/** What can be done with an item. */
export interface ItemActions<F extends object, C extends ItemBody = ItemContent<F>> {
  readonly id: bigint
  readonly folder: MailFolder
  /** Changes what is given, at once, and gives the item as it is then. */
  change(changes: C): Promise<Item<F, C>>
  delete(options?: DeleteOptions): Promise<void>
  /** Opens the message beneath. */
  open(): Promise<MailMessage>
  /** The body as plain text. */
  text(): Promise<string>
}

/** An item as it was when it was read: its fields, and what can be done with it. */
export type Item<F extends object, C extends ItemBody = ItemContent<F>> = Readonly<F> & ItemActions<F, C>

/** Tells the body of an item from its fields. */
export function splitContent<F extends object>({
  text,
  html,
  ...fields
}: ItemContent<F>): PreparedContent<F> {
  return {
    fields: fields as unknown as Partial<F>,
    ...(text === undefined ? {} : { text }),
    ...(html === undefined ? {} : { html }),
  }
}

/** What was read of a message or listed of it, whatever was selected. */
export function valuesOf(selection: Selection): ItemValues {
  return { get: <V>(property: Property<V>) => selection.get(property) as V | undefined }
}
