import { ErrorCode, type FileTime, fileTime, formatId, MapiError, parseId } from '@bourse/mapi'
import type { MapiMessageId } from './types.ts'

/** What the ID of a message says. */
export interface MessagePlace {
  readonly folderId: bigint
  readonly messageId: bigint
  /** When it was delivered, so that the search for the next one goes on although it is gone. */
  readonly time: FileTime
}

export function writeMessageId({ folderId, messageId, time }: MessagePlace): MapiMessageId {
  return `${formatId(folderId)}/${formatId(messageId)}/${time.toString(16)}`
}

/** Throws `InvalidParameter` for what is no ID. */
export function readMessageId(id: MapiMessageId): MessagePlace {
  const [, folder, message, time] = /^([0-9a-f-]+)\/([0-9a-f-]+)\/([0-9a-f]{1,16})$/.exec(id) ?? []
  try {
    return { folderId: parseId(folder!), messageId: parseId(message!), time: fileTime(BigInt(`0x${time}`)) }
  } catch (error) {
    throw new MapiError(ErrorCode.InvalidParameter, { message: 'This is no ID of a message.', cause: error })
  }
}
