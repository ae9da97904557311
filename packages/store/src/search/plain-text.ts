import { bodyAsText, decodeHtml, rtfDecompress } from '@bourse/formats/body'
import {
  PidTagBody,
  PidTagBodyHtml,
  PidTagHtml,
  PidTagInternetCodepage,
  PidTagRtfCompressed,
  type PropertyTag,
} from '@bourse/mapi'
import { BlobRef } from '../blob/blob-ref.ts'
import type { Mailbox } from '../mailbox/mailbox.ts'
import { valueFromBytes } from '../record/large-value.ts'
import type { PropertySource } from '../record/property-source.ts'
import type { Transaction } from '../storage/storage.ts'

const WINDOWS_1252 = 1252
const MAX_RTF_BYTES = 64 * 1024 * 1024

/**
 * The body of a message as plain text, whatever format it is kept in ([MS-OXBBODY]); `undefined` if it has none, or one that cannot be
 * read.
 */
export async function plainTextOf(
  tx: Transaction,
  mailbox: Mailbox,
  source: PropertySource,
): Promise<string | undefined> {
  const text = await whole(tx, mailbox, source, PidTagBody)
  if (typeof text === 'string') return text
  const html = await whole(tx, mailbox, source, PidTagHtml)
  if (html instanceof Uint8Array) {
    const codePage = source.cell(PidTagInternetCodepage)
    return bodyAsText({
      format: 'html',
      html: decodeHtml(html, typeof codePage === 'number' ? codePage : WINDOWS_1252),
    })
  }
  const markup = await whole(tx, mailbox, source, PidTagBodyHtml)
  if (typeof markup === 'string') return bodyAsText({ format: 'html', html: markup })
  const compressed = await whole(tx, mailbox, source, PidTagRtfCompressed)
  if (!(compressed instanceof Uint8Array)) return undefined
  try {
    return bodyAsText({ format: 'rtf', rtf: rtfDecompress(compressed, MAX_RTF_BYTES) })
  } catch {
    // Nothing can be found in what cannot be read.
    return undefined
  }
}

async function whole(
  tx: Transaction,
  mailbox: Mailbox,
  source: PropertySource,
  tag: PropertyTag<string> | PropertyTag<Uint8Array>,
): Promise<unknown> {
  const cell = source.cell(tag)
  if (!(cell instanceof BlobRef)) return cell
  return valueFromBytes(await mailbox.blobs.readAll(tx, cell), tag & 0xffff)
}
