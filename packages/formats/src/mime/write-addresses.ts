import {
  type AddressGroup,
  AddressType,
  oneOffEntryId,
  PidTagAddressType,
  PidTagDisplayName,
  PidTagEmailAddress,
  PidTagEntryId,
  PidTagSmtpAddress,
  PropertyBag,
} from '@bourse/mapi'
import { DecodeError, decodeWith } from '@bourse/mapi/bytes'
import type { Mailbox } from './addresses.ts'
import type { WriteContext } from './write-options.ts'

const DEFAULT_ENCAPSULATION_DOMAIN = 'encapsulated.invalid'

/** The mailbox of somebody with the properties of a recipient; an address that is none of the Internet is encapsulated. */
export async function mailboxOf(properties: PropertyBag, context: WriteContext): Promise<Mailbox> {
  const oneOff = oneOffOf(properties.get(PidTagEntryId))
  const addressType = (properties.get(PidTagAddressType) ?? oneOff?.addressType ?? '').toUpperCase()
  const emailAddress = properties.get(PidTagEmailAddress) ?? oneOff?.emailAddress ?? ''
  const name = properties.get(PidTagDisplayName) ?? oneOff?.displayName ?? ''
  const known = properties.get(PidTagSmtpAddress)
  const isInternet = addressType === AddressType.Smtp || (addressType === '' && emailAddress.includes('@'))
  const address =
    known || (isInternet ? emailAddress : '') || (await context.options.smtpAddress?.(properties)) || ''
  if (address !== '') return { name: name === address ? '' : name, address }
  if (emailAddress === '' || isInternet) return { name, address: emailAddress }
  const domain = context.options.encapsulationDomain ?? DEFAULT_ENCAPSULATION_DOMAIN
  return { name, address: encapsulate(addressType, emailAddress, domain) }
}

/** The properties of a recipient that a group of a message holds; `undefined` if it is empty. */
export function groupProperties(message: PropertyBag, group: AddressGroup): PropertyBag | undefined {
  const properties = new PropertyBag([
    [PidTagDisplayName, message.get(group.name)],
    [PidTagAddressType, message.get(group.addressType)],
    [PidTagEmailAddress, message.get(group.emailAddress)],
    [PidTagEntryId, message.get(group.entryId)],
    [PidTagSmtpAddress, message.get(group.smtpAddress)],
  ])
  return properties.size === 0 ? undefined : properties
}

/** The one-off address in an entry ID; `undefined` for entry IDs of other kinds. */
export function oneOffOf(
  entryId: Uint8Array | undefined,
): { readonly displayName: string; readonly addressType: string; readonly emailAddress: string } | undefined {
  if (entryId === undefined) return undefined
  try {
    return decodeWith(oneOffEntryId, entryId)
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}

/** IMCEA encapsulation ([MS-OXCMAIL] 2.1.3.1.2): letters, digits, `-` and `=` as they are, `/` as `_`, other characters by `+` and two hexadecimal digits. */
export function encapsulate(addressType: string, address: string, domain: string): string {
  let local = ''
  for (const byte of new TextEncoder().encode(address)) {
    const character = String.fromCharCode(byte)
    if (/[A-Za-z0-9=-]/.test(character)) local += character
    else if (character === '/') local += '_'
    else local += `+${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return `IMCEA${addressType}-${local}@${domain}`
}
