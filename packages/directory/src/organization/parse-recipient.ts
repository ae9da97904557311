import {
  type PropertyType,
  type PropertyValue,
  PtypBinary,
  PtypBoolean,
  PtypInteger32,
  PtypMultipleBinary,
  PtypMultipleString,
  tagType,
} from '@bourse/mapi'
import { isPasswordHash } from '../credential/password-hash.ts'
import { isSmtpAddress, parseProxyAddress } from '../model/address.ts'
import { ATTRIBUTES, type Attribute, isValueOfType } from '../model/attributes.ts'
import type { MailboxQuota } from '../model/directory-object.ts'
import { hasMailbox, isGroup, type RecipientKind } from '../model/kind.ts'
import { isX500Dn } from '../model/legacy-dn.ts'
import type {
  FolderDeclaration,
  MailboxDeclaration,
  PasswordDeclaration,
  PermissionDeclaration,
  RecipientDeclaration,
  Reference,
} from './declarations.ts'
import { RIGHT_NAMES, ROLE_NAMES, rightsByName } from './folder-rights.ts'
import { parseFilter } from './parse-filter.ts'
import { orList, type YamlNode } from './yaml-node.ts'

const ATTRIBUTE_BY_NAME = new Map(ATTRIBUTES.map((attribute) => [attribute.name, attribute] as const))

const COMMON = [
  'name',
  'displayName',
  'legacyDn',
  'address',
  'aliases',
  'hidden',
  ...ATTRIBUTE_BY_NAME.keys(),
]
const MAILBOX = [
  'enabled',
  'password',
  'initialPassword',
  'passwordHash',
  'mailbox',
  'delegates',
  'sendAs',
  'fullAccess',
  'forwardTo',
  'copyTo',
  'folders',
  'photo',
  'manager',
]
const GROUP = [
  'members',
  'where',
  'owners',
  'sendAs',
  'isDepartment',
  'authorizedSenders',
  'unauthorizedSenders',
]

/** The keys of each kind of recipient. */
const KEYS: Readonly<Record<Exclude<RecipientKind, 'dynamicGroup'>, readonly string[]>> = {
  user: [...COMMON, ...MAILBOX, 'role'],
  room: [...COMMON, ...MAILBOX],
  equipment: [...COMMON, ...MAILBOX],
  group: [...COMMON, ...GROUP],
  contact: [...COMMON, 'manager'],
  publicFolder: [...COMMON, 'owners', 'sendAs', 'path', 'permissions'],
}

const NAMES: Readonly<Record<keyof typeof KEYS, string>> = {
  user: 'a user',
  room: 'a room',
  equipment: 'a piece of equipment',
  group: 'a group',
  contact: 'a contact',
  publicFolder: 'a public folder',
}

const NAME = /^[^\s@/\\:;,"<>()[\]=*?|]{1,64}$/u

type Fields = ReadonlyMap<string, YamlNode>

/** The keys and values of a recipient; keys that its kind does not have make problems. */
export function recipientFields(node: YamlNode, kind: keyof typeof KEYS): Fields {
  return node.fields(KEYS[kind], NAMES[kind])
}

/** A user, room, piece of equipment, group or contact; `undefined` if it has no name that can be used. */
export function parseRecipient(node: YamlNode, kind: keyof typeof KEYS): RecipientDeclaration | undefined {
  const fields = recipientFields(node, kind)
  if (!node.isMap) return undefined
  const nameNode = fields.get('name')
  if (nameNode === undefined) return node.problem(`${capitalized(NAMES[kind])} needs a "name".`)
  const name = parseName(nameNode)
  return name === undefined ? undefined : declareRecipient(node, fields, kind, name)
}

/** A name without spaces. */
export function parseName(node: YamlNode): string | undefined {
  const name = node.text()
  if (name === undefined || NAME.test(name)) return name
  return node.problem(
    `"${name}" is no name: it has 1 to 64 characters, without spaces and @/\\:;,"<>()[]=*?|.`,
  )
}

/** What the fields of a recipient declare. */
export function declareRecipient(
  node: YamlNode,
  fields: Fields,
  kind: keyof typeof KEYS,
  name: string,
): RecipientDeclaration {
  const address = addressOf(fields.get('address'))
  const where = fields.get('where')
  if (where !== undefined && fields.has('members'))
    where.problem('A group has "members" or "where", not both.')
  return {
    place: fields.get('name')?.place ?? node.place,
    kind: where === undefined ? kind : 'dynamicGroup',
    name,
    ...given('displayName', textOf(fields.get('displayName'))),
    ...given('legacyDn', dnOf(fields.get('legacyDn'))),
    ...(address === undefined ? {} : { address }),
    ...given('aliases', fields.get('aliases')?.listOrOne().flatMap(parseAlias)),
    ...given('isHidden', fields.get('hidden')?.boolean()),
    attributes: parseAttributes(fields),
    ...given('sendAs', referencesOf(fields.get('sendAs'))),
    ...(hasMailbox(kind) ? declareMailboxUser(fields) : { folders: [] }),
    ...managerOf(fields.get('manager')),
    ...given('owners', referencesOf(fields.get('owners'))),
    ...(isGroup(kind) ? declareGroup(fields) : {}),
  }
}

function declareMailboxUser(fields: Fields) {
  const photo = fields.get('photo')
  return {
    ...given('isEnabled', fields.get('enabled')?.boolean()),
    ...given('role', fields.get('role')?.oneOf(['user', 'administrator'])),
    ...given('password', parsePassword(fields)),
    ...given('mailbox', fields.has('mailbox') ? parseMailbox(fields.get('mailbox')!) : undefined),
    ...given('delegates', referencesOf(fields.get('delegates'))),
    ...given('fullAccess', referencesOf(fields.get('fullAccess'))),
    ...given('forwardTo', referencesOf(fields.get('forwardTo'))),
    ...given('copyTo', referencesOf(fields.get('copyTo'))),
    folders: parseFolders(fields.get('folders')),
    ...(photo?.isNull ? { photo: null } : given('photo', photo && parsePhoto(photo))),
  }
}

function declareGroup(fields: Fields) {
  const where = fields.get('where')
  return {
    ...given('members', referencesOf(fields.get('members'))),
    ...given('filter', where && parseFilter(where)),
    ...given('isDepartment', fields.get('isDepartment')?.boolean()),
    ...given('authorizedSenders', referencesOf(fields.get('authorizedSenders'))),
    ...given('unauthorizedSenders', referencesOf(fields.get('unauthorizedSenders'))),
  }
}

/** An object with one part, or without any if there is no value: absent and `undefined` are not the same. */
function given<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: V })
}

