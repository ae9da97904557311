import { randomUUID } from 'node:crypto'
import { isBuiltInList } from '../built-in-lists.ts'
import type { Directory } from '../directory.ts'
import { DirectoryError } from '../directory-error.ts'
import type { DirectoryTransaction, ObjectFields } from '../directory-transaction.ts'
import { permanentEntryId } from '../entry/entry-ids.ts'
import { parseProxyAddress, primarySmtpAddress } from '../model/address.ts'
import type { DirectoryObject, MailboxReference } from '../model/directory-object.ts'
import { hasMailbox } from '../model/kind.ts'
import { dnKey } from '../model/legacy-dn.ts'
import type { LinkKind } from '../model/link-kind.ts'
import { foldCase } from '../text/fold.ts'
import type {
  AddressListDeclaration,
  MailboxDeclaration,
  Organization,
  PermissionDeclaration,
  RecipientDeclaration,
  Reference,
} from './declarations.ts'
import { differences } from './describe-changes.ts'
import { type FileProblem, OrganizationFileError, type Place } from './file-problem.ts'
import type { FolderPermission, MailboxTarget, TargetOutcome } from './mailbox-target.ts'
import { passwordsToSet } from './passwords.ts'
import type { ApplyReport, ReportedChange } from './report.ts'

/** Where an organization is to be. */
export interface OrganizationTargets {
  readonly directory: Directory
  /** Where mailboxes and public folders are; without it only the directory is changed. */
  readonly mailboxes?: MailboxTarget
}

export interface ApplyOptions {
  /**
   * What to do with what the directory has and the file does not: leave it alone (`false`, the default), or with `true` disable
   * and hide users, rooms and equipment (their mailboxes are disabled, and kept), remove groups, contacts, address lists and the
   * entries of public folders, and remove from folders the permissions that the file does not name. Public folders themselves
   * are never removed.
   */
  readonly prune?: boolean
}

/**
 * Makes a directory, mailboxes and public folders what a file declares, and says what was changed; nothing if all was so before.
 * What the file does not mention stays as it is, unless it is to be pruned: objects, and keys of objects. A key without a value
 * (`title:`) removes what was there.
 *
 * The directory is changed as a whole or, if something cannot be, not at all: {@link OrganizationFileError} names all that is
 * wrong. Mailboxes follow one by one; if that is interrupted, applying the file again completes it.
 */
export async function applyOrganization(
  organization: Organization,
  { directory, mailboxes }: OrganizationTargets,
  { prune = false }: ApplyOptions = {},
): Promise<ApplyReport> {
  const hashes = await passwordsToSet(organization.recipients, directory)
  const changes = await directory.write(async (tx) => {
    const application = new DirectoryApplication(organization, directory, tx, hashes)
    return application.run(prune)
  })
  if (mailboxes !== undefined)
    changes.push(...(await applyToMailboxes(organization, directory, mailboxes, prune)))
  return { changes }
}

/** The changes to the directory, within one transaction. */
class DirectoryApplication {
  readonly #organization: Organization
  readonly #directory: Directory
  readonly #tx: DirectoryTransaction
  readonly #hashes: ReadonlyMap<RecipientDeclaration, string>
  readonly #problems: FileProblem[] = []
  readonly #changes = new Map<number, ReportedChange>()
  readonly #kept = new Set<number>()

  constructor(
    organization: Organization,
    directory: Directory,
    tx: DirectoryTransaction,
    hashes: ReadonlyMap<RecipientDeclaration, string>,
  ) {
    this.#organization = organization
    this.#directory = directory
    this.#tx = tx
    this.#hashes = hashes
  }

