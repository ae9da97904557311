import type { FolderPermission, MailboxTarget, TargetOutcome, WantedMailbox } from '@bourse/directory'
import {
  type Folder,
  type Guid,
  type MessageStore,
  PidTagEntryId,
  PidTagMemberId,
  PidTagMemberRights,
  type PropertyEntries,
  type RowChange,
} from '@bourse/mapi'
import {
  ANONYMOUS,
  DEFAULT_QUOTAS,
  folderNames,
  getQuotas,
  type NamedFolder,
  type Principal,
  type Quotas,
  type StoreEngine,
  setQuotas,
} from '@bourse/store'
import { findFolder, namesIn } from './folder-path.ts'

/** Who sets up mailboxes: nobody of the organization, but an administrator. */
export const SETUP: Principal = { ...ANONYMOUS, displayName: 'Setup', role: 'administrator' }

/** PidTagMemberId of the two entries that every permissions list has ([MS-OXCPERM] 2.2.5). */
const DEFAULT_MEMBER = 0n
const ANONYMOUS_MEMBER = -1n

const ENGLISH_US = 0x0409

const KILOBYTE = 1024

/** The largest limit that a mailbox can have, as they are kept in kilobytes. */
const MAX_QUOTA = 0x7fffffff * KILOBYTE

/** Rows that are read at a time. */
const PAGE = 200

/**
 * The mailboxes and public folders of an engine, as organization files set them up.
 *
 * @param publicFolders the GUID that the store of the public folders has, or is to get
 */
export function engineTarget(engine: StoreEngine, publicFolders: Guid): MailboxTarget {
  async function publicStore(): Promise<MessageStore> {
    if (!engine.hasMailbox(publicFolders)) {
      await engine.createMailbox({
        kind: 'public',
        guid: publicFolders,
        ownerDn: '',
        displayName: 'Public Folders',
      })
    }
    return engine.logOn(publicFolders, SETUP)
  }

  return {
    async ensureMailbox({ guid, ownerDn, displayName, quota }: WantedMailbox): Promise<TargetOutcome> {
      if (!engine.hasMailbox(guid)) {
        await engine.createMailbox({
          kind: 'private',
          guid,
          ownerDn,
          displayName,
          ...(quota === undefined ? {} : { quotas: { ...quota, submitSize: DEFAULT_QUOTAS.submitSize } }),
        })
        return 'created'
      }
      const hasNewQuota = quota !== undefined && (await changeQuotas(engine, guid, quota))
      const wasDisabled = await engine.isDisabled(guid)
      if (wasDisabled) await engine.setDisabled(guid, false)
      return hasNewQuota || wasDisabled ? 'updated' : 'unchanged'
    },

    async disableMailbox(guid: Guid): Promise<TargetOutcome> {
      if (!engine.hasMailbox(guid) || (await engine.isDisabled(guid))) return 'unchanged'
      await engine.setDisabled(guid, true)
      return 'updated'
    },

    async setFolderPermissions(guid, path, permissions, { removeOthers }): Promise<TargetOutcome> {
      await using store = await engine.logOn(guid, SETUP)
      const { mailbox } = store.logon
      const english = folderNames(ENGLISH_US)
      // A special folder may have been named in another language.
      const [first = '', ...below] = namesIn(path)
      const role = Object.entries(english).find(([, known]) => sameName(known, first))?.[0]
      const special = role === undefined ? undefined : mailbox.info.folders[role as NamedFolder]
      const startId = special === undefined ? store.logon.folders.ipmSubtree! : mailbox.id(special)
      await using start = await store.openFolder(startId)
      const id = await findFolder(start, special === undefined ? namesIn(path) : below)
      if (id === undefined) throw new Error(`There is no folder "${path}" in the mailbox.`)
      await using folder = await store.openFolder(id)
      return await setPermissions(folder, permissions, removeOthers)
    },

    async ensurePublicFolder(path): Promise<TargetOutcome> {
      await using store = await publicStore()
      await using root = await store.openFolder(store.logon.folders.ipmSubtree!)
      const { folder, isNew } = await makeFolder(root, namesIn(path))
      await folder?.[Symbol.asyncDispose]()
      return isNew ? 'created' : 'unchanged'
    },

    async setPublicFolderPermissions(path, permissions, { removeOthers }): Promise<TargetOutcome> {
      await using store = await publicStore()
      await using root = await store.openFolder(store.logon.folders.ipmSubtree!)
      const id = await findFolder(root, namesIn(path))
      if (id === undefined) throw new Error(`There is no public folder "${path}".`)
      await using folder = await store.openFolder(id)
      return await setPermissions(folder, permissions, removeOthers)
    },
  }
}