function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

function textOf(node: YamlNode | undefined): string | undefined {
  return node?.text()
}

function dnOf(node: YamlNode | undefined): string | undefined {
  const dn = node?.text()
  if (node === undefined || dn === undefined || isX500Dn(dn)) return dn
  return node.problem(
    `"${dn}" is not a distinguished name such as /o=Organization/ou=Unit/cn=Recipients/cn=name.`,
  )
}

function addressOf(node: YamlNode | undefined): string | null | undefined {
  if (node === undefined) return undefined
  if (node.isNull) return null
  const address = node.text()
  if (address === undefined || isSmtpAddress(address)) return address
  return node.problem(`"${address}" is not a mail address.`)
}

function parseAlias(node: YamlNode): readonly string[] {
  const text = node.text()
  if (text === undefined) return []
  const typed = parseProxyAddress(text)
  const isAddress =
    typed !== undefined && typed.type !== 'SMTP' ? true : isSmtpAddress(typed?.address ?? text)
  if (!isAddress) {
    node.problem(
      `"${text}" is neither a mail address nor an address with its type in front, such as X500:/o=….`,
    )
    return []
  }
  // The primary address is the one under "address".
  return [
    typed === undefined ? `smtp:${text}` : `${typed.type === 'SMTP' ? 'smtp' : typed.type}:${typed.address}`,
  ]
}

function parseAttributes(fields: Fields): readonly (readonly [Attribute, PropertyValue | undefined])[] {
  const attributes: (readonly [Attribute, PropertyValue | undefined])[] = []
  for (const [key, node] of fields) {
    const attribute = ATTRIBUTE_BY_NAME.get(key)
    if (attribute === undefined) continue
    if (node.isNull) attributes.push([attribute, undefined])
    else {
      const value = parseValue(attribute, node)
      if (value !== undefined) attributes.push([attribute, value])
    }
  }
  return attributes
}

function parseValue({ tag }: Attribute, node: YamlNode): PropertyValue | undefined {
  const type = tagType(tag)
  const value = readValue(type, node)
  if (value === undefined || isValueOfType(value, type)) return value
  return node.problem('This is too long.')
}