  async run(prune: boolean): Promise<ReportedChange[]> {
    const { recipients, publicFolders, addressLists, removals, rootDepartment, name, domains } =
      this.#organization
    const { settings } = this.#tx
    this.#tx.setSettings({ ...settings, name, domains: domains ?? settings.domains })
    for (const reference of removals) await this.#try(reference.place, () => this.#remove(reference))
    const all = [...recipients, ...publicFolders.flatMap(({ recipient }) => recipient ?? [])]
    const objects = new Map<RecipientDeclaration, DirectoryObject>()
    for (const declaration of all) {
      const object = await this.#try(declaration.place, () => this.#putRecipient(declaration))
      if (object !== undefined) objects.set(declaration, object)
    }
    // Once all are there, they can refer to each other.
    for (const [declaration, { id }] of objects) await this.#link(declaration, id)
    for (const declaration of addressLists) {
      await this.#try(declaration.place, () => this.#putList(declaration))
    }
    for (const declaration of addressLists) {
      await this.#try(declaration.place, () => this.#placeList(declaration))
    }
    for (const permission of permissionsIn(this.#organization)) {
      if (typeof permission.member !== 'string') await this.#resolve(permission.member)
    }
    if (rootDepartment !== undefined) {
      const department = await this.#resolve(rootDepartment)
      if (department !== undefined)
        this.#tx.setSettings({ ...this.#tx.settings, rootDepartmentId: department.id })
    }
    if (prune) await this.#prune()
    if (this.#problems.length > 0)
      throw new OrganizationFileError(this.#organization.fileName, this.#problems)
    return [...this.#changes.values()]
  }

  /** Does something; what cannot be done is a problem at a place of the file. */
  async #try<T>(place: Place, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error
      this.#problems.push({ ...place, message: error.message })
      return undefined
    }
  }

  #report(object: DirectoryObject, action: ReportedChange['action'], details: readonly string[]): void {
    const before = this.#changes.get(object.id)
    if (before === undefined) {
      this.#changes.set(object.id, { action, what: WHAT[object.kind], name: object.name, details })
    } else if (before.action === 'updated') {
      this.#changes.set(object.id, { ...before, action, details: [...before.details, ...details] })
    }
  }

  async #putRecipient(declaration: RecipientDeclaration): Promise<DirectoryObject> {
    const { name, kind } = declaration
    const known = await this.#tx.find(name)
    const existing = known !== undefined && foldCase(known.name) === foldCase(name) ? known : undefined
    if (existing === undefined) {
      const fields = this.#fieldsOf(declaration, undefined)
      const object = await this.#tx.create({ ...fields, kind, name })
      this.#kept.add(object.id)
      this.#report(object, 'created', [])
      await this.#setSecrets(declaration, object)
      return object
    }
    if (existing.kind !== kind) {
      throw new DirectoryError(
        'wrongKind',
        `"${name}" is a ${WHAT[existing.kind]} in the directory, not a ${WHAT[kind]}.`,
      )
    }
    this.#kept.add(existing.id)
    const object = await this.#tx.update(existing.id, this.#fieldsOf(declaration, existing))
    const changed = differences(existing, object)
    if (changed.length > 0) this.#report(object, 'updated', changed)
    await this.#setSecrets(declaration, object)
    return object
  }

