import {
  ErrorCode,
  type ModifyOptions,
  type ModifyTable,
  PidTagEntryId,
  PidTagMemberId,
  PidTagMemberName,
  PidTagMemberRights,
  PropertyBag,
  type RowChange,
  type Table,
} from '@bourse/mapi'
import type { Logon } from '../access/logon.ts'
import {
  FREE_BUSY_RIGHTS,
  getPermissions,
  modifyPermissions,
  readPermissionChanges,
} from '../access/permission-list.ts'
import { Rights } from '../access/rights.ts'
import { openRowsTable } from '../table/open-table.ts'
import { TABLE_KINDS } from '../table/table-kind.ts'
import { requireLive } from './folder-access.ts'

const COLUMNS = [PidTagEntryId, PidTagMemberId, PidTagMemberName, PidTagMemberRights] as const

/** The permissions list of a folder ([MS-OXCPERM]). */
export class PermissionTable implements ModifyTable {
  readonly #logon: Logon
  readonly #fid: number

  constructor(logon: Logon, fid: number) {
    this.#logon = logon
    this.#fid = fid
  }

  /** Rows are read when they are asked for, and then throw `AccessDenied` if the user may not see the folder ([MS-OXCPERM] 3.2.5.1). */
  async table(options: { readonly includeFreeBusy?: boolean } = {}): Promise<Table> {
    const hidden = options.includeFreeBusy === true ? 0 : FREE_BUSY_RIGHTS
    return openRowsTable(this.#logon, COLUMNS, () => this.#rows(hidden), TABLE_KINDS.permissions)
  }

  async #rows(hidden: number): Promise<readonly PropertyBag[]> {
    return this.#logon.mailbox.read(async (tx) => {
      await requireLive(tx, this.#fid)
      await this.#logon.require(tx, this.#fid, Rights.FolderVisible)
      return (await getPermissions(tx, this.#fid)).map(
        ({ entryId, memberId, name, rights }) =>
          new PropertyBag([
            [PidTagEntryId, entryId],
            [PidTagMemberId, BigInt(memberId)],
            [PidTagMemberName, name],
            [PidTagMemberRights, rights & ~hidden],
          ]),
      )
    })
  }

  async modify(changes: readonly RowChange[], options: ModifyOptions = {}): Promise<void> {
    const { mailbox } = this.#logon
    const replace = options.replace === true
    const checked = await readPermissionChanges(changes, mailbox.services.displayNameOf, replace)
    await mailbox.write(async (tx) => {
      await requireLive(tx, this.#fid)
      await this.#logon.require(tx, this.#fid, Rights.FolderOwner, ErrorCode.AccessDenied)
      await modifyPermissions(tx, mailbox, this.#fid, checked, {
        replace,
        includeFreeBusy: options.includeFreeBusy === true,
      })
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
