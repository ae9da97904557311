import { createWriteStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type { MailMessage } from '@bourse/client'
import type { Format } from './format.ts'

/** A message in one of the formats for single messages. */
export async function* messageBytes(
  message: MailMessage,
  format: Exclude<Format, 'mbox'>,
): AsyncGenerator<Uint8Array> {
  if (format === 'msg') {
    const { writeMsg } = await import('@bourse/formats/msg')
    yield await writeMsg(message.raw)
  } else {
    const { writeMime } = await import('@bourse/formats/mime')
    yield* writeMime(message.raw, { bcc: true })
  }
}

/** Writes a file that is complete when it is there: under another name until then. */
export async function writeWhole(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const part = `${path}.part`
  try {
    await pipeline(bytes, createWriteStream(part))
    const file = await open(part, 'r+')
    await file.sync().finally(() => file.close())
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}