  /** Password and photo. */
  async #setSecrets(declaration: RecipientDeclaration, { id, name }: DirectoryObject): Promise<void> {
    const hash = this.#hashes.get(declaration)
    if (hash !== undefined) {
      await this.#tx.setCredential(id, hash)
      const object = await this.#tx.get(id)
      if (object !== undefined) this.#report(object, 'updated', ['password'])
    }
    const { photo } = declaration
    if (photo === undefined) return
    const before = await this.#directory.photo(id)
    const isSame =
      photo === null ? before === undefined : before !== undefined && Buffer.compare(photo, before) === 0
    if (isSame) return
    await this.#tx.setPhoto(id, photo)
    const object = await this.#tx.get(id)
    if (object === undefined) throw new DirectoryError('notFound', `"${name}" is gone.`)
    this.#report(object, 'updated', ['photo'])
  }

  #fieldsOf(declaration: RecipientDeclaration, existing: DirectoryObject | undefined): ObjectFields {
    const { displayName, legacyDn, isHidden, isDepartment, isEnabled, role, filter, folderPath, attributes } =
      declaration
    return {
      ...(displayName === undefined ? {} : { displayName }),
      ...(legacyDn === undefined ? {} : { legacyDn }),
      ...(isHidden === undefined ? {} : { isHidden }),
      ...(isDepartment === undefined ? {} : { isDepartment }),
      ...(isEnabled === undefined ? {} : { isEnabled }),
      ...(role === undefined ? {} : { role }),
      ...(filter === undefined ? {} : { filter }),
      ...(folderPath === undefined ? {} : { folderPath }),
      ...this.#addressesOf(declaration, existing),
      ...mailboxOf(declaration, existing),
      properties: attributes.map(([{ tag }, value]) => [tag, value] as const),
    }
  }

  /** The addresses of an object: those that the file gives, with those that it does not speak of. */
  #addressesOf(
    { kind, name, address, aliases }: RecipientDeclaration,
    existing: DirectoryObject | undefined,
  ): Pick<ObjectFields, 'addresses'> {
    if (existing !== undefined && address === undefined && aliases === undefined) return {}
    const [domain] = this.#tx.settings.domains
    const usual = kind !== 'contact' && domain !== undefined ? `${name}@${domain.name}` : undefined
    const primary = address === undefined ? (existing?.smtpAddress ?? usual) : (address ?? undefined)
    const others = aliases ?? otherAddresses(existing, address)
    // Former distinguished names are not the file's business.
    const former = (existing?.addresses ?? []).filter((text) => parseProxyAddress(text)?.type === 'X500')
    return { addresses: [...(primary === undefined ? [] : [`SMTP:${primary}`]), ...others, ...former] }
  }

  async #link(declaration: RecipientDeclaration, id: number): Promise<void> {
    const { manager, delegates, sendAs, fullAccess, forwardTo, copyTo, owners, members } = declaration
    const { authorizedSenders, unauthorizedSenders } = declaration
    const managers = manager === undefined ? undefined : manager === null ? [] : [manager]
    await this.#setLinks(declaration, id, 'manager', 'manager', managers)
    await this.#setLinks(declaration, id, 'delegate', 'delegates', delegates)
    await this.#setLinks(declaration, id, 'sendAs', 'sendAs', sendAs)
    await this.#setLinks(declaration, id, 'fullAccess', 'fullAccess', fullAccess)
    await this.#setLinks(declaration, id, 'forwardTo', 'forwardTo', forwardTo)
    await this.#setLinks(declaration, id, 'copyTo', 'copyTo', copyTo)
    await this.#setLinks(declaration, id, 'owner', 'owners', owners)
    await this.#setLinks(declaration, id, 'member', 'members', members)
    await this.#setLinks(declaration, id, 'authorizedSender', 'authorizedSenders', authorizedSenders)
    await this.#setLinks(declaration, id, 'unauthorizedSender', 'unauthorizedSenders', unauthorizedSenders)
  }

  async #setLinks(
    { place }: RecipientDeclaration,
    id: number,
    kind: LinkKind,
    key: string,
    references: readonly Reference[] | undefined,
  ): Promise<void> {
    if (references === undefined) return
    const targets: number[] = []
    for (const reference of references) {
      const target = await this.#resolve(reference)
      if (target !== undefined) targets.push(target.id)
    }
    const before = this.#tx.links(id, kind)
    const isSame =
      before.length === new Set(targets).size && targets.every((target) => before.includes(target))
    if (isSame) return
    await this.#try(references[0]?.place ?? place, async () => {
      await this.#tx.setLinks(id, kind, targets)
      const object = await this.#tx.get(id)
      if (object !== undefined) this.#report(object, 'updated', [key])
    })
  }

  /** The object that is meant; a problem if there is none. */
  async #resolve({ text, place }: Reference): Promise<DirectoryObject | undefined> {
    const object = await this.#tx.find(text)
    if (object === undefined) {
      this.#problems.push({
        ...place,
        message: `There is no "${text}", neither in this file nor in the directory.`,
      })
    }
    return object
  }

  async #putList({ name, displayName, filter }: AddressListDeclaration): Promise<void> {
    const existing = await this.#tx.findList(name)
    const fields = { filter, ...(displayName === undefined ? {} : { displayName }) }
    if (existing === undefined) {
      const list = await this.#tx.create({ ...fields, kind: 'addressList', name })
      this.#kept.add(list.id)
      this.#report(list, 'created', [])
      return
    }
    this.#kept.add(existing.id)
    const list = await this.#tx.update(existing.id, fields)
    const changed = differences(existing, list)
    if (changed.length > 0) this.#report(list, 'updated', changed)
  }

  async #placeList({ name, parent }: AddressListDeclaration): Promise<void> {
    const list = await this.#tx.findList(name)
    if (list === undefined) return
    const above = parent === undefined ? undefined : await this.#tx.findList(parent.text)
    if (parent !== undefined && above === undefined) {
      this.#problems.push({ ...parent.place, message: `There is no address list "${parent.text}".` })
      return
    }
    for (let next = above; next !== undefined; ) {
      if (next.id === list.id)
        throw new DirectoryError('invalid', `Address list "${name}" cannot stand below itself.`)
      next = next.parentId === undefined ? undefined : await this.#tx.get(next.parentId)
    }
    if (list.parentId === above?.id) return
    this.#report(await this.#tx.update(list.id, { parentId: above?.id ?? null }), 'updated', ['parent'])
  }

  /** What is to be removed need not be there. */
  async #remove({ text }: Reference): Promise<void> {
    const object = (await this.#tx.find(text)) ?? (await this.#tx.findList(text))
    if (object === undefined) return
    await this.#tx.remove(object.id)
    this.#report(object, 'removed', [])
  }

  async #prune(): Promise<void> {
    for (const summary of await this.#directory.summaries()) {
      if (this.#kept.has(summary.id)) continue
      const object = await this.#tx.get(summary.id)
      if (object === undefined || (object.kind === 'addressList' && isBuiltInList(object.name))) continue
      if (!hasMailbox(object.kind)) {
        await this.#tx.remove(object.id)
        this.#report(object, 'removed', [])
      } else if (object.isEnabled || !object.isHidden || object.mailbox?.isEnabled) {
        const mailbox =
          object.mailbox === undefined ? {} : { mailbox: { ...object.mailbox, isEnabled: false } }
        await this.#tx.update(object.id, { isEnabled: false, isHidden: true, ...mailbox })
        this.#report(object, 'disabled', [])
      }
    }
  }
}

