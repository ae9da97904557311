import {
  type AddressBook,
  AddressType,
  addAddressProperties,
  ErrorCode,
  MapiError,
  type Message,
  PidTagAddressType,
  PidTagDisplayName,
  PidTagDisplayType,
  PidTagEmailAddress,
  PidTagEntryId,
  PidTagObjectType,
  PidTagRecipientDisplayName,
  PidTagSearchKey,
  PidTagSendRichInfo,
  PidTagSmtpAddress,
  PropertyBag,
  type Recipient,
  type RecipientChange,
  RecipientType,
  type Row,
  recipientKind,
} from '@bourse/mapi'

export type RecipientKind = 'to' | 'cc' | 'bcc'

/** One of those to whom a message goes. */
export interface MailRecipient {
  /** `originator` appears in reports only. */
  readonly kind: RecipientKind | 'originator'
  readonly name: string
  /** The SMTP address, if it is known. */
  readonly address: string | undefined
  /** The recipient as the object model has it. */
  readonly raw: Recipient
}

/**
 * To whom a message is to go: an address (`ann@example.com`, `Ann Adams <ann@example.com>`), a name that is looked up in the address
 * book (`Ann Adams`), an address with its name, a row of the address book, or a recipient of another message.
 */
export type Addressee = string | { readonly address: string; readonly name?: string } | Row | MailRecipient

/** One or several {@link Addressee}s. */
export type Addressees = Addressee | readonly Addressee[]

const TYPES = { to: RecipientType.To, cc: RecipientType.Cc, bcc: RecipientType.Bcc } as const

const KINDS: Readonly<Record<number, MailRecipient['kind']>> = {
  [RecipientType.Originator]: 'originator',
  [RecipientType.To]: 'to',
  [RecipientType.Cc]: 'cc',
  [RecipientType.Bcc]: 'bcc',
}

/** What a recipient needs to know of an entry of the address book. */
const ENTRY_COLUMNS = [
  PidTagEntryId,
  PidTagDisplayName,
  PidTagAddressType,
  PidTagEmailAddress,
  PidTagSmtpAddress,
  PidTagDisplayType,
  PidTagObjectType,
  PidTagSearchKey,
  PidTagSendRichInfo,
] as const

/** The recipients of a message, in their order. */
export async function readRecipients(message: Message): Promise<MailRecipient[]> {
  return (await message.getRecipients()).map(toMailRecipient)
}

export function toMailRecipient(raw: Recipient): MailRecipient {
  const { properties } = raw
  const address = smtpAddressOf(properties)
  return {
    kind: KINDS[recipientKind(raw.type)] ?? 'to',
    name: properties.get(PidTagDisplayName) ?? properties.get(PidTagRecipientDisplayName) ?? address ?? '',
    address,
    raw,
  }
}

/** The SMTP address of a recipient or entry, if it is known. */
export function smtpAddressOf(properties: PropertyBag): string | undefined {
  const smtp = properties.get(PidTagSmtpAddress)
  if (smtp !== undefined && smtp !== '') return smtp
  const isSmtp = properties.get(PidTagAddressType)?.toUpperCase() === AddressType.Smtp
  return isSmtp ? properties.get(PidTagEmailAddress) : undefined
}

/** Adds recipients to a message. */
export async function addRecipients(
  message: Message,
  kind: RecipientKind,
  addressees: Addressees,
  addressBook: AddressBook | undefined,
): Promise<void> {
  const present = await message.getRecipients()
  const next = present.reduce((max, { rowId }) => Math.max(max, rowId + 1), 0)
  await addRows(message, [[kind, addressees]], addressBook, next)
}

/** Adds recipients to a message that has none. */
export async function setFirstRecipients(
  message: Message,
  recipients: readonly (readonly [RecipientKind, Addressees])[],
  addressBook: AddressBook | undefined,
): Promise<void> {
  await addRows(message, recipients, addressBook, 0)
}

