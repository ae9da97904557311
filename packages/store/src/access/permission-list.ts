import {
  addressBookEntryId,
  ErrorCode,
  MapiError,
  PidTagContainerClass,
  PidTagEntryId,
  PidTagMemberId,
  PidTagMemberName,
  PidTagMemberRights,
  PropertyBag,
  type RowChange,
} from '@bourse/mapi'
import { DecodeError, decodeWith } from '@bourse/mapi/bytes'
import { getFolder } from '../folder/folder-row.ts'
import { bumpFolder } from '../folder/modify.ts'
import type { Mailbox, MailboxTransaction } from '../mailbox/mailbox.ts'
import { PackedProperties } from '../record/packed-properties.ts'
import type { Transaction } from '../storage/storage.ts'
import { ANONYMOUS_KEY, DEFAULT_KEY, MEMBER_ANONYMOUS, MEMBER_DEFAULT } from './permissions.ts'
import type { Principal } from './principal.ts'
import { ALL_RIGHTS, RIGHTS_MASK, Rights } from './rights.ts'

/** An entry of a folder's permissions list ([MS-OXCPERM] 2.2.4 to 2.2.7). */
export interface PermissionEntry {
  /** PidTagMemberId. */
  readonly memberId: number
  /** PidTagEntryId; empty for the default and the anonymous entry. */
  readonly entryId: Uint8Array
  /** PidTagMemberName. */
  readonly name: string
  /** PidTagMemberRights. */
  readonly rights: number
}

export const FREE_BUSY_RIGHTS = Rights.FreeBusySimple | Rights.FreeBusyDetailed

/** Finds what a user is called, by legacy DN. `undefined` for who is not known. */
export type NameResolver = (legacyDn: string) => Promise<string | undefined>

/** The permissions list of a folder: everybody's entry first, that of who is anonymous last. */
export async function getPermissions(tx: Transaction, fid: number): Promise<readonly PermissionEntry[]> {
  const rows = await tx.all<{ member_id: number; entry_id: Uint8Array; name: string; rights: number }>(
    'SELECT member_id, entry_id, name, rights FROM permission WHERE fid = ?',
    fid,
  )
  const place = (id: number): number => (id === MEMBER_ANONYMOUS ? Number.MAX_VALUE : id)
  return rows
    .map((row) => ({ memberId: row.member_id, entryId: row.entry_id, name: row.name, rights: row.rights }))
    .sort((a, b) => place(a.memberId) - place(b.memberId))
}

/** A change of a permissions list, with all that must be asked for elsewhere. */
export interface PermissionChange {
  readonly operation: RowChange['operation']
  /** Which entry, if it is there already or is one of the two that always are. */
  readonly memberId?: number
  readonly member?: { readonly key: string; readonly entryId: Uint8Array; readonly name: string }
  readonly rights?: number
}

/** Checks the rows of RopModifyPermissions and finds names. Throws `InvalidParameter`. */
export async function readPermissionChanges(
  changes: readonly RowChange[],
  resolve: NameResolver,
  replace: boolean,
): Promise<readonly PermissionChange[]> {
  return Promise.all(
    changes.map(async ({ operation, properties }): Promise<PermissionChange> => {
      if (replace && operation !== 'add') throw new MapiError(ErrorCode.InvalidParameter)
      const bag = new PropertyBag(properties)
      const id = bag.get(PidTagMemberId)
      const memberId = id === undefined ? undefined : Number(id)
      const rights = bag.get(PidTagMemberRights)
      if (operation !== 'remove' && rights === undefined) throw new MapiError(ErrorCode.InvalidParameter)
      const known = { operation, ...(rights !== undefined && { rights: rights & RIGHTS_MASK }) }
      if (operation !== 'add' || memberId === MEMBER_DEFAULT || memberId === MEMBER_ANONYMOUS) {
        if (memberId === undefined) throw new MapiError(ErrorCode.InvalidParameter)
        return { ...known, memberId }
      }
      const entryId = bag.get(PidTagEntryId)
      if (entryId === undefined || entryId.length === 0) throw new MapiError(ErrorCode.InvalidParameter)
      const dn = dnOf(entryId)
      const name = (await resolve(dn)) ?? bag.get(PidTagMemberName) ?? commonName(dn)
      return { ...known, member: { key: dn.toLowerCase(), entryId, name } }
    }),
  )
}

/**
 * Changes a folder's permissions list ([MS-OXCPERM] 2.2.2.1, 3.2.5.2). Entries that are to be changed or removed and are
 * not there are passed over.
 */
