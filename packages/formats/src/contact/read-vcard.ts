import {
  AttachMethod,
  fileTimeFromDate,
  type Message,
  type NamedProperty,
  PidLidEmail1AddressType,
  PidLidEmail1DisplayName,
  PidLidEmail2AddressType,
  PidLidEmail2DisplayName,
  PidLidEmail3AddressType,
  PidLidEmail3DisplayName,
  PidLidFileUnder,
  PidLidHasPicture,
  PidLidInstantMessagingAddress,
  PidNameKeywords,
  PidTagAttachDataBinary,
  PidTagAttachExtension,
  PidTagAttachLongFilename,
  PidTagAttachMethod,
  PidTagAttachmentContactPhoto,
  PidTagBirthday,
  PidTagBody,
  PidTagBusinessHomePage,
  PidTagCompanyName,
  PidTagDepartmentName,
  PidTagDisplayName,
  PidTagMessageClass,
  PidTagPersonalHomePage,
  PidTagSensitivity,
  PidTagSubject,
  PropertyBag,
  type PropertyTag,
  propertyTag,
} from '@bourse/mapi'
import ICAL from 'ical.js'
import type { PropertyNames } from '../property-names.ts'
import {
  ADDRESSES,
  type ContactProperty,
  EMAILS,
  NAME_COMPONENTS,
  TELEPHONES,
  TEXT_FIELDS,
} from './fields.ts'
import { normalizeVCard } from './normalize.ts'

/** The longest vCard that is read, in characters, its photo included. */
export const MAX_VCARD_LENGTH = 4 * 1024 * 1024
const SENSITIVITY: Readonly<Record<string, number>> = { PERSONAL: 1, PRIVATE: 2, CONFIDENTIAL: 3 }
/** Of each address: its address type and display name. */
const EMAIL_COMPANIONS = [
  [PidLidEmail1AddressType, PidLidEmail1DisplayName],
  [PidLidEmail2AddressType, PidLidEmail2DisplayName],
  [PidLidEmail3AddressType, PidLidEmail3DisplayName],
] as const

/** How a vCard is read. */
export interface ReadVCardOptions {
  /** Maps the names of named properties. Without it they are left out. */
  readonly names?: PropertyNames
}

/**
 * Reads the first vCard of a text, of version 2.1, 3.0 or 4.0, into a message, which becomes a contact ([MS-OXVCARD] 2.1.3). It is not saved. Returns
 * false, and changes nothing, if there is none. Rejects only with what `message` rejects with.
 */
export async function readVCard(
  text: string,
  message: Message,
  options: ReadVCardOptions = {},
): Promise<boolean> {
  const card = parse(text)
  if (card === undefined) return false
  const contact = new Contact()
  readCard(card, contact)
  await message.setProperties(await contact.bag(options.names))
  const photo = photoOf(card)
  if (photo !== undefined) await addPhoto(message, photo)
  return true
}

function parse(text: string): ICAL.Component | undefined {
  if (text.length > MAX_VCARD_LENGTH) return undefined
  const first = /BEGIN:VCARD\n?.*?\nEND:VCARD/is.exec(normalizeVCard(text))?.[0]
  if (first === undefined) return undefined
  try {
    const jcard = ICAL.parse(first) as unknown[]
    return new ICAL.Component((Array.isArray(jcard[0]) ? jcard[0] : jcard) as never)
  } catch {
    // The parser throws errors of all kinds at what is no vCard.
    return undefined
  }
}

/** The properties of a contact while they are collected. */
class Contact {
  readonly properties = new PropertyBag([[PidTagMessageClass, 'IPM.Contact']])
  readonly #named: (readonly [NamedProperty<unknown>, unknown])[] = []
  readonly #seen = new Set<unknown>()

  /** Sets a property unless the value is empty. */
  set<V>(property: PropertyTag<V> | NamedProperty<V>, value: V | undefined): void {
    if (value === undefined || value === '') return
    this.#seen.add(property)
    if (typeof property === 'number') this.properties.setCell(property, value as never)
    else this.#named.push([property, value])
  }

  has(property: unknown): boolean {
    return this.#seen.has(property)
  }

  /** Sets the first of several that is still free. */
  setFirst(properties: readonly ContactProperty[], value: string): void {
    const free = properties.find((property) => !this.has(property))
    if (free !== undefined) this.set(free, value)
  }

  async bag(names: PropertyNames | undefined): Promise<PropertyBag> {
    const ids = await names?.getPropertyIds(
      this.#named.map(([property]) => property),
      { create: true },
    )
    const bag = new PropertyBag(this.properties)
    for (const [i, [property, value]] of this.#named.entries()) {
      const id = ids?.[i] ?? 0
      if (id !== 0) bag.set(propertyTag(id, property.type) as PropertyTag<unknown>, value)
    }
    return bag
  }
}

