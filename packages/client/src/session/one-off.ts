import {
  addAddressProperties,
  PidTagAddressType,
  PidTagDisplayName,
  PidTagDisplayType,
  PidTagEmailAddress,
  PidTagObjectType,
  PidTagSmtpAddress,
  PropertyBag,
} from '@bourse/mapi'

/** An Internet address, alone or behind a name: `Ann Adams <ann@example.com>`. */
const INTERNET = /^(?:"?([^"<>]*?)"?\s*<([^<>\s@]+@[^<>\s@]+)>|([^<>\s@]+@[^<>\s@]+))$/

/** The form of one-off addresses: `Ann Adams[FAX:+1 555 0100]`. */
const TYPED = /^(.*?)\[([A-Za-z0-9]{1,20}):(.+)\]$/

/** PidTagObjectType of somebody who gets mail ([MS-OXOABK] 2.2.3.10). */
const MAILUSER = 6
/** PidTagDisplayType of somebody who gets mail ([MS-OXOABK] 2.2.3.11). */
const DT_MAILUSER = 0

/** The properties of somebody who is in no address book but whose address is given; `undefined` if the text is no address. */
export function oneOffProperties(text: string): PropertyBag | undefined {
  const trimmed = text.trim()
  const internet = INTERNET.exec(trimmed)
  const typed = internet === null ? TYPED.exec(trimmed) : null
  const address = internet?.[2] ?? internet?.[3] ?? typed?.[3]?.trim()
  if (!address) return undefined
  const name = (internet?.[1] ?? typed?.[1] ?? '').trim()
  const type = typed?.[2]?.toUpperCase() ?? 'SMTP'
  const properties = new PropertyBag()
    .set(PidTagDisplayName, name === '' ? address : name)
    .set(PidTagAddressType, type)
    .set(PidTagEmailAddress, address)
    .set(PidTagObjectType, MAILUSER)
    .set(PidTagDisplayType, DT_MAILUSER)
  if (type === 'SMTP') properties.set(PidTagSmtpAddress, address)
  addAddressProperties(properties)
  return properties
}
