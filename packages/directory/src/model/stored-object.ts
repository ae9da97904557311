import { PropertyBag, taggedPropertyValue32 } from '@bourse/mapi'
import { counted, decodeWith, encodeWith, u16 } from '@bourse/mapi/bytes'
import type { ObjectRow } from '../storage/storage.ts'
import { primarySmtpAddress } from './address.ts'
import type {
  DirectoryObject,
  MailboxReference,
  ObjectSummary,
  ReadonlyProperties,
  Role,
} from './directory-object.ts'
import { loadFilter, type StoredFilter, storeFilter } from './filter.ts'

/** What of an object is kept as one JSON text. */
interface Details {
  readonly addresses: readonly string[]
  readonly disabled?: true
  readonly role?: Role
  readonly credentialVersion?: number
  readonly mailbox?: MailboxReference
  readonly filter?: StoredFilter
  readonly parentId?: number
  readonly folderPath?: string
}

const propertiesCodec = counted(u16, taggedPropertyValue32)

/** The row that keeps an object. */
export function objectRow(object: DirectoryObject): ObjectRow {
  const details: Details = {
    addresses: object.addresses,
    ...(object.isEnabled ? {} : { disabled: true }),
    ...(object.role === 'user' ? {} : { role: object.role }),
    ...(object.credentialVersion === 0 ? {} : { credentialVersion: object.credentialVersion }),
    ...(object.mailbox === undefined ? {} : { mailbox: storedMailbox(object.mailbox) }),
    ...(object.filter === undefined ? {} : { filter: storeFilter(object.filter) }),
    ...(object.parentId === undefined ? {} : { parentId: object.parentId }),
    ...(object.folderPath === undefined ? {} : { folderPath: object.folderPath }),
  }
  const { properties } = object
  // In one order, so that the same properties are the same bytes.
  const tags = properties.tags().sort((a, b) => a - b)
  const tagged = tags.map((tag) => ({ tag, value: properties.get(tag)! }))
  return {
    id: object.id,
    kind: object.kind,
    guid: object.guid,
    name: object.name,
    legacyDn: object.legacyDn,
    displayName: object.displayName,
    phoneticDisplayName: object.phoneticDisplayName,
    isHidden: object.isHidden,
    isDepartment: object.isDepartment,
    version: object.version,
    details: JSON.stringify(details),
    properties: encodeWith(propertiesCodec, tagged),
  }
}

/** With its parts in one order, so that the same mailbox is the same text. */
function storedMailbox({ guid, server, isEnabled, quota }: MailboxReference): MailboxReference {
  const { warning, send, receive } = quota ?? {}
  const limits = {
    ...(warning === undefined ? {} : { warning }),
    ...(send === undefined ? {} : { send }),
    ...(receive === undefined ? {} : { receive }),
  }
  const hasLimits = Object.keys(limits).length > 0
  return {
    guid,
    ...(server === undefined ? {} : { server }),
    isEnabled,
    ...(hasLimits ? { quota: limits } : {}),
  }
}

/** The object that a row keeps. Its properties are decoded when they are first asked for. */
export function objectOfRow(row: ObjectRow): DirectoryObject {
  return new StoredObject(row)
}

class StoredObject implements DirectoryObject {
  readonly id: number
  readonly kind: DirectoryObject['kind']
  readonly guid: DirectoryObject['guid']
  readonly name: string
  readonly legacyDn: string
  readonly displayName: string
  readonly phoneticDisplayName: string
  readonly isHidden: boolean
  readonly isDepartment: boolean
  readonly version: number
  readonly addresses: readonly string[]
  readonly smtpAddress: string | undefined
  readonly isEnabled: boolean
  readonly role: Role
  readonly credentialVersion: number
  readonly mailbox: MailboxReference | undefined
  readonly filter: DirectoryObject['filter']
  readonly parentId: number | undefined
  readonly folderPath: string | undefined
  #properties: Uint8Array | ReadonlyProperties

  constructor(row: ObjectRow) {
    const details = JSON.parse(row.details) as Details
    this.id = row.id
    this.kind = row.kind
    this.guid = row.guid
    this.name = row.name
    this.legacyDn = row.legacyDn
    this.displayName = row.displayName
    this.phoneticDisplayName = row.phoneticDisplayName
    this.isHidden = row.isHidden
    this.isDepartment = row.isDepartment
    this.version = row.version
    this.addresses = details.addresses
    this.smtpAddress = primarySmtpAddress(details.addresses)
    this.isEnabled = details.disabled !== true
    this.role = details.role ?? 'user'
    this.credentialVersion = details.credentialVersion ?? 0
    this.mailbox = details.mailbox
    this.filter = details.filter === undefined ? undefined : loadFilter(details.filter)
    this.parentId = details.parentId
    this.folderPath = details.folderPath
    this.#properties = row.properties
  }

  get properties(): ReadonlyProperties {
    if (this.#properties instanceof Uint8Array) {
      const tagged = decodeWith(propertiesCodec, this.#properties)
      this.#properties = new PropertyBag(tagged.map(({ tag, value }) => [tag, value] as const))
    }
    return this.#properties
  }
}

/** The part of an object that is always in memory. */
export function summaryOf(object: ObjectSummary): ObjectSummary {
  const {
    id,
    kind,
    guid,
    name,
    legacyDn,
    displayName,
    phoneticDisplayName,
    isHidden,
    isDepartment,
    version,
  } = object
  return { id, kind, guid, name, legacyDn, displayName, phoneticDisplayName, isHidden, isDepartment, version }
}