function readCard(card: ICAL.Component, contact: Contact): void {
  const components = valuesOf(card.getFirstProperty('n'))
  for (const [i, tag] of NAME_COMPONENTS.entries()) contact.set(tag, components[i])
  const name = first(card, 'fn') || [components[1], components[0]].filter(Boolean).join(' ')
  contact.set(PidTagDisplayName, name)
  contact.set(PidTagSubject, name)
  contact.set(PidLidFileUnder, components[0] && components[1] ? `${components[0]}, ${components[1]}` : name)
  for (const [key, tag] of TEXT_FIELDS) contact.set(tag, first(card, key))
  const organization = valuesOf(card.getFirstProperty('org'))
  contact.set(PidTagCompanyName, organization[0])
  contact.set(PidTagDepartmentName, organization[1])
  contact.set(PidTagBody, first(card, 'note').replace(/\r\n?|\n/g, '\r\n'))
  contact.set(PidTagSensitivity, SENSITIVITY[first(card, 'class').toUpperCase()])
  readBirthday(card, contact)
  for (const property of card.getAllProperties('tel')) {
    const types = typesOf(property)
    const place = TELEPHONES.find(([wanted]) => wanted.every((type) => types.has(type)))!
    contact.setFirst(place[1], textOf(property).replace(/^tel:/i, ''))
  }
  for (const property of card.getAllProperties('adr')) readAddress(property, contact)
  for (const property of card.getAllProperties('url')) {
    contact.setFirst(
      typesOf(property).has('home')
        ? [PidTagPersonalHomePage]
        : [PidTagBusinessHomePage, PidTagPersonalHomePage],
      textOf(property),
    )
  }
  readEmails(card, contact, name)
  contact.set(PidLidInstantMessagingAddress, first(card, 'impp') || first(card, 'x-ms-imaddress'))
  const categories = card.getAllProperties('categories').flatMap((property) => valuesOf(property))
  if (categories.length > 0) contact.set(PidNameKeywords, categories)
  if (card.getFirstProperty('photo') !== null) contact.set(PidLidHasPicture, true)
}

function readEmails(card: ICAL.Component, contact: Contact, name: string): void {
  const addresses = card
    .getAllProperties('email')
    .map((property) => ({ address: textOf(property).trim(), isPreferred: typesOf(property).has('pref') }))
    .filter(({ address }) => address.includes('@'))
    .sort((a, b) => Number(b.isPreferred) - Number(a.isPreferred))
  for (const [i, { address }] of addresses.slice(0, EMAILS.length).entries()) {
    const [addressType, displayName] = EMAIL_COMPANIONS[i]!
    contact.set(EMAILS[i]!, address)
    contact.set(addressType, 'SMTP')
    contact.set(displayName, name || address)
  }
}

function readAddress(property: ICAL.Property, contact: Contact): void {
  const types = typesOf(property)
  const [, tags] = ADDRESSES.find(([type]) => type === '' || types.has(type))!
  const components = valuesOf(property)
  const STREET = 2
  // The extended address is a line of the street.
  const street = [components[1], components[STREET]].filter(Boolean).join('\r\n')
  for (const [i, tag] of tags.entries()) {
    const value = i === STREET ? street.replace(/\r\n?|\n/g, '\r\n') : components[i]
    if (tag !== undefined && !contact.has(tag)) contact.set(tag, value)
  }
}

function readBirthday(card: ICAL.Component, contact: Contact): void {
  const match = /(\d{4})-?(\d{2})-?(\d{2})/.exec(first(card, 'bday'))
  if (match === null) return
  const date = new Date(Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])))
  if (date.getUTCFullYear() >= 1601) contact.set(PidTagBirthday, fileTimeFromDate(date))
}

function first(card: ICAL.Component, name: string): string {
  const property = card.getFirstProperty(name)
  return property === null ? '' : textOf(property)
}

function textOf(property: ICAL.Property): string {
  return valuesOf(property).join(', ')
}

/** The components of a value, or its only one; nulls taken out. */
function valuesOf(property: ICAL.Property | null): string[] {
  if (property === null) return []
  // As they stand: what ICAL makes of dates throws at malformed ones.
  return (property.jCal.slice(3) as unknown[])
    .flat(2)
    .map((value) => String(value ?? '').replaceAll('\0', ''))
}

function typesOf(property: ICAL.Property): ReadonlySet<string> {
  const { type, pref } = property.jCal[1] as { readonly type?: unknown; readonly pref?: unknown }
  const listed = [type ?? []].flat().flatMap((value) => String(value).toLowerCase().split(','))
  return new Set(pref === undefined ? listed : [...listed, 'pref'])
}

interface Photo {
  readonly bytes: Uint8Array
  readonly extension: string
}

/** A photo that is in the vCard itself, in base64 or as a data: URI. */
function photoOf(card: ICAL.Component): Photo | undefined {
  const property = card.getFirstProperty('photo')
  if (property === null) return undefined
  const value = String((property.jCal as unknown as readonly unknown[])[3] ?? '')
  const uri = /^data:image\/(\w+);base64,(.*)$/is.exec(value)
  const isEncoded =
    uri !== null || /^b(?:ase64)?$/i.test(String(property.getFirstParameter('encoding') ?? ''))
  if (!isEncoded) return undefined
  const base64 = (uri?.[2] ?? value).replace(/[^A-Za-z0-9+/]/g, '')
  const type = (uri?.[1] ?? [...typesOf(property)][0] ?? 'jpeg').toLowerCase()
  return {
    bytes: Uint8Array.fromBase64(base64.length % 4 === 1 ? base64.slice(0, -1) : base64, {
      lastChunkHandling: 'loose',
    }),
    extension: /^\w{1,8}$/.test(type) ? `.${type === 'jpeg' ? 'jpg' : type}` : '.jpg',
  }
}

/** [MS-OXOCNTC] 2.2.1.8.1: an attachment that is the contact's picture. */
async function addPhoto(message: Message, { bytes, extension }: Photo): Promise<void> {
  await using attachment = await message.createAttachment()
  await attachment.setProperties([
    [PidTagAttachMethod, AttachMethod.byValue],
    [PidTagAttachLongFilename, `ContactPicture${extension}`],
    [PidTagAttachExtension, extension],
    [PidTagAttachmentContactPhoto, true],
    [PidTagAttachDataBinary, bytes],
  ])
  await attachment.save()
}
