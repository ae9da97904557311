import { randomUUID } from 'node:crypto'
import {
  formatTag,
  type Guid,
  PidTagAddressBookPhoneticDisplayName,
  PropertyBag,
  type PropertyTag,
  type PropertyValue,
  tagType,
} from '@bourse/mapi'
import { DirectoryError } from './directory-error.ts'
import type { DirectoryIndex } from './index/directory-index.ts'
import { storedSettings } from './index/settings.ts'
import { addressKeysOf, addressKeysOfText, listKey } from './lookup/address-keys.ts'
import { namesOf } from './lookup/names.ts'
import { normalizeAddresses, primarySmtpAddress } from './model/address.ts'
import { attributeByTag, isValueOfType } from './model/attributes.ts'
import type {
  DirectoryObject,
  MailboxReference,
  OrganizationSettings,
  Role,
} from './model/directory-object.ts'
import type { ObjectFilter } from './model/filter.ts'
import { hasMailbox, isGroup, type ObjectKind } from './model/kind.ts'
import { addressListDn, isX500Dn, recipientDn } from './model/legacy-dn.ts'
import { LINK_KINDS, type LinkKind } from './model/link-kind.ts'
import { objectRow } from './model/stored-object.ts'
import type { ChangeBatch, DirectoryStorage, ObjectPut, ObjectRow } from './storage/storage.ts'

/** What an object can be given. What is left out is as it was, or as the comments say if the object is new. */
export interface ObjectFields {
  /** `name` if the object is new. */
  readonly displayName?: string
  /** Made of the organization's name and `name` if the object is new. The old one becomes an X500 address if it changes. */
  readonly legacyDn?: string
  /** Proxy addresses, see `normalizeAddresses`. */
  readonly addresses?: readonly string[]
  readonly isHidden?: boolean
  readonly isDepartment?: boolean
  /** `true` if the object is new. */
  readonly isEnabled?: boolean
  readonly role?: Role
  /** `null` for none. */
  readonly mailbox?: MailboxReference | null
  readonly filter?: ObjectFilter
  readonly parentId?: number | null
  readonly folderPath?: string
  /** Attributes by tag; `undefined` removes one. Those that are not named stay as they are. */
  readonly properties?: Iterable<readonly [PropertyTag<unknown>, PropertyValue | undefined]>
}

export interface NewObject extends ObjectFields {
  readonly kind: ObjectKind
  readonly name: string
  /** A new one if left out. */
  readonly guid?: Guid
}

export interface ObjectChange extends ObjectFields {
  readonly name?: string
}

interface Draft {
  readonly object: DirectoryObject
  /** What is kept of it now; `undefined` if it is new. */
  readonly stored: ObjectRow | undefined
  readonly links: ReadonlyMap<LinkKind, readonly number[]>
  readonly linksChanged: boolean
  readonly credential?: string | null
  readonly photo?: Uint8Array | null
}

/** What a transaction reads of the directory as it is. */
export interface TransactionBase {
  readonly index: DirectoryIndex
  readonly storage: DirectoryStorage
  load(id: number): Promise<DirectoryObject | undefined>
}

