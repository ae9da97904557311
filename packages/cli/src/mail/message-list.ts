import type { ListedMessage, MailFolder } from '@bourse/client'
import {
  type FileTime,
  MessageFlags,
  PidTagFlagStatus,
  PidTagHasAttachments,
  PidTagMessageDeliveryTime,
  PidTagMessageFlags,
  PidTagMessageSize,
  PidTagSenderName,
  PidTagSubject,
} from '@bourse/mapi'
import { formatTime, isoTime } from '../output/date.ts'
import { formatSize } from '../output/size.ts'
import type { TableColumn } from '../output/table.ts'
import type { Json } from '../output/write-rows.ts'
import { formatReference } from './reference.ts'

/** What listings of messages read. */
export const LISTED = [
  PidTagSubject,
  PidTagSenderName,
  PidTagMessageDeliveryTime,
  PidTagMessageFlags,
  PidTagMessageSize,
  PidTagHasAttachments,
  PidTagFlagStatus,
] as const

/** A message in a listing. */
export interface MessageLine {
  readonly reference: string
  readonly subject: string
  readonly sender: string
  readonly received: FileTime | undefined
  readonly isRead: boolean
  readonly size: number
  readonly hasAttachments: boolean
  readonly flag: 'flagged' | 'complete' | undefined
  /** Path of the folder it is in, where messages of several folders are listed. */
  readonly folder?: string
}

/** PidTagFlagStatus ([MS-OXOFLAG] 2.2.1.1). */
const FLAGS = new Map<number | undefined, 'flagged' | 'complete'>([
  [1, 'complete'],
  [2, 'flagged'],
])

export function toLine(
  folder: MailFolder,
  message: ListedMessage<typeof LISTED>,
  folderName?: string,
): MessageLine {
  const [subject, sender, received, flags, size, hasAttachments, flagStatus] = message.values()
  return {
    reference: formatReference({ folderId: folder.id, id: message.id }),
    subject: subject ?? '',
    sender: sender ?? '',
    received,
    isRead: ((flags ?? 0) & MessageFlags.Read) !== 0,
    size: size ?? 0,
    hasAttachments: hasAttachments ?? false,
    flag: FLAGS.get(flagStatus),
    ...(folderName === undefined ? {} : { folder: folderName }),
  }
}

/** The columns for people. */
export function lineColumns({ withFolder = false } = {}): readonly TableColumn<MessageLine>[] {
  return [
    { title: 'Message', value: ({ reference }) => reference },
    { title: '', value: marks },
    { title: 'Received', value: ({ received }) => formatTime(received) },
    { title: 'From', value: ({ sender }) => sender, isFlexible: true },
    { title: 'Subject', value: ({ subject }) => subject, isFlexible: true },
    ...(withFolder
      ? [{ title: 'Folder', value: ({ folder = '' }: MessageLine) => folder, isFlexible: true }]
      : []),
    { title: 'Size', value: ({ size }) => formatSize(size), align: 'right' },
  ]
}

/** Unread, flagged, with attachments. */
function marks({ isRead, flag, hasAttachments }: MessageLine): string {
  const flagMark = flag === 'flagged' ? '!' : flag === 'complete' ? 'x' : ' '
  return `${isRead ? ' ' : '*'}${flagMark}${hasAttachments ? '@' : ' '}`
}

export function lineJson({ reference, received, folder, flag, ...line }: MessageLine): Json {
  return {
    message: reference,
    received: isoTime(received),
    ...line,
    flag: flag ?? null,
    ...(folder === undefined ? {} : { folder }),
  }
}