function permissionsIn({ recipients, publicFolders }: Organization): readonly PermissionDeclaration[] {
  const folders = [...recipients.flatMap((recipient) => recipient.folders), ...publicFolders]
  return folders.flatMap(({ permissions }) => permissions)
}

const WHAT: Readonly<Record<DirectoryObject['kind'], string>> = {
  user: 'user',
  room: 'room',
  equipment: 'piece of equipment',
  group: 'group',
  dynamicGroup: 'dynamic group',
  contact: 'contact',
  publicFolder: 'public folder address',
  addressList: 'address list',
}

/** The addresses of an object but for the primary one that is replaced, which stays as another. */
function otherAddresses(
  existing: DirectoryObject | undefined,
  address: string | null | undefined,
): readonly string[] {
  if (existing === undefined) return []
  const primary = primarySmtpAddress(existing.addresses)
  return existing.addresses.flatMap((text) => {
    const proxy = parseProxyAddress(text)
    if (proxy?.type !== 'SMTP') return [text]
    if (address === null) return []
    return proxy.address === primary && address === undefined ? [] : [`smtp:${proxy.address}`]
  })
}

/** The mailbox that an object is to have: users, rooms and equipment one by default. */
function mailboxOf(
  { kind, mailbox }: RecipientDeclaration,
  existing: DirectoryObject | undefined,
): Pick<ObjectFields, 'mailbox'> {
  if (!hasMailbox(kind)) return {}
  if (mailbox === undefined) return existing === undefined ? { mailbox: newMailbox(undefined) } : {}
  if (!mailbox.wanted) return { mailbox: null }
  return { mailbox: merged(existing?.mailbox ?? newMailbox(mailbox), mailbox) }
}

function newMailbox(declared: MailboxDeclaration | undefined): MailboxReference {
  return { guid: randomUUID(), isEnabled: declared?.isEnabled ?? true }
}

function merged(
  reference: MailboxReference,
  { isEnabled, server, quota }: MailboxDeclaration,
): MailboxReference {
  return {
    ...reference,
    isEnabled,
    ...(server === undefined ? {} : { server }),
    ...(quota === undefined ? {} : { quota }),
  }
}

// ---------------------------------------------------------------------------------------------------
// Mailboxes and public folders

async function applyToMailboxes(
  organization: Organization,
  directory: Directory,
  target: MailboxTarget,
  prune: boolean,
): Promise<readonly ReportedChange[]> {
  const changes: ReportedChange[] = []
  const report = (outcome: TargetOutcome, what: string, name: string, action?: ReportedChange['action']) => {
    if (outcome !== 'unchanged') changes.push({ action: action ?? outcome, what, name, details: [] })
  }
  for await (const { mailbox, legacyDn, displayName, name } of directory.objects()) {
    if (mailbox === undefined) continue
    if (!mailbox.isEnabled) report(await target.disableMailbox(mailbox.guid), 'mailbox', name, 'disabled')
    else report(await target.ensureMailbox({ ...mailbox, ownerDn: legacyDn, displayName }), 'mailbox', name)
  }
  const options = { removeOthers: prune }
  for (const { name, folders } of organization.recipients) {
    const object = folders.length === 0 ? undefined : await directory.find(name)
    if (object?.mailbox?.isEnabled !== true) continue
    for (const { path, permissions } of folders) {
      const wanted = await resolvePermissions(permissions, organization, directory)
      const outcome = await target.setFolderPermissions(object.mailbox.guid, path, wanted, options)
      report(outcome, 'permissions', `${name}/${path}`)
    }
  }
  for (const { path, permissions } of organization.publicFolders) {
    report(await target.ensurePublicFolder(path), 'public folder', path)
    const wanted = await resolvePermissions(permissions, organization, directory)
    if (wanted.length === 0 && !prune) continue
    report(await target.setPublicFolderPermissions(path, wanted, options), 'permissions', path)
  }
  return changes
}

async function resolvePermissions(
  permissions: readonly PermissionDeclaration[],
  { fileName }: Organization,
  directory: Directory,
): Promise<readonly FolderPermission[]> {
  const resolved: FolderPermission[] = []
  for (const { member, rights } of permissions) {
    if (member === 'default' || member === 'anonymous') {
      resolved.push({ member: { kind: member }, rights })
      continue
    }
    const object = await directory.find(member.text)
    if (object === undefined) {
      const message = `There is no "${member.text}", neither in this file nor in the directory.`
      throw new OrganizationFileError(fileName, [{ ...member.place, message }])
    }
    const { legacyDn, displayName } = object
    const entryId = permanentEntryId(object)
    resolved.push({ member: { kind: 'entry', key: dnKey(legacyDn), entryId, displayName }, rights })
  }
  return resolved
}
