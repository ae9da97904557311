import {
  ErrorCode,
  type FileTime,
  type Guid,
  type LogonInfo,
  MapiError,
  nowAsFileTime,
  PRIVATE_LOGON_FOLDERS,
  PUBLIC_LOGON_FOLDERS,
  type SpecialFolder,
} from '@bourse/mapi'
import { type Mailbox, OWN_REPLID } from '../mailbox/mailbox.ts'
import type { Transaction } from '../storage/storage.ts'
import { rightsFromPermissions } from './permissions.ts'
import type { Principal } from './principal.ts'
import { RIGHTS_MASK } from './rights.ts'

/** What the directory knows of a user and a mailbox, beyond who the user is. */
export interface LogonOptions {
  /** The user has been given the whole mailbox, as if it were their own. */
  readonly fullAccess?: boolean
  /** The user may send mail in the name of the mailbox. Owners always may. */
  readonly maySendAs?: boolean
  /** PidTagOutOfOfficeState at logon. */
  readonly isOutOfOffice?: boolean
}

/** Somebody logged on to a mailbox: what every object of the logon checks access against. */
export class Logon implements LogonInfo {
  readonly mailbox: Mailbox
  readonly principal: Principal
  readonly isOwner: boolean
  readonly isAdministrator: boolean
  /** Code page of 8-bit strings, e.g. 1252. */
  readonly codePage: number
  readonly kind: 'private' | 'public'
  readonly folders: Readonly<Partial<Record<SpecialFolder, bigint>>>
  readonly maySendAs: boolean
  readonly isOutOfOffice: boolean
  readonly mailboxGuid: Guid
  readonly replicaId: number = OWN_REPLID
  readonly replicaGuid: Guid
  readonly logonTime: FileTime

  constructor(mailbox: Mailbox, principal: Principal, codePage: number, options: LogonOptions = {}) {
    const { info } = mailbox
    this.mailbox = mailbox
    this.principal = principal
    this.isOwner =
      info.kind === 'private' &&
      (options.fullAccess === true || (principal.key !== '' && principal.key === info.ownerDn.toLowerCase()))
    this.isAdministrator = principal.role === 'administrator'
    this.codePage = codePage
    this.kind = info.kind
    this.folders = logonFolders(mailbox)
    this.maySendAs = options.maySendAs ?? this.isOwner
    this.isOutOfOffice = options.isOutOfOffice ?? false
    this.mailboxGuid = info.guid
    this.replicaGuid = info.replicaGuid
    this.logonTime = nowAsFileTime()
  }

  /** Whether the user has full access to the whole mailbox. */
  get hasFullAccess(): boolean {
    return this.isOwner || this.isAdministrator
  }

  /** The user's rights on a folder ({@link Rights}). Owners of a mailbox and administrators have all of them. */
  async rightsOn(tx: Transaction, fid: number): Promise<number> {
    if (this.hasFullAccess) return RIGHTS_MASK
    return rightsFromPermissions(tx, fid, this.principal)
  }

  /** Throws `error`, `AccessDenied` if left out, unless the user has all of `rights` on the folder. */
  async require(
    tx: Transaction,
    fid: number,
    rights: number,
    error: number = ErrorCode.AccessDenied,
  ): Promise<void> {
    if (((await this.rightsOn(tx, fid)) & rights) !== rights) throw new MapiError(error)
  }

  /** Throws `AccessDenied` unless the user has full access to the whole mailbox. */
  requireFullAccess(): void {
    if (!this.hasFullAccess) throw new MapiError(ErrorCode.AccessDenied)
  }
}

/** The IDs of the folders that a logon names ([MS-OXCSTOR] 2.2.1.1.3, 2.2.1.1.4). */
function logonFolders(mailbox: Mailbox): Readonly<Partial<Record<SpecialFolder, bigint>>> {
  const roles = mailbox.info.kind === 'private' ? PRIVATE_LOGON_FOLDERS : PUBLIC_LOGON_FOLDERS
  return Object.fromEntries(
    roles.flatMap((role) => {
      const fid = mailbox.info.folders[role]
      return fid === undefined ? [] : [[role, mailbox.id(fid)]]
    }),
  )
}
