import {
  compareGuids,
  decodePcl,
  decodeXid,
  encodePcl,
  type FileTime,
  fileTime,
  mergePcls,
  PidTagAttachMethod,
  PidTagChangeKey,
  PidTagInConflict,
  PidTagLastModificationTime,
  PidTagMessageFlags,
  PidTagPredecessorChangeList,
  PidTagRenderingPosition,
  type PropertyTag,
  pclIncludes,
} from '@bourse/mapi'
import { MessageFlag, MessageStatus } from '../message/message-flags.ts'
import { type MessageRow, readAttachments, readMessageOf } from '../message/message-row.ts'
import { AttachMethod } from '../object/message-content.ts'
import type { AttachmentRecord, MessageRecord } from '../record/message-record.ts'
import { packMessage } from '../record/pack-message.ts'
import type { StoredValue } from '../record/packed-properties.ts'
import type { Transaction } from '../storage/storage.ts'

/** What makes one version of an object differ from another ([MS-OXCFXICS] 3.1.5.6). */
export interface VersionKeys {
  /** PidTagChangeKey. */
  readonly changeKey: Uint8Array
  /** PidTagPredecessorChangeList. */
  readonly pcl: Uint8Array
  /** PidTagLastModificationTime. */
  readonly modified: FileTime
}

/** A version of a message that is one of several in conflict, kept as an attachment. */
export interface Version extends VersionKeys {
  /** PidTagAttachNumber. */
  readonly number: number
  /** About how many bytes it takes. */
  readonly size: number
  readonly record: MessageRecord
}

/**
 * The versions in a conflict resolve message ([MS-OXCFXICS] 3.1.5.6.2.1); none for any other message, or one that was changed since: who did that has
 * resolved the conflict.
 */
export async function conflictingVersions(tx: Transaction, row: MessageRow): Promise<readonly Version[]> {
  if ((row.status & MessageStatus.InConflict) === 0) return []
  return versionsIn(row, await readAttachments(tx, row.mid))
}

function versionsIn(row: MessageRow, attachments: readonly AttachmentRecord[]): readonly Version[] {
  const versions = attachments.flatMap((attachment) => versionOf(attachment) ?? [])
  const isAsResolved = versions.some(({ changeKey }) => Buffer.compare(changeKey, row.change_key) === 0)
  return isAsResolved ? versions : []
}

function versionOf({ number, properties, embedded }: AttachmentRecord): Version | undefined {
  if (properties.get(PidTagInConflict) !== true || embedded === undefined) return undefined
  const changeKey = embedded.properties.get(PidTagChangeKey)
  const pcl = embedded.properties.get(PidTagPredecessorChangeList)
  const modified = embedded.properties.get(PidTagLastModificationTime)
  if (!(changeKey instanceof Uint8Array) || !(pcl instanceof Uint8Array) || typeof modified !== 'bigint') {
    return undefined
  }
  return {
    number,
    changeKey,
    pcl,
    modified: fileTime(modified),
    size: packMessage(embedded).length,
    record: embedded,
  }
}

/**
 * Whether the version that is imported wins over the one that is there, the last writer winning ([MS-OXCFXICS] 3.1.5.6.2.2). Of two messages of the same time, that whose
 * change was made in the greater namespace wins; of two folders, that which is there.
 */
export function importedWins(
  imported: VersionKeys,
  stored: VersionKeys,
  kind: 'message' | 'folder',
): boolean {
  if (imported.modified !== stored.modified) return imported.modified > stored.modified
  if (kind === 'folder') return false
  return (
    compareGuids(decodeXid(imported.changeKey).namespaceGuid, decodeXid(stored.changeKey).namespaceGuid) >= 0
  )
}

/** The predecessor change list of what comes of two versions: the least that includes both. */
export function mergedPcl(a: Uint8Array, b: Uint8Array): Uint8Array {
  return encodePcl(mergePcls(decodePcl(a), decodePcl(b)))
}

/** A message with its versions as attachments, and which of them it is the same as. */
export interface ConflictMessage {
  readonly record: MessageRecord
  readonly winner: VersionKeys
  /** PidTagMessageFlags of the winner. */
  readonly flags: number
}

/**
 * The conflict resolve message of the version that is stored, or those that are if it is one already, and one that is imported: the contents of the winner, with all
 * versions as attachments ([MS-OXCFXICS] 3.1.5.6.2.1).
 */
export async function conflictMessage(
  tx: Transaction,
  row: MessageRow,
  imported: VersionKeys,
  record: MessageRecord,
  flags: number,
): Promise<ConflictMessage> {
  const stored = await readMessageOf(tx, row)
  const before = versionsIn(row, stored.attachments)
  const asStored: VersionKeys = {
    changeKey: row.change_key,
    pcl: row.pcl,
    modified: fileTime(BigInt(row.modified)),
  }
  const storedFlags = row.flags | (row.is_read === 1 ? MessageFlag.Read : 0)
  const versions: { readonly keys: VersionKeys; readonly record: MessageRecord }[] =
    before.length > 0
      ? // One that the imported version was made from is in conflict with it no more.
        before
          .filter(({ pcl }) => !pclIncludes(decodePcl(imported.pcl), decodePcl(pcl)))
          .map((version) => ({ keys: version, record: version.record }))
      : [{ keys: asStored, record: asVersion(stored, asStored, storedFlags) }]
  versions.push({ keys: imported, record: asVersion(record, imported, flags) })

  let winner = versions[0]!
  for (const version of versions.slice(1)) {
    if (importedWins(version.keys, winner.keys, 'message')) winner = version
  }
  const attachments = winner.record.attachments
  let number = Math.max(-1, ...attachments.map((attachment) => attachment.number)) + 1
  return {
    record: {
      ...winner.record,
      attachments: [
        ...attachments,
        ...versions.map(
          (version): AttachmentRecord => ({
            number: number++,
            properties: CONFLICT_ATTACHMENT,
            embedded: version.record,
          }),
        ),
      ],
    },
    winner: winner.keys,
    flags: Number(winner.record.properties.get(PidTagMessageFlags)),
  }
}

const CONFLICT_ATTACHMENT: ReadonlyMap<PropertyTag<unknown>, StoredValue> = new Map<
  PropertyTag<unknown>,
  StoredValue
>([
  [PidTagAttachMethod, AttachMethod.EmbeddedMessage],
  [PidTagInConflict, true],
  [PidTagRenderingPosition, -1],
])

/** A message as one of its versions is kept: with the properties by which versions are told apart. */
function asVersion(record: MessageRecord, keys: VersionKeys, flags: number): MessageRecord {
  const properties = new Map(record.properties)
  properties.set(PidTagChangeKey, keys.changeKey)
  properties.set(PidTagPredecessorChangeList, keys.pcl)
  properties.set(PidTagLastModificationTime, keys.modified)
  properties.set(PidTagMessageFlags, flags)
  return {
    ...record,
    properties,
    attachments: record.attachments.filter((attachment) => versionOf(attachment) === undefined),
  }
}