/** Gives a mailbox these limits, all but the size of a message to send. Whether they were others before. */
async function changeQuotas(engine: StoreEngine, guid: Guid, quota: Quotas): Promise<boolean> {
  const mailbox = await engine.openMailbox(guid)
  const before = await mailbox.read(getQuotas)
  const stored = (bytes = MAX_QUOTA) => Math.ceil(Math.min(bytes, MAX_QUOTA) / KILOBYTE)
  const keys = ['warning', 'send', 'receive'] as const
  if (keys.every((key) => stored(before[key]) === stored(quota[key]))) return false
  const { submitSize } = before
  await mailbox.write((tx) =>
    setQuotas(tx, { ...quota, ...(submitSize === undefined ? {} : { submitSize }) }),
  )
  return true
}

/** Opens a folder below another one, and makes those on the way that are not there. */
async function makeFolder(
  root: Folder,
  names: readonly string[],
): Promise<{ readonly folder: Folder | undefined; readonly isNew: boolean }> {
  let folder = root
  let isNew = false
  for (const displayName of names) {
    const parent = folder
    const result = await parent.createFolder({ displayName, openExisting: true })
    folder = result.folder
    isNew = !result.existed
    if (parent !== root) await parent[Symbol.asyncDispose]()
  }
  return { folder: folder === root ? undefined : folder, isNew }
}

/** Folder names differ by more than their letter case. */
function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

/** Gives those who are named these rights on a folder, and with `removeOthers` nobody else any. */
async function setPermissions(
  folder: Folder,
  permissions: readonly FolderPermission[],
  removeOthers: boolean,
): Promise<TargetOutcome> {
  const options = { includeFreeBusy: true }
  await using list = await folder.permissions()
  const current = new Map<string, { readonly memberId: bigint; readonly rights: number }>()
  {
    await using table = await list.table(options)
    const typed = await table.setColumns([PidTagMemberId, PidTagEntryId, PidTagMemberRights])
    for (;;) {
      const { rows } = await typed.queryRows(PAGE)
      if (rows.length === 0) break
      for (const row of rows) {
        const memberId = row.get(PidTagMemberId)!
        const key = memberKey(memberId, row.get(PidTagEntryId))
        current.set(key, { memberId, rights: row.get(PidTagMemberRights) ?? 0 })
      }
    }
  }
  const changes: RowChange[] = []
  const named = new Set<string>()
  for (const { member, rights } of permissions) {
    const key =
      member.kind === 'entry'
        ? memberKey(undefined, member.entryId)
        : memberKey(member.kind === 'default' ? DEFAULT_MEMBER : ANONYMOUS_MEMBER, undefined)
    named.add(key)
    const before = current.get(key)
    if (before !== undefined) {
      if (before.rights === rights) continue
      changes.push({ operation: 'modify', properties: memberRights(before.memberId, rights) })
    } else if (member.kind === 'entry') {
      const properties: PropertyEntries = [
        [PidTagEntryId, member.entryId],
        [PidTagMemberRights, rights],
      ]
      changes.push({ operation: 'add', properties })
    }
  }
  if (removeOthers) {
    for (const [key, { memberId }] of current) {
      if (named.has(key) || memberId === DEFAULT_MEMBER || memberId === ANONYMOUS_MEMBER) continue
      changes.push({ operation: 'remove', properties: [[PidTagMemberId, memberId]] })
    }
  }
  if (changes.length === 0) return 'unchanged'
  await list.modify(changes, options)
  return 'updated'
}

function memberRights(memberId: bigint, rights: number): PropertyEntries {
  return [
    [PidTagMemberId, memberId],
    [PidTagMemberRights, rights],
  ]
}

/** Everybody's entry and that of who is anonymous are told apart by their IDs, all others by whom they are for. */
function memberKey(memberId: bigint | undefined, entryId: Uint8Array | undefined): string {
  if (memberId === DEFAULT_MEMBER || memberId === ANONYMOUS_MEMBER) return String(memberId)
  return Buffer.from(entryId ?? [])
    .toString('latin1')
    .toLowerCase()
}