export async function modifyPermissions(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  fid: number,
  changes: readonly PermissionChange[],
  options: { readonly replace: boolean; readonly includeFreeBusy: boolean },
): Promise<void> {
  const folder = (await getFolder(tx, fid))!
  const isCalendar =
    fid === mailbox.info.folders.calendar ||
    String(new PackedProperties(folder.props).get(PidTagContainerClass) ?? '').startsWith('IPF.Appointment')
  const before = new Map((await getPermissions(tx, fid)).map((entry) => [entry.memberId, entry.rights]))
  const effective = (rights: number, memberId: number | undefined): number => {
    if (options.includeFreeBusy) return rights
    const basic = rights & ~FREE_BUSY_RIGHTS
    if (!isCalendar || memberId === MEMBER_ANONYMOUS) return basic
    const current = memberId === undefined ? undefined : before.get(memberId)
    if (current !== undefined) return basic | (current & FREE_BUSY_RIGHTS)
    // Clients that know nothing of free/busy rights mean these ([MS-OXCPERM] 2.2.7, note 5).
    return basic | Rights.FreeBusySimple | ((basic & Rights.ReadAny) === 0 ? 0 : Rights.FreeBusyDetailed)
  }
  if (options.replace) {
    await tx.run(
      'DELETE FROM permission WHERE fid = ? AND member_id NOT IN (?, ?)',
      fid,
      MEMBER_DEFAULT,
      MEMBER_ANONYMOUS,
    )
    await setRights(tx, fid, MEMBER_ANONYMOUS, 0)
  }
  for (const { operation, memberId, member, rights = 0 } of changes) {
    if (member !== undefined) {
      const id = await memberIdOf(tx, member.key)
      await tx.run(
        `INSERT INTO permission (fid, member_id, member_key, entry_id, name, rights) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (fid, member_id) DO UPDATE SET name = excluded.name, rights = excluded.rights`,
        fid,
        id,
        member.key,
        member.entryId,
        member.name,
        effective(rights, id),
      )
    } else if (operation === 'remove') {
      // Everybody's entry and that of who is anonymous are always there; without rights they say as much.
      if (isReserved(memberId!)) await setRights(tx, fid, memberId!, 0)
      else await tx.run('DELETE FROM permission WHERE fid = ? AND member_id = ?', fid, memberId!)
    } else if (isReserved(memberId!)) await putReserved(tx, fid, memberId!, effective(rights, memberId))
    else await setRights(tx, fid, memberId!, effective(rights, memberId))
  }
  await bumpFolder(tx, mailbox, fid)
  tx.changed({ object: 'folder', kind: 'modified', fid, parentFid: folder.parent_fid })
}

function isReserved(memberId: number): boolean {
  return memberId === MEMBER_DEFAULT || memberId === MEMBER_ANONYMOUS
}

async function setRights(
  tx: MailboxTransaction,
  fid: number,
  memberId: number,
  rights: number,
): Promise<void> {
  await tx.run('UPDATE permission SET rights = ? WHERE fid = ? AND member_id = ?', rights, fid, memberId)
}

async function putReserved(
  tx: MailboxTransaction,
  fid: number,
  memberId: number,
  rights: number,
): Promise<void> {
  const isDefault = memberId === MEMBER_DEFAULT
  await tx.run(
    `INSERT INTO permission (fid, member_id, member_key, entry_id, name, rights) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (fid, member_id) DO UPDATE SET rights = excluded.rights`,
    fid,
    memberId,
    isDefault ? DEFAULT_KEY : ANONYMOUS_KEY,
    new Uint8Array(0),
    isDefault ? '' : 'Anonymous',
    rights,
  )
}

/** The PidTagMemberId of a user: the same in all folders of the mailbox. */
async function memberIdOf(tx: MailboxTransaction, key: string): Promise<number> {
  const row = await tx.get<{ member_id: number }>(
    'SELECT member_id FROM permission WHERE member_key = ? LIMIT 1',
    key,
  )
  return row?.member_id ?? tx.allocate()
}

/** The distinguished name in an entry ID of the address book. Throws `InvalidParameter`. */
function dnOf(entryId: Uint8Array): string {
  try {
    return decodeWith(addressBookEntryId, entryId).x500Dn
  } catch (error) {
    if (error instanceof DecodeError) throw new MapiError(ErrorCode.InvalidParameter, { cause: error })
    throw error
  }
}

/** The last part of a distinguished name, without its attribute: what to call somebody whom the directory does not know. */
function commonName(dn: string): string {
  return dn.slice(dn.lastIndexOf('=') + 1)
}

/** Makes somebody the owner of a folder that they have made. */
export async function grantOwnership(
  tx: MailboxTransaction,
  fid: number,
  principal: Principal,
): Promise<void> {
  if (principal.key === '') return
  await tx.run(
    `INSERT INTO permission (fid, member_id, member_key, entry_id, name, rights) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (fid, member_id) DO UPDATE SET rights = excluded.rights`,
    fid,
    await memberIdOf(tx, principal.key),
    principal.key,
    principal.entryId,
    principal.displayName,
    ALL_RIGHTS,
  )
}
