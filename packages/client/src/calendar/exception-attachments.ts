import {
  AttachMethod,
  type FileTime,
  type Message,
  PidTagAttachEncoding,
  PidTagAttachFlags,
  PidTagAttachMethod,
  PidTagAttachmentFlags,
  PidTagAttachmentHidden,
  PidTagAttachmentLinkId,
  PidTagAttachNumber,
  PidTagDisplayName,
  PidTagExceptionEndTime,
  PidTagExceptionReplaceTime,
  PidTagExceptionStartTime,
  PidTagMessageClass,
  PidTagRenderingPosition,
} from '@bourse/mapi'
import { setAll } from '../mail/problems.ts'
import type { TagResolver } from '../mail/property.ts'
import { readRows } from '../mail/rows.ts'
import { type Assignment, setNamed } from '../mail/set-named.ts'

/** PidTagAttachmentFlags: the message of an exception ([MS-OXOCAL] 2.2.10.1.2, afException). */
const EXCEPTION = 0x00000002

/** PidTagMessageClass of the message of an exception ([MS-OXOCAL] 2.2.10.2.1). */
const EXCEPTION_CLASS = 'IPM.OLE.CLASS.{00061055-0000-0000-C000-000000000046}'

/** When an exception is, and would have been. Local times as if they were UTC, but for `replaces`. */
export interface ExceptionTimes {
  readonly start: FileTime
  readonly end: FileTime
  /** When the occurrence would have started, in UTC. */
  readonly replaces: FileTime
}

/** The number of the attachment that holds an exception, by the time that it replaces or the local time that it starts at. */
export async function findException(
  message: Message,
  { replaces, start }: { readonly replaces: FileTime; readonly start: FileTime | undefined },
): Promise<number | undefined> {
  await using table = await message.attachmentTable()
  const typed = await table.setColumns([
    PidTagAttachNumber,
    PidTagAttachmentFlags,
    PidTagExceptionReplaceTime,
    PidTagExceptionStartTime,
  ])
  for await (const row of readRows(typed)) {
    const [number, flags = 0, replaced, starts] = row.values()
    if ((flags & EXCEPTION) === 0) continue
    // The time that is replaced is not always there; then the start tells them apart ([MS-OXOCAL] 2.2.10.1.6).
    if (replaced === undefined ? starts === start : replaced === replaces) return number
  }
  return undefined
}

/** Puts the message of an exception into a series, in the place of one that is there ([MS-OXOCAL] 2.2.10). */
export async function putException(
  message: Message,
  tags: TagResolver,
  present: number | undefined,
  times: ExceptionTimes,
  properties: readonly Assignment[],
): Promise<void> {
  await using attachment =
    present === undefined
      ? await message.createAttachment()
      : await message.openAttachment(present, 'readWrite')
  await setAll(attachment, [
    [PidTagAttachMethod, AttachMethod.embeddedMessage],
    [PidTagDisplayName, 'Untitled'],
    [PidTagRenderingPosition, -1],
    [PidTagAttachEncoding, new Uint8Array(0)],
    [PidTagAttachFlags, 0],
    [PidTagAttachmentFlags, EXCEPTION],
    [PidTagAttachmentHidden, true],
    [PidTagAttachmentLinkId, 0],
    [PidTagExceptionStartTime, times.start],
    [PidTagExceptionEndTime, times.end],
    [PidTagExceptionReplaceTime, times.replaces],
  ])
  await using embedded = await attachment.openEmbeddedMessage(present === undefined ? 'create' : 'readWrite')
  await setAll(embedded, [[PidTagMessageClass, EXCEPTION_CLASS]])
  await setNamed(embedded, tags, properties)
  await embedded.save()
  await attachment.save()
}

/** Takes the messages of all exceptions out of a series. */
export async function removeExceptions(message: Message): Promise<void> {
  const numbers: number[] = []
  {
    await using table = await message.attachmentTable()
    const typed = await table.setColumns([PidTagAttachNumber, PidTagAttachmentFlags])
    for await (const row of readRows(typed)) {
      const [number, flags = 0] = row.values()
      if (number !== undefined && (flags & EXCEPTION) !== 0) numbers.push(number)
    }
  }
  for (const number of numbers) await message.deleteAttachment(number)
}
