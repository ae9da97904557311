import {
  fileTimeToDate,
  type Message,
  type NamedProperty,
  PidLidInstantMessagingAddress,
  PidNameKeywords,
  PidTagAttachDataBinary,
  PidTagAttachExtension,
  PidTagAttachmentContactPhoto,
  PidTagBirthday,
  PidTagBody,
  PidTagBusinessHomePage,
  PidTagCompanyName,
  PidTagDepartmentName,
  PidTagDisplayName,
  PidTagPersonalHomePage,
  PidTagSensitivity,
  PropertyBag,
  type PropertyTag,
  propertyNameKey,
  propertyTag,
} from '@bourse/mapi'
import ICAL from 'ical.js'
import {
  ADDRESSES,
  type ContactProperty,
  EMAILS,
  NAME_COMPONENTS,
  TELEPHONES,
  TEXT_FIELDS,
} from './fields.ts'

const CLASSES: readonly string[] = ['PUBLIC', 'PERSONAL', 'PRIVATE', 'CONFIDENTIAL']
const TAGS: readonly PropertyTag<unknown>[] = [
  ...NAME_COMPONENTS,
  ...TEXT_FIELDS.map(([, tag]) => tag),
  ...TELEPHONES.flatMap(([, tags]) => tags),
  ...ADDRESSES.flatMap(([, components]) => components.filter((component) => typeof component === 'number')),
  PidTagBirthday,
  PidTagBody,
  PidTagBusinessHomePage,
  PidTagCompanyName,
  PidTagDepartmentName,
  PidTagDisplayName,
  PidTagPersonalHomePage,
  PidTagSensitivity,
]
const NAMED: readonly NamedProperty<unknown>[] = [
  ...EMAILS,
  ...ADDRESSES.flatMap(([, components]) => components.filter((component) => typeof component === 'object')),
  PidLidInstantMessagingAddress,
  PidNameKeywords,
]

/** Writes a contact as a vCard of version 3.0 ([MS-OXVCARD] 2.1.3). Rejects with what `message` rejects with. */
export async function writeVCard(message: Message): Promise<string> {
  const bag = await message.getProperties(TAGS)
  const named = await namedValues(message)
  const text = (property: ContactProperty | undefined): string => {
    if (property === undefined) return ''
    const value = typeof property === 'number' ? bag.get(property) : named.get(propertyNameKey(property))
    // A carriage return would end the line; what is escaped is the line feed.
    return typeof value === 'string' ? value.replace(/\r\n?/g, '\n') : ''
  }

  const card = new ICAL.Component(['vcard', [], []] as never)
  const add = (
    name: string,
    value: string | readonly string[],
    types: readonly string[] = [],
    valueType = 'text',
  ): void => {
    const isEmpty = typeof value === 'string' ? value === '' : value.every((component) => component === '')
    if (isEmpty) return
    const property = new ICAL.Property([name, {}, valueType, value] as never, card as never)
    if (types.length > 0) property.setParameter('type', types.length === 1 ? types[0]! : [...types])
    card.addProperty(property)
  }
  add('version', '3.0')
  const name = text(PidTagDisplayName)
  add('fn', name)
  const components = NAME_COMPONENTS.map(text)
  add('n', components.every((component) => component === '') ? [name, '', '', '', ''] : components)
  for (const [key, tag] of TEXT_FIELDS) add(key, text(tag))
  add('org', [text(PidTagCompanyName), text(PidTagDepartmentName)])
  const written = new Set<unknown>()
  for (const [types, tags] of TELEPHONES) {
    for (const tag of tags) {
      if (!written.has(tag)) add('tel', text(tag), types, 'phone-number')
      written.add(tag)
    }
  }
  for (const [type, tags] of ADDRESSES) add('adr', tags.map(text), type === '' ? [] : [type])
  for (const property of EMAILS) add('email', text(property), ['internet'])
  add('url', text(PidTagBusinessHomePage), ['work'])
  add('url', text(PidTagPersonalHomePage), ['home'])
  add('x-ms-imaddress', text(PidLidInstantMessagingAddress))
  add('note', text(PidTagBody))
  const birthday = bag.get(PidTagBirthday)
  if (birthday !== undefined) add('bday', fileTimeToDate(birthday).toISOString().slice(0, 10), [], 'date')
  const sensitivity = bag.get(PidTagSensitivity)
  if (sensitivity) add('class', CLASSES[sensitivity] ?? '')
  const categories = named.get(propertyNameKey(PidNameKeywords))
  if (Array.isArray(categories) && categories.length > 0) {
    const property = new ICAL.Property(['categories', {}, 'text', ...categories] as never, card as never)
    card.addProperty(property)
  }
  await addPhoto(card, message)
  return `${card.toString()}\r\n`
}

async function namedValues(message: Message): Promise<Map<string, unknown>> {
  const wanted = new Map(NAMED.map((property) => [propertyNameKey(property), property]))
  const found: { readonly key: string; readonly tag: PropertyTag }[] = []
  for (const { id, name } of await message.queryNamedProperties()) {
    const property = wanted.get(propertyNameKey(name))
    if (property !== undefined)
      found.push({ key: propertyNameKey(name), tag: propertyTag(id, property.type) })
  }
  const bag =
    found.length === 0 ? new PropertyBag() : await message.getProperties(found.map(({ tag }) => tag))
  return new Map(found.map(({ key, tag }) => [key, bag.get(tag)]))
}

async function addPhoto(card: ICAL.Component, message: Message): Promise<void> {
  for (const number of await message.getAttachmentNumbers()) {
    await using attachment = await message.openAttachment(number)
    if (!(await attachment.get(PidTagAttachmentContactPhoto))) continue
    await using stream = await attachment.openStream(PidTagAttachDataBinary)
    const bytes = await stream.read(await stream.getSize())
    const extension = ((await attachment.get(PidTagAttachExtension)) ?? '.jpg').slice(1).toUpperCase()
    const type = extension === 'JPG' ? 'JPEG' : extension
    const property = new ICAL.Property(
      ['photo', { encoding: 'b', type }, 'binary', bytes.toBase64()] as never,
      card as never,
    )
    card.addProperty(property)
    return
  }
}
