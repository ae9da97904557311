import { AttachMethod, PidTagAttachDataBinary } from '@bourse/mapi'
import { binaryToBytes } from './charset.ts'
import { rawField } from './header-block.ts'
import type { PartReader } from './parts.ts'
import { startAttachment, writeAll } from './read-attachment.ts'
import type { Reading } from './read-context.ts'

/** PidTagMessageClass of messages whose contents are signed or encrypted ([MS-OXOSMIME] 2.1.1, 2.1.2). */
export const CLASS_SMIME = 'IPM.Note.SMIME'
/** PidTagMessageClass of messages that carry their signature beside the contents ([MS-OXOSMIME] 2.1.3). */
export const CLASS_MULTIPART_SIGNED = 'IPM.Note.SMIME.MultipartSigned'
/** The one attachment of both. */
export const SMIME_FILE = 'smime.p7m'

/** Types of contents that are signed or encrypted as a whole. */
export function isOpaqueSmime(type: string): boolean {
  return type === 'application/pkcs7-mime' || type === 'application/x-pkcs7-mime'
}

/**
 * Begins to keep a multipart/signed message byte for byte in its one attachment: the Content-Type field, an empty line, and all
 * that follows ([MS-OXOSMIME] 2.1.3.1). What is returned is to be called when the message has been read.
 */
export async function keepSigned(reading: Reading, reader: PartReader): Promise<() => Promise<void>> {
  reading.messageClass = CLASS_MULTIPART_SIGNED
  const attachment = await startAttachment(
    reading,
    { fileName: SMIME_FILE, mimeTag: 'multipart/signed' },
    AttachMethod.byValue,
  )
  const stream = await attachment.openStream(PidTagAttachDataBinary, 'create')
  const contentType = rawField(reading.header, 'content-type') ?? ''
  await stream.write(binaryToBytes(`Content-Type: ${contentType}\r\n\r\n`))
  reader.tap = (bytes) => writeAll(stream, bytes)
  return async () => {
    reader.tap = undefined
    await stream.commit()
    await stream[Symbol.asyncDispose]()
    await attachment.save()
    await attachment[Symbol.asyncDispose]()
  }
}
