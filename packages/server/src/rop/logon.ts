import { encodingOfCodePage } from '@bourse/formats/body'
import {
  ErrorCode,
  type FileTime,
  fileTimeToInstant,
  type LogonInfo,
  MapiError,
  PRIVATE_LOGON_FOLDERS,
  PUBLIC_LOGON_FOLDERS,
  type SpecialFolder,
} from '@bourse/mapi'
import {
  LOGON_FOLDERS,
  LogonFlags,
  type LogonTime,
  logon,
  OpenFlags,
  type PrivateLogon,
  type PublicLogon,
  ResponseFlags,
  WRONG_SERVER,
} from '@bourse/wire/rop'
import type { RopCall } from './call.ts'
import { handler, type Outcome } from './handler.ts'

const LOGON_FLAGS =
  LogonFlags.Private | LogonFlags.Undercover | LogonFlags.Ghosted | LogonFlags.SpoolerProcess
const OPEN_FLAGS = Object.values(OpenFlags).reduce<number>((all, flag) => all | flag, 0)
/** Which of LogonFlags come back ([MS-OXCSTOR] 2.2.1.1.3). */
const RETURNED_FLAGS = LogonFlags.Private | LogonFlags.Undercover | LogonFlags.Ghosted

/** The Gateway Address Routing Table, which there is none of, has never changed. */
const GWART_TIME = 1n
const NO_GUID = '00000000-0000-0000-0000-000000000000' as PublicLogon['perUserGuid']

/** RopLogon: [MS-OXCSTOR] 3.2.5.1. */
async function logOn(call: RopCall<typeof logon>): Promise<Outcome<typeof logon>> {
  const { session, request } = call
  const { logonFlags, openFlags, essdn } = request
  const isPrivate = (logonFlags & LogonFlags.Private) !== 0
  call.requireFlags(logonFlags, LOGON_FLAGS, ErrorCode.GeneralFailure)
  call.requireFlags(openFlags, OPEN_FLAGS, ErrorCode.GeneralFailure)
  if (encodingOfCodePage(session.codePage) === undefined) throw new MapiError(ErrorCode.UnknownCodePage)
  const has = (flag: number) => (openFlags & flag) !== 0
  const opening = await session.openStore({
    kind: isPrivate ? 'private' : 'public',
    essdn,
    useAdminPrivilege: has(OpenFlags.USE_ADMIN_PRIVILEGE),
    anyPublicStore: has(OpenFlags.IGNORE_HOME_MDB) || has(OpenFlags.ALTERNATE_SERVER),
  })
  if (opening.kind === 'redirect') {
    if (session.logonHistory.noteMisdirected()) throw new MapiError(ErrorCode.ServerPaused)
    const { serverName } = opening
    return { returnValue: WRONG_SERVER, body: { logonFlags: logonFlags & RETURNED_FLAGS, serverName } }
  }
  const { store } = opening
  if (isPrivate) {
    const { mailboxGuid } = store.logon
    if (session.logonHistory.isOtherMailbox(mailboxGuid) && !has(OpenFlags.USE_PER_MDB_REPLID_MAPPING)) {
      await store[Symbol.asyncDispose]()
      throw new MapiError(ErrorCode.InvalidParameter)
    }
    session.logonHistory.noteMailbox(mailboxGuid)
  }
  return {
    object: { kind: 'logon', logonId: call.logonId, store, isPublic: !isPrivate },
    body: isPrivate ? privateLogon(logonFlags, store.logon) : publicLogon(logonFlags, store.logon),
  }
}

/** [MS-OXCSTOR] 2.2.1.1.3. */
function privateLogon(logonFlags: number, info: LogonInfo): PrivateLogon {
  const { Reserved, OwnerRight, SendAsRight, OOF } = ResponseFlags
  return {
    logonFlags: logonFlags & RETURNED_FLAGS,
    folderIds: folderIds(info, PRIVATE_LOGON_FOLDERS),
    responseFlags:
      Reserved |
      (info.isOwner ? OwnerRight : 0) |
      (info.maySendAs ? SendAsRight : 0) |
      (info.isOutOfOffice ? OOF : 0),
    mailboxGuid: info.mailboxGuid,
    replId: info.replicaId,
    replGuid: info.replicaGuid,
    logonTime: logonTime(info.logonTime),
    gwartTime: GWART_TIME,
    storeState: 0,
  }
}

/** [MS-OXCSTOR] 2.2.1.1.4. */
function publicLogon(logonFlags: number, info: LogonInfo): PublicLogon {
  return {
    logonFlags: logonFlags & RETURNED_FLAGS,
    folderIds: folderIds(info, PUBLIC_LOGON_FOLDERS),
    replId: info.replicaId,
    replGuid: info.replicaGuid,
    perUserGuid: NO_GUID,
  }
}

/** 13 of them; 0 where there is no folder. */
function folderIds({ folders }: LogonInfo, order: readonly SpecialFolder[]): bigint[] {
  return Array.from({ length: LOGON_FOLDERS }, (_, i) => folders[order[i]!] ?? 0n)
}

function logonTime(time: FileTime): LogonTime {
  const { second, minute, hour, dayOfWeek, day, month, year } =
    fileTimeToInstant(time).toZonedDateTimeISO('UTC')
  return { seconds: second, minutes: minute, hour, dayOfWeek: dayOfWeek % 7, day, month, year }
}

/** Logon ROPs. */
export const logonHandlers = [handler(logon, logOn)] as const