/** User names and aliases: nothing that mail, paths or logon forms would take apart. */
const NAME = /^[^\s@/\\:;,"<>()[\]=*?|]{1,64}$/u
const MAX_DISPLAY_NAME = 256
const MAX_PHOTO = 1 << 20

/**
 * Changes to a directory that happen together. Nothing is written before all of it is known to be possible; methods throw
 * {@link DirectoryError} for what is not.
 */
export class DirectoryTransaction {
  readonly #base: TransactionBase
  readonly #drafts = new Map<number, Draft>()
  readonly #removed = new Set<number>()
  /** Keys of objects in {@link #drafts}. */
  readonly #keys = new Map<string, number>()
  /** The version that everything here is about. */
  readonly #version: number
  #nextId: number
  #guid: Guid
  #settings: OrganizationSettings
  #settingsChanged = false

  constructor(base: TransactionBase) {
    this.#base = base
    this.#version = base.index.version
    this.#nextId = base.index.nextId
    this.#guid = base.index.guid
    this.#settings = base.index.settings
  }

  get settings(): OrganizationSettings {
    return this.#settings
  }

  /** Gives the directory its GUID; only for one that has none yet. */
  initialize(guid: Guid): void {
    this.#guid = guid
    this.#settingsChanged = true
  }

  setSettings(settings: OrganizationSettings): void {
    if (JSON.stringify(settings) === JSON.stringify(this.#settings)) return
    this.#settings = settings
    this.#settingsChanged = true
  }

  /** The object as this transaction leaves it. */
  async get(id: number): Promise<DirectoryObject | undefined> {
    if (this.#removed.has(id)) return undefined
    return this.#drafts.get(id)?.object ?? this.#base.load(id)
  }

  /** The object that has an address, distinguished name, GUID or name, as this transaction leaves it. */
  async find(text: string): Promise<DirectoryObject | undefined> {
    for (const key of addressKeysOfText(text)) {
      const id = await this.#ownerOf(key)
      if (id !== undefined) return this.get(id)
    }
    return undefined
  }

  /** The address list that has a name, as this transaction leaves it. */
  async findList(name: string): Promise<DirectoryObject | undefined> {
    const id = await this.#ownerOf(listKey(name))
    return id === undefined ? undefined : this.get(id)
  }

  /** The objects that one refers to, as this transaction leaves it. */
  links(id: number, kind: LinkKind): readonly number[] {
    return this.#drafts.get(id)?.links.get(kind) ?? this.#base.index.links.targets(kind, id)
  }

  async create(fields: NewObject): Promise<DirectoryObject> {
    const id = this.#nextId
    const { kind, name, guid = randomUUID() } = fields
    requireName(name)
    const legacyDn = fields.legacyDn ?? (await this.#newDn(kind, name, guid))
    const blank: DirectoryObject = {
      id,
      kind,
      guid,
      name,
      legacyDn,
      displayName: name,
      phoneticDisplayName: '',
      isHidden: false,
      isDepartment: false,
      version: 0,
      addresses: [],
      smtpAddress: undefined,
      isEnabled: true,
      role: 'user',
      credentialVersion: 0,
      mailbox: undefined,
      filter: undefined,
      parentId: undefined,
      folderPath: undefined,
      properties: new PropertyBag(),
    }
    const object = changed(blank, fields)
    await this.#put({ object, stored: undefined, links: new Map(), linksChanged: false })
    this.#nextId += 1
    return object
  }

  async update(id: number, change: ObjectChange): Promise<DirectoryObject> {
    const draft = await this.#draft(id)
    if (change.name !== undefined) requireName(change.name)
    const object = changed(draft.object, change)
    await this.#put({ ...draft, object })
    return object
  }

  /** Removes an object and all that refers to it. */
  async remove(id: number): Promise<void> {
    const { object } = await this.#draft(id)
    if (object.kind === 'addressList') await this.#requireNoListBelow(id)
    const referrers = new Set(this.#base.index.links.referrers(id))
    for (const [source, draft] of this.#drafts) {
      if ([...draft.links.values()].some((targets) => targets.includes(id))) referrers.add(source)
    }
    for (const source of referrers) {
      if (source === id || this.#removed.has(source)) continue
      for (const kind of LINK_KINDS) await this.removeLinks(source, kind, [id])
    }
    if (this.#settings.rootDepartmentId === id)
      this.setSettings({ ...this.#settings, rootDepartmentId: undefined })
    this.#forgetKeys(id)
    this.#drafts.delete(id)
    if (this.#base.index.summaries.has(id)) this.#removed.add(id)
  }

  /** Puts links in the place of those of a kind that an object has. */
  async setLinks(source: number, kind: LinkKind, targets: readonly number[]): Promise<void> {
    const now = [...new Set(targets)]
    const before = this.links(source, kind)
    if (now.length === before.length && now.every((target, i) => target === before[i])) return
    const draft = await this.#draft(source)
    requireLinkable(draft.object, kind)
    if (kind === 'manager' && now.length > 1)
      throw new DirectoryError('invalid', 'Nobody has more than one manager.')
    for (const target of now) {
      if (target === source)
        throw new DirectoryError('invalid', `"${draft.object.name}" cannot refer to itself.`)
      const object = await this.get(target)
      if (object === undefined) throw new DirectoryError('notFound', `There is no object ${target}.`)
      if (object.kind === 'addressList') {
        throw new DirectoryError(
          'wrongKind',
          `"${object.name}" is an address list, to which nothing can refer.`,
        )
      }
    }
    this.#drafts.set(source, { ...draft, links: new Map(draft.links).set(kind, now), linksChanged: true })
  }

  /** Adds links; those that are there already are left as they are. */
  async addLinks(source: number, kind: LinkKind, targets: readonly number[]): Promise<void> {
    await this.setLinks(source, kind, [...this.links(source, kind), ...targets])
  }

  /** Removes links; those that are not there are not looked for. */
  async removeLinks(source: number, kind: LinkKind, targets: readonly number[]): Promise<void> {
    const gone = new Set(targets)
    await this.setLinks(
      source,
      kind,
      this.links(source, kind).filter((target) => !gone.has(target)),
    )
  }

  /** Sets the hash of a user's password (`hashPassword`), or removes it with `null`. Sessions that were opened with the old one are over. */
  async setCredential(id: number, hash: string | null): Promise<void> {
    const draft = await this.#draft(id)
    if (!hasMailbox(draft.object.kind)) {
      throw new DirectoryError('wrongKind', `"${draft.object.name}" cannot have a password.`)
    }
    const { credentialVersion } = draft.object
    const object = copyOf(draft.object, { credentialVersion: credentialVersion + 1 })
    this.#drafts.set(id, { ...draft, object, credential: hash })
  }

  /** PidTagThumbnailPhoto: a JPEG, or `null` for none. */
  async setPhoto(id: number, jpeg: Uint8Array | null): Promise<void> {
    const draft = await this.#draft(id)
    if (jpeg !== null && (jpeg[0] !== 0xff || jpeg[1] !== 0xd8)) {
      throw new DirectoryError('invalid', 'A photo must be a JPEG.')
    }
    if (jpeg !== null && jpeg.length > MAX_PHOTO) {
      throw new DirectoryError('invalid', `A photo may have ${MAX_PHOTO} bytes at most.`)
    }
    this.#drafts.set(id, { ...draft, photo: jpeg })
  }

  /** What is to be written; `undefined` if nothing is different from what is there. */
  finish(): ChangeBatch | undefined {
    const expectedVersion = this.#version
    const version = expectedVersion + 1
    const puts: ObjectPut[] = []
    for (const { object, stored, links, linksChanged, credential, photo } of this.#drafts.values()) {
      const row = objectRow(copyOf(object, { version }))
      const isOther = credential !== undefined || photo !== undefined || linksChanged
      if (!isOther && stored !== undefined && isSameRow(row, stored)) continue
      puts.push({
        row,
        addresses: addressKeysOf(object),
        names: namesOf(object),
        links: [...links].flatMap(([kind, targets]) =>
          targets.map((target) => ({ kind, source: object.id, target })),
        ),
        ...(credential === undefined ? {} : { credential }),
        ...(photo === undefined ? {} : { photo }),
      })
    }
    const removed = [...this.#removed]
    if (puts.length === 0 && removed.length === 0 && !this.#settingsChanged) return undefined
    const settings = storedSettings(this.#guid, this.#settings)
    return { expectedVersion, version, nextId: this.#nextId, settings, puts, removed }
  }

  async #requireNoListBelow(id: number): Promise<void> {
    const ids = new Set([...this.#drafts.keys(), ...this.#base.index.summaries.keys()])
    for (const other of ids) {
      if (this.#base.index.summaries.get(other)?.kind !== 'addressList' && !this.#drafts.has(other)) continue
      const list = await this.get(other)
      if (list?.parentId === id)
        throw new DirectoryError('invalid', `Address list "${list.name}" stands below this one.`)
    }
  }

  async #draft(id: number): Promise<Draft> {
    const draft = this.#drafts.get(id)
    if (draft !== undefined) return draft
    const object = this.#removed.has(id) ? undefined : await this.#base.load(id)
    if (object === undefined) throw new DirectoryError('notFound', `There is no object ${id}.`)
    const { links } = this.#base.index
    const own = new Map(LINK_KINDS.map((kind) => [kind, links.targets(kind, id)]))
    return { object, stored: objectRow(object), links: own, linksChanged: false }
  }

  /** Takes a draft, if nobody else has what finds it. */
  async #put(draft: Draft): Promise<void> {
    const { object } = draft
    requireFields(object)
    const keys = addressKeysOf(object)
    for (const key of keys) {
      const owner = await this.#ownerOf(key)
      if (owner === undefined || owner === object.id) continue
      const other = await this.get(owner)
      throw new DirectoryError('taken', `${describeKey(key)} belongs to "${other?.name}" already.`)
    }
    this.#forgetKeys(object.id)
    this.#drafts.set(object.id, draft)
    for (const key of keys) this.#keys.set(key, object.id)
  }

  /** Who is found by a key, as this transaction leaves it. */
  async #ownerOf(key: string): Promise<number | undefined> {
    const drafted = this.#keys.get(key)
    if (drafted !== undefined) return drafted
    const [stored] = await this.#base.storage.findAddresses([key])
    // Drafts have been asked: one that does not have the key has given it up.
    const isGone = stored === undefined || this.#removed.has(stored) || this.#hasOwnKeys(stored)
    return isGone ? undefined : stored
  }

  #hasOwnKeys(id: number): boolean {
    const draft = this.#drafts.get(id)
    return draft !== undefined && addressKeysOf(draft.object).some((key) => this.#keys.get(key) === id)
  }

  #forgetKeys(id: number): void {
    const draft = this.#drafts.get(id)
    if (draft === undefined) return
    for (const key of addressKeysOf(draft.object)) if (this.#keys.get(key) === id) this.#keys.delete(key)
  }

  /** A distinguished name that nobody has. */
  async #newDn(kind: ObjectKind, name: string, guid: Guid): Promise<string> {
    if (kind === 'addressList') return addressListDn(guid)
    const { name: organization } = this.#settings
    if (organization === '') throw new DirectoryError('invalid', 'The organization has no name yet.')
    for (let number = 1; ; number++) {
      const dn = recipientDn(organization, number === 1 ? name : `${name.slice(0, 56)}-${number}`)
      const [key] = addressKeysOfText(dn)
      if ((await this.#ownerOf(key!)) === undefined) return dn
    }
  }
}

/** The object with other values in some of its fields. */
function copyOf(object: DirectoryObject, fields: Partial<DirectoryObject>): DirectoryObject {
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
    addresses: object.addresses,
    smtpAddress: object.smtpAddress,
    isEnabled: object.isEnabled,
    role: object.role,
    credentialVersion: object.credentialVersion,
    mailbox: object.mailbox,
    filter: object.filter,
    parentId: object.parentId,
    folderPath: object.folderPath,
    properties: object.properties,
    ...fields,
  }
}

function changed(object: DirectoryObject, change: ObjectChange): DirectoryObject {
  const { legacyDn = object.legacyDn, isEnabled = object.isEnabled, role = object.role } = change
  const properties = changedProperties(object, change)
  const addresses = change.addresses === undefined ? object.addresses : normalizeAddresses(change.addresses)
  const isRenamed = legacyDn !== object.legacyDn
  const allAddresses = isRenamed ? normalizeAddresses([...addresses, `X500:${object.legacyDn}`]) : addresses
  const endsSessions = (object.isEnabled && !isEnabled) || role !== object.role
  return copyOf(object, {
    name: change.name ?? object.name,
    legacyDn,
    displayName: change.displayName ?? object.displayName,
    phoneticDisplayName: properties.get(PidTagAddressBookPhoneticDisplayName) ?? '',
    isHidden: change.isHidden ?? object.isHidden,
    isDepartment: change.isDepartment ?? object.isDepartment,
    addresses: allAddresses,
    smtpAddress: primarySmtpAddress(allAddresses),
    isEnabled,
    role,
    credentialVersion: object.credentialVersion + (endsSessions && object.version > 0 ? 1 : 0),
    mailbox: change.mailbox === undefined ? object.mailbox : (change.mailbox ?? undefined),
    filter: change.filter ?? object.filter,
    parentId: change.parentId === undefined ? object.parentId : (change.parentId ?? undefined),
    folderPath: change.folderPath ?? object.folderPath,
    properties,
  })
}

function changedProperties(
  object: DirectoryObject,
  { properties }: ObjectChange,
): DirectoryObject['properties'] {
  if (properties === undefined) return object.properties
  const bag = new PropertyBag(
    object.properties.tags().map((tag) => [tag, object.properties.cell(tag)] as const),
  )
  for (const [tag, value] of properties) {
    if (attributeByTag(tag) === undefined) {
      throw new DirectoryError('invalid', `Property ${formatTag(tag)} is not one that objects are given.`)
    }
    if (value !== undefined && !isValueOfType(value, tagType(tag))) {
      throw new DirectoryError('invalid', `Property ${formatTag(tag)} is of another type.`)
    }
    // An empty value is none ([MS-OXNSPI] 3.1.4.1.14: values are removed and added).
    bag.setCell(tag, value === '' || (Array.isArray(value) && value.length === 0) ? undefined : value)
  }
  return bag
}

function requireName(name: string): void {
  if (!NAME.test(name)) {
    throw new DirectoryError(
      'invalid',
      `"${name}" is no name: it has 1 to 64 characters, without spaces and @/\\:;,"<>()[]=*?|.`,
    )
  }
}

function requireFields(object: DirectoryObject): void {
  const { kind, name, legacyDn, displayName, addresses } = object
  if (displayName.trim() === '' || displayName.length > MAX_DISPLAY_NAME || displayName.includes('\0')) {
    throw new DirectoryError(
      'invalid',
      `The display name of "${name}" must have 1 to ${MAX_DISPLAY_NAME} characters.`,
    )
  }
  if (kind !== 'addressList' && !isX500Dn(legacyDn)) {
    throw new DirectoryError('invalid', `"${legacyDn}" is not a distinguished name of a recipient.`)
  }
  if (kind === 'addressList' && addresses.length > 0) {
    throw new DirectoryError('wrongKind', `Address list "${name}" cannot have addresses.`)
  }
  if (object.role === 'administrator' && kind !== 'user') {
    throw new DirectoryError('wrongKind', `"${name}" is not a user and cannot be an administrator.`)
  }
  if (object.mailbox !== undefined && !hasMailbox(kind)) {
    throw new DirectoryError('wrongKind', `"${name}" cannot have a mailbox.`)
  }
  if (object.isDepartment && kind !== 'group') {
    throw new DirectoryError('wrongKind', `"${name}" is not a group and cannot be a department.`)
  }
}

const WITH_OWNERS: ReadonlySet<ObjectKind> = new Set(['group', 'dynamicGroup', 'publicFolder'])

/** Links that only make sense where there is a mailbox. */
const WITH_MAILBOX_LINKS: ReadonlySet<LinkKind> = new Set(['delegate', 'fullAccess', 'forwardTo', 'copyTo'])

/** What kinds of object can have what links. */
function requireLinkable({ kind, name }: DirectoryObject, link: LinkKind): void {
  const isAllowed =
    link === 'member'
      ? kind === 'group'
      : link === 'owner'
        ? WITH_OWNERS.has(kind)
        : link === 'manager'
          ? hasMailbox(kind) || kind === 'contact'
          : WITH_MAILBOX_LINKS.has(link)
            ? hasMailbox(kind)
            : link === 'sendAs'
              ? kind !== 'addressList' && kind !== 'contact'
              : isGroup(kind)
  if (!isAllowed) throw new DirectoryError('wrongKind', `"${name}" cannot have links of the kind "${link}".`)
}

function isSameRow(a: ObjectRow, b: ObjectRow): boolean {
  return (
    a.kind === b.kind &&
    a.guid === b.guid &&
    a.name === b.name &&
    a.legacyDn === b.legacyDn &&
    a.displayName === b.displayName &&
    a.phoneticDisplayName === b.phoneticDisplayName &&
    a.isHidden === b.isHidden &&
    a.isDepartment === b.isDepartment &&
    a.details === b.details &&
    Buffer.compare(a.properties, b.properties) === 0
  )
}

/** A key in words, for messages. */
function describeKey(key: string): string {
  const colon = key.indexOf(':')
  const kind = key.slice(0, colon)
  const value = key.slice(colon + 1)
  if (kind === 'name' || kind === 'list') return `The name "${value}"`
  if (kind === 'ex') return `The distinguished name "${value}"`
  return `The address "${kind === 'smtp' ? value : key}"`
}
