/**
 * Saves the attachments of a message. A large one is never whole in memory: it is read through a stream, piece by piece.
 */
import {
  AttachMethod,
  type Message,
  PidTagAttachDataBinary,
  PidTagAttachLongFilename,
  PidTagAttachMethod,
  PidTagAttachNumber,
} from '@bourse/mapi'

/** Takes a file's contents as they come. */
export type SaveFile = (name: string, contents: AsyncIterable<Uint8Array>) => Promise<void>

export async function saveAttachments(message: Message, save: SaveFile): Promise<number> {
  await using rows = await message.attachmentTable()
  const table = await rows.setColumns([PidTagAttachNumber, PidTagAttachLongFilename, PidTagAttachMethod])
  let saved = 0
  for await (const row of table) {
    const [number, name, method] = row.values()
    if (number === undefined || method !== AttachMethod.byValue) continue
    await using attachment = await message.openAttachment(number)
    await using contents = await attachment.openStream(PidTagAttachDataBinary)
    await save(name ?? `attachment-${number}`, contents)
    saved++
  }
  return saved
}
