import type { ByteReader } from '../bytes/byte-reader.ts'
import { type ByteWriter, EncodeError } from '../bytes/byte-writer.ts'
import { type Codec, custom } from '../bytes/codec.ts'
import { decodeWith, encodeWith } from '../bytes/codec-io.ts'
import { rethrowWithin } from '../bytes/decode-error.ts'

declare const sidBrand: unique symbol

/**
 * A security identifier in text form, `S-1-5-21-…` ([MS-DTYP] 2.4.2.1), as {@link parseSid} and
 * {@link decodeSid} give it. Compare with `===`.
 */
export type Sid = string & { readonly [sidBrand]?: true }

/** Everybody, except who has not logged on. */
export const SID_EVERYONE: Sid = 'S-1-1-0'
/** Stands for whoever creates the object that inherits the entry. */
export const SID_CREATOR_OWNER: Sid = 'S-1-3-0'
/** Who has not logged on. */
export const SID_ANONYMOUS: Sid = 'S-1-5-7'
/** The object itself. */
export const SID_SELF: Sid = 'S-1-5-10'
/** Anybody who has logged on. */
export const SID_AUTHENTICATED_USERS: Sid = 'S-1-5-11'
/** The operating system. */
export const SID_LOCAL_SYSTEM: Sid = 'S-1-5-18'
/** The group of administrators. */
export const SID_ADMINISTRATORS: Sid = 'S-1-5-32-544'

const REVISION = 1
const HEADER_SIZE = 8
const MAX_SUB_AUTHORITIES = 15
const UINT32_SPAN = 0x1_0000_0000
const MAX_AUTHORITY = 0xffff_ffff_ffff

interface SidParts {
  /** 48 bits. */
  readonly authority: number
  /** Up to fifteen numbers of 32 bits. */
  readonly subAuthorities: readonly number[]
}

/** SID ([MS-DTYP] 2.4.2.2), 8 to 68 bytes. */
export const sid: Codec<Sid> = custom('SID', HEADER_SIZE, readSid, writeSid)

function readSid(reader: ByteReader): Sid {
  try {
    const start = reader.offset
    const revision = reader.u8()
    if (revision !== REVISION) reader.fail(`revision ${revision}`, start)
    const count = reader.u8()
    if (count > MAX_SUB_AUTHORITIES) reader.fail(`${count} sub-authorities`, start + 1)
    const at = reader.take(6) // the highest byte first
    const authority = reader.view.getUint16(at) * UINT32_SPAN + reader.view.getUint32(at + 2)
    const subAuthorities = Array.from({ length: reader.checkCount(count, 4) }, () => reader.u32())
    return formatParts({ authority, subAuthorities })
  } catch (error) {
    rethrowWithin(error, 'SID')
  }
}

function writeSid(writer: ByteWriter, value: Sid): void {
  const parts = splitSid(value)
  if (parts === undefined) throw new EncodeError(`not a SID: ${value}`)
  const { authority, subAuthorities } = parts
  writer.u8(REVISION)
  writer.u8(subAuthorities.length)
  for (let shift = 2 ** 40; shift >= 1; shift /= 0x100) writer.u8(Math.floor(authority / shift) % 0x100)
  for (const subAuthority of subAuthorities) writer.u32(subAuthority)
}

/** An authority beyond 32 bits is written in hexadecimal, with all its twelve digits. */
function formatParts({ authority, subAuthorities }: SidParts): Sid {
  const head =
    authority < UINT32_SPAN
      ? String(authority)
      : `0x${authority.toString(16).toUpperCase().padStart(12, '0')}`
  return ['S', REVISION, head, ...subAuthorities].join('-')
}

const SID_PATTERN = /^S-1-(0x[0-9a-f]{1,12}|\d{1,15})((?:-\d{1,10}){0,15})$/i

function splitSid(text: string): SidParts | undefined {
  const parts = SID_PATTERN.exec(text)
  if (!parts) return undefined
  const authority = Number(parts[1])
  const subAuthorities = parts[2]!.split('-').slice(1).map(Number)
  if (authority > MAX_AUTHORITY || subAuthorities.some((value) => value >= UINT32_SPAN)) return undefined
  return { authority, subAuthorities }
}

/**
 * Brings a SID in text form to the one that {@link Sid} stands for.
 *
 * @throws TypeError when the text is no SID
 */
export function parseSid(text: string): Sid {
  const parts = splitSid(text)
  if (parts === undefined) throw new TypeError(`not a SID: ${text}`)
  return formatParts(parts)
}

/** Reads the bytes of a SID. Throws `DecodeError`. */
export function decodeSid(bytes: Uint8Array): Sid {
  return decodeWith(sid, bytes)
}

/** The bytes of a SID. Throws `EncodeError` when it is none. */
export function encodeSid(value: Sid): Uint8Array<ArrayBuffer> {
  return encodeWith(sid, value)
}
