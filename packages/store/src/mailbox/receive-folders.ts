import {
  ErrorCode,
  type FileTime,
  MapiError,
  PidTagFolderId,
  PidTagLastModificationTime,
  PidTagMessageClass,
  type PropertyTag,
  PtypString8,
  type ReceiveFolder,
  Row,
  withType,
} from '@bourse/mapi'
import type { Transaction } from '../storage/storage.ts'
import { foldCase } from '../table/fold.ts'
import type { FolderRole } from './folder-roles.ts'
import type { Mailbox, MailboxTransaction } from './mailbox.ts'

/** The receive folders that a mailbox begins with ([MS-OXCSTOR] 3.2.3). */
export const DEFAULT_RECEIVE_FOLDERS: readonly {
  readonly messageClass: string
  readonly role: FolderRole
}[] = [
  { messageClass: '', role: 'inbox' },
  { messageClass: 'IPM', role: 'inbox' },
  { messageClass: 'Report.IPM', role: 'inbox' },
  { messageClass: 'IPC', role: 'root' },
]

/** Classes whose receive folder cannot be changed ([MS-OXCSTOR] 3.2.5.3). */
const FIXED_CLASSES: ReadonlySet<string> = new Set(['ipm', 'report.ipm'])

/** The longest message class, without its terminator ([MS-OXCSTOR] 2.2.1.2.1). */
const MAX_CLASS_LENGTH = 254

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/

/** The columns of the receive folder table, in order ([MS-OXCSTOR] 2.2.1.4.2). */
export const RECEIVE_FOLDER_COLUMNS = [
  PidTagFolderId,
  withType<string>(PidTagMessageClass, PtypString8),
  PidTagLastModificationTime,
] as const satisfies readonly PropertyTag<unknown>[]

/** Checks a message class as clients give it ([MS-OXCSTOR] 2.2.1.2.1). Throws `InvalidParameter`. */
export function checkMessageClass(messageClass: string): void {
  if (
    messageClass.length > MAX_CLASS_LENGTH ||
    !PRINTABLE_ASCII.test(messageClass) ||
    messageClass.startsWith('.') ||
    messageClass.endsWith('.') ||
    messageClass.includes('..')
  ) {
    throw new MapiError(ErrorCode.InvalidParameter)
  }
}

/** Where messages of a class arrive: at the folder of the nearest class above it that has one ([MS-OXCSTOR] 3.2.5.2). */
export async function findReceiveFolder(
  tx: Transaction,
  mailbox: Mailbox,
  messageClass: string,
): Promise<ReceiveFolder> {
  for (let key = foldCase(messageClass); ; key = key.slice(0, Math.max(key.lastIndexOf('.'), 0))) {
    const row = await tx.get<{ fid: number; message_class: string }>(
      'SELECT fid, message_class FROM receive_folder WHERE class_key = ?',
      key,
    )
    if (row !== undefined) return { folderId: mailbox.id(row.fid), messageClass: row.message_class }
    if (key === '') return { folderId: mailbox.id(mailbox.info.folders.inbox!), messageClass: '' }
  }
}

/**
 * Sets where messages of a class arrive, or without a folder lets them go where those of the class above it do
 * ([MS-OXCSTOR] 3.2.5.3). The folder must exist.
 */
export async function changeReceiveFolder(
  tx: MailboxTransaction,
  messageClass: string,
  fid: number | undefined,
): Promise<void> {
  const key = foldCase(messageClass)
  if (FIXED_CLASSES.has(key)) throw new MapiError(ErrorCode.AccessDenied)
  if (fid === undefined) {
    if (key === '') throw new MapiError(ErrorCode.GeneralFailure)
    await tx.run('DELETE FROM receive_folder WHERE class_key = ?', key)
  } else await putReceiveFolder(tx, messageClass, fid)
}

/** Sets where messages of a class arrive, whichever class it is. */
export async function putReceiveFolder(
  tx: MailboxTransaction,
  messageClass: string,
  fid: number,
): Promise<void> {
  await tx.run(
    `INSERT INTO receive_folder (class_key, message_class, fid, modified) VALUES (?, ?, ?, ?)
     ON CONFLICT (class_key) DO UPDATE SET fid = excluded.fid, modified = excluded.modified`,
    foldCase(messageClass),
    messageClass,
    fid,
    tx.now,
  )
}

/** All receive folders, in the columns {@link RECEIVE_FOLDER_COLUMNS}, by class. Throws `NoReceiveFolder` if there are none. */
export async function listReceiveFolders(tx: Transaction, mailbox: Mailbox): Promise<readonly Row[]> {
  const rows = await tx.all<{ fid: number; message_class: string; modified: string }>(
    'SELECT fid, message_class, CAST(modified AS TEXT) AS modified FROM receive_folder ORDER BY class_key',
  )
  if (rows.length === 0) throw new MapiError(ErrorCode.NoReceiveFolder)
  return rows.map(
    (row) =>
      new Row(RECEIVE_FOLDER_COLUMNS, [
        mailbox.id(row.fid),
        row.message_class,
        BigInt(row.modified) as FileTime,
      ]),
  )
}
