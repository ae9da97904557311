import {
  type AddressBook,
  addAddressProperties,
  ErrorCode,
  MapiError,
  PidTagAddressType,
  PidTagDisplayName,
  PidTagDisplayType,
  PidTagEmailAddress,
  PidTagEntryId,
  PidTagObjectType,
  PidTagSearchKey,
  PidTagSmtpAddress,
  PropertyBag,
  type Recipient,
  RecipientType,
  recipientKind,
} from '@bourse/mapi'
import type { MapiRecipient, RecipientClass } from './types.ts'

/** What a recipient of a message needs. */
export const RECIPIENT_COLUMNS = [
  PidTagEntryId,
  PidTagDisplayName,
  PidTagAddressType,
  PidTagEmailAddress,
  PidTagSmtpAddress,
  PidTagSearchKey,
  PidTagDisplayType,
  PidTagObjectType,
] as const

const CLASSES: readonly RecipientClass[] = ['originator', 'to', 'cc', 'bcc']

/** `TYPE:address`, as MapiRecipDesc has it. */
const TYPED = /^([A-Za-z0-9]{1,20}):(.+)$/

/**
 * The properties of somebody: what their address says, or what the address book says of their name. Throws `AmbiguousRecipient` or
 * `NotFound`.
 */
export async function resolve(book: AddressBook, recipient: MapiRecipient): Promise<PropertyBag> {
  const { name, address, entryId } = recipient
  if (address !== undefined && address !== '') {
    const [, type = 'SMTP', email = address] = TYPED.exec(address) ?? []
    const properties = new PropertyBag()
      .set(PidTagDisplayName, name === '' ? email : name)
      .set(PidTagAddressType, type.toUpperCase())
      .set(PidTagEmailAddress, email)
    if (entryId !== undefined) properties.set(PidTagEntryId, entryId)
    addAddressProperties(properties)
    return properties
  }
  if (entryId !== undefined) {
    const [row] = await book.getEntries([entryId], RECIPIENT_COLUMNS)
    if (row !== undefined) return new PropertyBag(RECIPIENT_COLUMNS.map((tag, i) => [tag, row.cells[i]]))
  }
  const [found] = await book.resolveNames([name], RECIPIENT_COLUMNS)
  if (found?.kind === 'ambiguous') {
    throw new MapiError(ErrorCode.AmbiguousRecipient, {
      message: `The address book has several entries for "${name}".`,
    })
  }
  if (found?.kind !== 'resolved') {
    throw new MapiError(ErrorCode.NotFound, { message: `Nobody in the address book is called "${name}".` })
  }
  const { entry } = found
  return new PropertyBag(entry.columns.map((tag, i) => [tag, entry.cells[i]]))
}

/** Somebody as Simple MAPI describes them. */
export function describe(properties: PropertyBag, recipClass: RecipientClass): MapiRecipient {
  const email = properties.get(PidTagEmailAddress)
  const entryId = properties.get(PidTagEntryId)
  return {
    recipClass,
    name: properties.get(PidTagDisplayName) ?? email ?? '',
    ...(email === undefined ? {} : { address: `${properties.get(PidTagAddressType) ?? 'SMTP'}:${email}` }),
    ...(entryId === undefined ? {} : { entryId }),
  }
}

export function describeRecipient({ type, properties }: Recipient): MapiRecipient {
  return describe(properties, CLASSES[recipientKind(type)] ?? 'to')
}

export function typeOf(recipClass: RecipientClass): number {
  return {
    originator: RecipientType.Originator,
    to: RecipientType.To,
    cc: RecipientType.Cc,
    bcc: RecipientType.Bcc,
  }[recipClass]
}
