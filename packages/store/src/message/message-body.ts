import {
  type Body,
  type BodyFormat,
  bestBody,
  bodyAsHtml,
  bodyAsRtf,
  bodyAsText,
  decodeHtml,
  encodeHtml,
  nativeBodyOf as nativeBodyOfFormat,
  rtfCompress,
  rtfDecompress,
} from '@bourse/formats/body'
import {
  PidTagBody,
  PidTagBodyHtml,
  PidTagHtml,
  PidTagInternetCodepage,
  PidTagNativeBody,
  PidTagRtfCompressed,
  PidTagRtfInSync,
  type PropertyTag,
} from '@bourse/mapi'
import { DecodeError } from '@bourse/mapi/bytes'
import type { StoredValue } from '../record/packed-properties.ts'

/** Bodies of more bytes than this are not converted. */
export const MAX_BODY_BYTES = 32 * 1024 * 1024

/** Code page of HTML that was made of another body, on a message that names none: ASCII, which everybody understands, with other characters written as references. */
const ASCII_CODE_PAGE = 20127

/** Gives a stored property's value, `undefined` if there is none. */
export type GetStored = (tag: PropertyTag<unknown>) => unknown

/** The body formats that can be asked for, in the tags that a message lists. */
export const BODY_TAGS = [
  PidTagBody,
  PidTagRtfCompressed,
  PidTagHtml,
] as readonly PropertyTag<unknown>[] as readonly PropertyTag[]

/** The format of the best of a message's bodies, from which the others are made ([MS-OXBBODY] 2.1.3.1). */
export function bestBodyOf(get: GetStored): BodyFormat | undefined {
  const has = (tag: PropertyTag<unknown>): boolean => get(tag) !== undefined
  const nativeBody = get(PidTagNativeBody)
  return bestBody({
    plain: has(PidTagBody),
    rtf: has(PidTagRtfCompressed),
    html: has(PidTagHtml) || has(PidTagBodyHtml),
    rtfInSync: get(PidTagRtfInSync) === true,
    ...(typeof nativeBody === 'number' && { nativeBody }),
  })
}

/** PidTagNativeBody ([MS-OXCMSG] 2.2.1.58.2) of a message on which nobody has set it. */
export function nativeBodyOf(get: GetStored): number {
  return nativeBodyOfFormat(bestBodyOf(get))
}

/**
 * A body property that a message does not have, made from the best body that it has ([MS-OXCMSG] 3.2.4.1); `undefined` if it has none, if
 * what it has cannot be read, or for a property of another kind.
 *
 * @param read Gives the whole value of a stored property, or `undefined` if it is larger than {@link MAX_BODY_BYTES}.
 */
export async function makeBody(
  tag: PropertyTag<unknown>,
  get: GetStored,
  read: (tag: PropertyTag<unknown>) => Promise<StoredValue | undefined>,
): Promise<StoredValue | undefined> {
  const best = bestBodyOf(get)
  if (best === undefined) return undefined
  if (tag === PidTagRtfInSync) return best !== 'plain'
  if (tag !== PidTagBody && tag !== PidTagRtfCompressed && tag !== PidTagHtml && tag !== PidTagBodyHtml) {
    return undefined
  }
  const named = get(PidTagInternetCodepage)
  const codePage = typeof named === 'number' ? named : undefined
  const body = await readBody(best, codePage, get, read)
  if (body === undefined) return undefined
  switch (tag) {
    case PidTagBody:
      return bodyAsText(body)
    case PidTagRtfCompressed:
      return rtfCompress(bodyAsRtf(body))
    case PidTagBodyHtml:
      return bodyAsHtml(body)
    default:
      return encodeHtml(bodyAsHtml(body), codePage ?? ASCII_CODE_PAGE)
  }
}

async function readBody(
  format: BodyFormat,
  codePage: number | undefined,
  get: GetStored,
  read: (tag: PropertyTag<unknown>) => Promise<StoredValue | undefined>,
): Promise<Body | undefined> {
  if (format === 'plain') {
    const text = await read(PidTagBody)
    return typeof text === 'string' ? { format, text } : undefined
  }
  if (format === 'rtf') {
    const compressed = await read(PidTagRtfCompressed)
    if (!(compressed instanceof Uint8Array)) return undefined
    try {
      return { format, rtf: rtfDecompress(compressed, MAX_BODY_BYTES) }
    } catch (error) {
      // What clients have put there is theirs; a body that is none is as good as missing.
      if (error instanceof DecodeError) return undefined
      throw error
    }
  }
  const html = get(PidTagHtml) === undefined ? await read(PidTagBodyHtml) : await read(PidTagHtml)
  if (typeof html === 'string') return { format, html }
  return html instanceof Uint8Array ? { format, html: decodeHtml(html, codePage) } : undefined
}