function readValue(type: PropertyType, node: YamlNode): PropertyValue | undefined {
  switch (type) {
    case PtypInteger32:
      return node.integer()
    case PtypBoolean:
      return node.boolean()
    case PtypBinary:
      return parseBytes(node)
    case PtypMultipleBinary: {
      const values = node.listOrOne().map(parseBytes)
      return values.every((bytes) => bytes !== undefined) ? values : undefined
    }
    case PtypMultipleString:
      return node
        .listOrOne()
        .map((item) => item.text())
        .filter((text) => text !== undefined)
    default:
      return node.text()
  }
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const PEM_LINE = /-----(?:BEGIN|END) [A-Z0-9 ]+-----/g

/** Bytes in Base64, certificates in PEM as well. */
function parseBytes(node: YamlNode): Uint8Array | undefined {
  const text = node.text()?.replaceAll(PEM_LINE, '').replace(/\s+/g, '')
  if (text === undefined) return undefined
  if (text === '' || !BASE64.test(text)) return node.problem('This must be Base64, or PEM.')
  return new Uint8Array(Buffer.from(text, 'base64'))
}

/** References to objects; nothing is none. */
export function referencesOf(node: YamlNode | undefined): readonly Reference[] | undefined {
  if (node === undefined) return undefined
  if (node.isNull) return []
  return node.listOrOne().flatMap((item) => referenceOf(item) ?? [])
}

export function referenceOf(node: YamlNode): Reference | undefined {
  const text = node.text()
  return text === undefined ? undefined : { text, place: node.place }
}

function managerOf(node: YamlNode | undefined): { readonly manager?: Reference | null } {
  if (node === undefined) return {}
  return node.isNull ? { manager: null } : given('manager', referenceOf(node))
}

function parsePassword(fields: Fields): PasswordDeclaration | undefined {
  const found = ['password', 'initialPassword', 'passwordHash'].flatMap((key) => {
    const node = fields.get(key)
    return node === undefined ? [] : [{ key, node }]
  })
  const [first, second] = found
  if (first === undefined) return undefined
  if (second !== undefined) {
    return second.node.problem('Only one of "password", "initialPassword" and "passwordHash" can be given.')
  }
  const text = first.node.text()
  if (text === undefined) return undefined
  if (first.key !== 'passwordHash')
    return { kind: first.key === 'password' ? 'password' : 'initial', password: text }
  if (isPasswordHash(text)) return { kind: 'hash', hash: text }
  return first.node.problem(
    'This must be a hash by argon2id in the form $argon2id$v=19$m=…,t=…,p=…$salt$hash.',
  )
}

function parseMailbox(node: YamlNode): MailboxDeclaration {
  if (!node.isMap) return { wanted: node.boolean() ?? true, isEnabled: true }
  const fields = node.fields(['enabled', 'server', 'quota'], 'a mailbox')
  const quota = fields.get('quota')
  return {
    wanted: true,
    isEnabled: fields.get('enabled')?.boolean() ?? true,
    ...given('server', textOf(fields.get('server'))),
    ...given('quota', quota && parseQuota(quota)),
  }
}

function parseQuota(node: YamlNode): MailboxQuota | undefined {
  if (!node.isMap) {
    const receive = parseSize(node)
    return receive === undefined ? undefined : { receive }
  }
  const fields = node.fields(['warning', 'send', 'receive'], 'a quota')
  const size = (key: 'warning' | 'send' | 'receive') => {
    const limit = fields.get(key)
    return given(key, limit && parseSize(limit))
  }
  return { ...size('warning'), ...size('send'), ...size('receive') }
}

const SIZE = /^(\d{1,15}(?:\.\d{1,3})?)\s*(B|KB|MB|GB|TB)?$/i
const UNITS: Readonly<Record<string, number>> = { B: 1, KB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30, TB: 2 ** 40 }

/** A size such as `2 GB`; in bytes without a unit. */
function parseSize(node: YamlNode): number | undefined {
  const text = node.text()
  if (text === undefined) return undefined
  const parts = SIZE.exec(text)
  if (parts === null) return node.problem(`"${text}" is not a size such as 500 MB or 2 GB.`)
  const bytes = Math.round(Number(parts[1]) * UNITS[(parts[2] ?? 'B').toUpperCase()]!)
  return Number.isSafeInteger(bytes) ? bytes : node.problem(`"${text}" is too large.`)
}

/** A JPEG in Base64. */
function parsePhoto(node: YamlNode): Uint8Array | undefined {
  const bytes = parseBytes(node)
  if (bytes === undefined || (bytes[0] === 0xff && bytes[1] === 0xd8)) return bytes
  return node.problem('This must be a JPEG.')
}

function parseFolders(node: YamlNode | undefined): readonly FolderDeclaration[] {
  if (node === undefined || node.isNull) return []
  return node.entries().map(([path, permissions]) => ({
    place: permissions.place,
    path: path
      .split('/')
      .filter((part) => part !== '')
      .join('/'),
    permissions: parsePermissions(permissions),
  }))
}

/** Permissions of a folder: who, and what they may. */
export function parsePermissions(node: YamlNode): readonly PermissionDeclaration[] {
  if (node.isNull) return []
  return node.entries().flatMap(([who, node]) => {
    const rights = parseRights(node)
    if (rights === undefined) return []
    const { place } = node
    const member = who === 'default' || who === 'anonymous' ? who : { text: who, place }
    return [{ place, member, rights }]
  })
}

function parseRights(node: YamlNode): number | undefined {
  let rights = 0
  const items = node.listOrOne()
  for (const item of items) {
    const name = item.text()
    if (name === undefined) return undefined
    const bits = rightsByName(name)
    const choices = items.length === 1 ? [...ROLE_NAMES, ...RIGHT_NAMES] : RIGHT_NAMES
    if (bits === undefined || !choices.includes(name)) {
      return item.problem(`"${name}" is no right on a folder: it is one of ${orList(choices)}.`)
    }
    rights |= bits
  }
  return rights
}