async function addRows(
  message: Message,
  recipients: readonly (readonly [RecipientKind, Addressees])[],
  addressBook: AddressBook | undefined,
  firstRow: number,
): Promise<void> {
  const resolved = await Promise.all(
    recipients.map(async ([kind, addressees]) => {
      const bags = await addressProperties(addressees, addressBook)
      return bags.map((properties) => ({ type: TYPES[kind], properties }))
    }),
  )
  const changes = resolved.flat().map((recipient, i): RecipientChange => {
    const rowId = firstRow + i
    return { rowId, recipient: { rowId, ...recipient } }
  })
  if (changes.length > 0) await message.modifyRecipients(changes)
}

/** Puts recipients of one kind in the place of those of that kind that a message has. */
export async function replaceRecipients(
  message: Message,
  kind: RecipientKind,
  addressees: Addressees,
  addressBook: AddressBook | undefined,
): Promise<void> {
  const present = await message.getRecipients()
  const old = present.filter(({ type }) => recipientKind(type) === TYPES[kind])
  if (old.length > 0) await message.modifyRecipients(old.map(({ rowId }) => ({ rowId })))
  await addRecipients(message, kind, addressees, addressBook)
}

/**
 * The properties by which addressees are sent to. Rejects with `NotFound` for a name that the address book does not have, and
 * with `AmbiguousRecipient` for one that stands for several.
 */
export async function addressProperties(
  addressees: Addressees,
  addressBook: AddressBook | undefined,
): Promise<PropertyBag[]> {
  const list = isList(addressees) ? addressees : [addressees]
  return Promise.all(list.map((addressee) => toProperties(addressee, addressBook)))
}

function isList(addressees: Addressees): addressees is readonly Addressee[] {
  return Array.isArray(addressees)
}

async function toProperties(
  addressee: Addressee,
  addressBook: AddressBook | undefined,
): Promise<PropertyBag> {
  if (typeof addressee === 'string') {
    const parsed = parseAddress(addressee)
    return parsed === undefined ? resolveName(addressee, addressBook) : oneOff(parsed)
  }
  if ('raw' in addressee) return new PropertyBag(addressee.raw.properties)
  if ('address' in addressee) return oneOff(addressee)
  return fromEntry(addressee)
}

/** `Name <address>`, `"Name" <address>` or an address; `undefined` for anything else. */
export function parseAddress(text: string): { readonly address: string; readonly name?: string } | undefined {
  const parts = /^\s*(?:"([^"]*)"|([^<]*?))\s*<\s*([^<>\s]+@[^<>\s]+)\s*>\s*$/.exec(text)
  if (parts !== null) {
    const name = parts[1] ?? parts[2] ?? ''
    return name === '' ? { address: parts[3]! } : { address: parts[3]!, name }
  }
  const address = text.trim()
  return /^[^\s<>]+@[^\s<>]+$/.test(address) ? { address } : undefined
}

function oneOff({
  address,
  name = address,
}: {
  readonly address: string
  readonly name?: string
}): PropertyBag {
  const properties = new PropertyBag()
  properties.set(PidTagDisplayName, name)
  properties.set(PidTagAddressType, AddressType.Smtp)
  properties.set(PidTagEmailAddress, address)
  properties.set(PidTagSmtpAddress, address)
  addAddressProperties(properties)
  return properties
}

async function resolveName(name: string, addressBook: AddressBook | undefined): Promise<PropertyBag> {
  const [resolution] = (await addressBook?.resolveNames([name], ENTRY_COLUMNS)) ?? []
  if (resolution?.kind === 'resolved') return fromEntry(resolution.entry)
  throw resolution?.kind === 'ambiguous'
    ? new MapiError(ErrorCode.AmbiguousRecipient, { message: `several entries match ${name}` })
    : new MapiError(ErrorCode.NotFound, { message: `the address book does not have ${name}` })
}

function fromEntry(row: Row): PropertyBag {
  const properties = new PropertyBag()
  for (const tag of ENTRY_COLUMNS) {
    const value = row.get(tag)
    if (value !== undefined) properties.setCell(tag, value)
  }
  // The entry ID of an address book other than the organization's says nothing elsewhere; the address does.
  if (properties.get(PidTagAddressType) !== AddressType.Exchange) properties.delete(PidTagEntryId)
  addAddressProperties(properties)
  return properties
}
