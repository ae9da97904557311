import {
  type ContentsExportOptions,
  type FileTime,
  fileTime,
  type Message,
  PidTagAssociated,
  PidTagChangeKey,
  PidTagChangeNumber,
  PidTagLastModificationTime,
  PidTagMessageSize,
  PidTagMid,
  PidTagPredecessorChangeList,
  PidTagSourceKey,
  PropertyBag,
  type SyncEvent,
} from '@bourse/mapi'
import type { Logon } from '../access/logon.ts'
import { getMessages, type MessageRow } from '../message/message-row.ts'
import { openMessage } from '../object/message-object.ts'
import { conflictingVersions, type Version } from './conflict.ts'
import type { ChangedMessage } from './export-contents.ts'
import { ownSourceKey } from './source-key.ts'

/** How many messages are looked up at once. */
const BATCH = 32

const MAX_INTEGER32 = 0x7fffffff

/** A change with what the replica has seen by it. */
export interface SentChange {
  readonly event: SyncEvent
  readonly mid: number
  readonly cn: number
  /** The change number of its read state. */
  readonly readCn: number
  /** Whether the message as it is sent is read if, and only if, it is now. */
  readonly tellsReadState: boolean
  readonly associated: boolean
}

/**
 * The changes of messages, each as it is by the time it is its turn; what was deleted meanwhile is left out. The outcome of a conflict is told by its versions, each by
 * itself ([MS-OXCFXICS] 3.1.5.6.2.1).
 */
export async function* messageChanges(
  logon: Logon,
  fid: number,
  changes: readonly ChangedMessage[],
  options: ContentsExportOptions,
): AsyncGenerator<SentChange> {
  const { mailbox } = logon
  for (let at = 0; at < changes.length; at += BATCH) {
    const batch = changes.slice(at, at + BATCH)
    const found = await mailbox.read(async (tx) => {
      const rows = await getMessages(
        tx,
        batch.map(({ mid }) => mid),
      )
      const result: { readonly row: MessageRow; readonly versions: readonly Version[] }[] = []
      for (const row of rows) {
        if (row.fid !== fid || row.deleted_at !== null) continue
        result.push({ row, versions: await conflictingVersions(tx, row) })
      }
      return result
    })
    for (const { row, versions } of found) {
      const sent = {
        mid: row.mid,
        cn: row.cn,
        readCn: row.read_cn,
        // Versions in conflict are as they were when they came to be.
        tellsReadState: versions.length === 0,
        associated: row.associated === 1,
      }
      const sourceKey =
        (options.foreignIdentifiers === true ? row.source_key : null) ??
        ownSourceKey(mailbox.info.replicaGuid, row.mid)
      const event = (version: HeaderValues, open: () => Promise<Message>): SentChange => ({
        ...sent,
        event: {
          kind: 'messageChange',
          header: headerOf(logon, row, sourceKey, version),
          open,
        },
      })
      if (versions.length === 0) {
        yield event(
          {
            changeKey: row.change_key,
            pcl: row.pcl,
            modified: fileTime(BigInt(row.modified)),
            size: row.size,
          },
          () => openMessage(logon, fid, row.mid),
        )
      }
      for (const version of versions) {
        yield event(version, async () => {
          const message = await openMessage(logon, fid, row.mid)
          const attachment = await message.openAttachment(version.number)
          return attachment.openEmbeddedMessage()
        })
      }
    }
  }
}

interface HeaderValues {
  readonly changeKey: Uint8Array
  readonly pcl: Uint8Array
  readonly modified: FileTime
  readonly size: number
}

/** messageChangeHeader ([MS-OXCFXICS] 2.2.4.3.14): the properties in the order that they have there. */
function headerOf(logon: Logon, row: MessageRow, sourceKey: Uint8Array, version: HeaderValues): PropertyBag {
  const { mailbox } = logon
  return new PropertyBag()
    .set(PidTagSourceKey, sourceKey)
    .set(PidTagLastModificationTime, version.modified)
    .set(PidTagChangeKey, version.changeKey)
    .set(PidTagPredecessorChangeList, version.pcl)
    .set(PidTagAssociated, row.associated === 1)
    .set(PidTagMid, mailbox.id(row.mid))
    .set(PidTagMessageSize, Math.min(version.size, MAX_INTEGER32))
    .set(PidTagChangeNumber, mailbox.id(row.cn))
}
