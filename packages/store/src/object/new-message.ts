import {
  type FileTime,
  PidTagCreationTime,
  PidTagCreatorEntryId,
  PidTagCreatorName,
  PidTagDisplayBcc,
  PidTagDisplayCc,
  PidTagDisplayTo,
  PidTagImportance,
  PidTagLastModificationTime,
  PidTagLastModifierEntryId,
  PidTagLastModifierName,
  PidTagLocaleId,
  PidTagMessageClass,
  PidTagMessageFlags,
  PidTagMessageLocaleId,
  PidTagSearchKey,
  PidTagSensitivity,
  PidTagTrustSender,
  type PropertyTag,
} from '@bourse/mapi'
import type { Logon } from '../access/logon.ts'
import { NORMAL_IMPORTANCE } from '../message/derived-columns.ts'
import { DERIVED_MESSAGE_FLAGS, MessageFlag } from '../message/message-flags.ts'
import type { MessageFacts } from '../message/message-source.ts'
import { DEFAULT_MESSAGE_CLASS, newSearchKey } from '../message/settle.ts'
import { streamableSize } from '../record/large-value.ts'
import type { MessageRecord } from '../record/message-record.ts'
import { packMessage } from '../record/pack-message.ts'
import type { StoredValue } from '../record/packed-properties.ts'
import type { MessageContent } from './message-content.ts'

/** The properties that a new message begins with ([MS-OXCMSG] 3.2.5.2). */
export function newMessageRecord({ principal, mailbox }: Logon, now: FileTime): MessageRecord {
  const { localeId } = mailbox.info
  return {
    properties: new Map<PropertyTag<unknown>, StoredValue>([
      [PidTagImportance, NORMAL_IMPORTANCE],
      [PidTagMessageClass, DEFAULT_MESSAGE_CLASS],
      [PidTagSensitivity, 0],
      [PidTagDisplayBcc, ''],
      [PidTagDisplayCc, ''],
      [PidTagDisplayTo, ''],
      [PidTagTrustSender, 1],
      [PidTagCreationTime, now],
      [PidTagSearchKey, newSearchKey()],
      [PidTagMessageLocaleId, localeId],
      [PidTagLocaleId, localeId],
      [PidTagCreatorName, principal.displayName],
      [PidTagCreatorEntryId, principal.entryId],
      [PidTagLastModifierName, principal.displayName],
      [PidTagLastModifierEntryId, principal.entryId],
    ]),
    recipients: [],
    attachments: [],
  }
}

/** A new message counts as read, and as a draft ([MS-OXCMSG] 3.2.5.2, note 22). */
export function factsOfNew(now: FileTime, fid: number | undefined, associated: boolean): MessageFacts {
  return {
    mid: undefined,
    fid,
    associated,
    flags: MessageFlag.Unsent | MessageFlag.EverRead,
    isRead: true,
    status: 0,
    size: 0,
    hasAttachments: false,
    cn: undefined,
    changeKey: undefined,
    pcl: undefined,
    modified: now,
    localCommit: now,
    deletedOn: undefined,
  }
}

/** The facts of a message that is attached to another one: its flags are among its properties. */
export function factsOfEmbedded(record: MessageRecord): MessageFacts {
  const given = record.properties.get(PidTagMessageFlags)
  const flags = typeof given === 'number' ? given : MessageFlag.Unsent
  const modified = record.properties.get(PidTagLastModificationTime)
  return {
    ...factsOfNew((typeof modified === 'bigint' ? modified : 0n) as FileTime, undefined, false),
    flags: flags & ~DERIVED_MESSAGE_FLAGS,
    isRead: (flags & MessageFlag.Read) !== 0,
    size: packMessage(record).length,
    hasAttachments: record.attachments.length > 0,
  }
}

/** About how many bytes a message will take that was not saved yet. */
export function roughSize({ properties }: MessageContent): number {
  let size = 0
  for (const tag of properties.tags()) size += 8 + streamableSize(tag, properties.get(tag)!)
  return size
}
