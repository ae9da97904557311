import { PropertyBag, taggedPropertyValue32 } from '@bourse/mapi'
import { counted, decodeWith, encodeWith, u16 } from '@bourse/mapi/bytes'
import type { ObjectRow } from '../storage/storage.ts'
import { primarySmtpAddress } from './address.ts'
import type { DirectoryObject, MailboxReference, ReadonlyProperties, Role } from './directory-object.ts'
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

/** The object that a row keeps. What is packed in the row is unpacked when it is first asked for. */
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
  #details: string | Details
  #filter: DirectoryObject['filter']
  #properties: Uint8Array | ReadonlyProperties

  constructor(row: ObjectRow) {
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
    this.#details = row.details
    this.#properties = row.properties
  }

  get addresses(): readonly string[] {
    return this.#parsed().addresses
  }

  get smtpAddress(): string | undefined {
    return primarySmtpAddress(this.#parsed().addresses)
  }

  get isEnabled(): boolean {
    return this.#parsed().disabled !== true
  }

  get role(): Role {
    return this.#parsed().role ?? 'user'
  }

  get credentialVersion(): number {
    return this.#parsed().credentialVersion ?? 0
  }

  get mailbox(): MailboxReference | undefined {
    return this.#parsed().mailbox
  }

  get filter(): DirectoryObject['filter'] {
    const { filter } = this.#parsed()
    if (filter !== undefined) this.#filter ??= loadFilter(filter)
    return this.#filter
  }

  get parentId(): number | undefined {
    return this.#parsed().parentId
  }

  get folderPath(): string | undefined {
    return this.#parsed().folderPath
  }

  get properties(): ReadonlyProperties {
    if (this.#properties instanceof Uint8Array) {
      const tagged = decodeWith(propertiesCodec, this.#properties)
      this.#properties = new PropertyBag(tagged.map(({ tag, value }) => [tag, value] as const))
    }
    return this.#properties
  }

  #parsed(): Details {
    if (typeof this.#details === 'string') this.#details = JSON.parse(this.#details) as Details
    return this.#details
  }
}
