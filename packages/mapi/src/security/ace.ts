import { type ByteWriter, EncodeError } from '../bytes/byte-writer.ts'
import { type Codec, custom } from '../bytes/codec.ts'
import { rethrowWithin } from '../bytes/decode-error.ts'
import { type Sid, sid } from './sid.ts'

/** AceType ([MS-DTYP] 2.4.4.1). */
export const AceType = {
  AccessAllowed: 0x00,
  AccessDenied: 0x01,
  SystemAudit: 0x02,
  AccessAllowedObject: 0x05,
  AccessDeniedObject: 0x06,
  SystemAuditObject: 0x07,
  AccessAllowedCallback: 0x09,
  AccessDeniedCallback: 0x0a,
} as const

/** AceFlags ([MS-DTYP] 2.4.4.1). */
export const AceFlags = {
  ObjectInherit: 0x01,
  ContainerInherit: 0x02,
  NoPropagateInherit: 0x04,
  InheritOnly: 0x08,
  Inherited: 0x10,
  SuccessfulAccess: 0x40,
  FailedAccess: 0x80,
} as const

/** An entry of an access control list ([MS-DTYP] 2.4.4). */
export type Ace =
  | {
      /** Whether it grants (ACCESS_ALLOWED_ACE, 2.4.4.2) or refuses (ACCESS_DENIED_ACE, 2.4.4.4). */
      readonly kind: 'allow' | 'deny'
      /** See {@link AceFlags}. */
      readonly flags: number
      /** What is granted or refused: an access mask, 32 bits. */
      readonly mask: number
      /** To whom. */
      readonly sid: Sid
    }
  | {
      /** Of any other type, object ACEs included: kept as it is. */
      readonly kind: 'other'
      /** See {@link AceType}. */
      readonly type: number
      /** See {@link AceFlags}. */
      readonly flags: number
      /** What follows the header, a multiple of four bytes. */
      readonly data: Uint8Array
    }

const HEADER_SIZE = 4

/**
 * ACE ([MS-DTYP] 2.4.4). Bytes that the size of an allowing or refusing entry leaves behind the SID
 * are dropped.
 */
export const ace: Codec<Ace> = custom(
  'ACE',
  HEADER_SIZE,
  (reader): Ace => {
    try {
      const type = reader.u8()
      const flags = reader.u8()
      const at = reader.offset
      const size = reader.u16()
      if (size < HEADER_SIZE || size % 4 !== 0) reader.fail(`a size of ${size} bytes`, at)
      const body = reader.sub(size - HEADER_SIZE)
      if (type !== AceType.AccessAllowed && type !== AceType.AccessDenied) {
        return { kind: 'other', type, flags, data: body.copyBytes(body.remaining) }
      }
      const kind = type === AceType.AccessAllowed ? 'allow' : 'deny'
      return { kind, flags, mask: body.u32(), sid: sid.decode(body) }
    } catch (error) {
      rethrowWithin(error, 'ACE')
    }
  },
  (writer, value) => {
    const start = writer.length
    writer.u8(typeOf(value))
    writer.u8(value.flags)
    writer.u16(0)
    writeBody(writer, value)
    const size = writer.length - start
    if (size % 4 !== 0) throw new EncodeError(`an ACE of ${size} bytes, which four do not divide`)
    writer.patchU16(start + 2, size)
  },
)

function typeOf(value: Ace): number {
  if (value.kind === 'other') return value.type
  return value.kind === 'allow' ? AceType.AccessAllowed : AceType.AccessDenied
}

function writeBody(writer: ByteWriter, value: Ace): void {
  if (value.kind === 'other') {
    writer.bytes(value.data)
    return
  }
  writer.u32(value.mask)
  sid.encode(writer, value.sid)
}
