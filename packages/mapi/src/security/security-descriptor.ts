import { ByteReader } from '../bytes/byte-reader.ts'
import type { ByteWriter } from '../bytes/byte-writer.ts'
import { type Codec, custom } from '../bytes/codec.ts'
import { decodeWith, encodeWith } from '../bytes/codec-io.ts'
import { rethrowWithin } from '../bytes/decode-error.ts'
import { type Acl, acl } from './acl.ts'
import { type Sid, sid } from './sid.ts'

/** Control bits of a security descriptor ([MS-DTYP] 2.4.6). */
export const SecurityDescriptorControl = {
  OwnerDefaulted: 0x0001,
  GroupDefaulted: 0x0002,
  DaclPresent: 0x0004,
  DaclDefaulted: 0x0008,
  SaclPresent: 0x0010,
  SaclDefaulted: 0x0020,
  DaclTrusted: 0x0040,
  ServerSecurity: 0x0080,
  DaclComputedInheritanceRequired: 0x0100,
  SaclComputedInheritanceRequired: 0x0200,
  DaclAutoInherited: 0x0400,
  SaclAutoInherited: 0x0800,
  DaclProtected: 0x1000,
  SaclProtected: 0x2000,
  RmControlValid: 0x4000,
  SelfRelative: 0x8000,
} as const

const REVISION = 1
const HEADER_SIZE = 20
const STRUCTURAL_BITS =
  SecurityDescriptorControl.DaclPresent |
  SecurityDescriptorControl.SaclPresent |
  SecurityDescriptorControl.SelfRelative

/** Who owns an object and who may do what with it ([MS-DTYP] 2.4.6). */
export interface SecurityDescriptor {
  /** Bits of {@link SecurityDescriptorControl}; those that say what is there are set and left out by themselves. */
  readonly control: number
  /** The byte before the control bits, which means something if RmControlValid is set. */
  readonly rmControl?: number
  readonly owner?: Sid
  readonly group?: Sid
  /** What to audit; null for a list that is said to be there and is not. */
  readonly sacl?: Acl | null
  /** Whom to let do what. An empty list refuses everybody, null lets everybody do everything. */
  readonly dacl?: Acl | null
}

/**
 * SECURITY_DESCRIPTOR in self-relative form ([MS-DTYP] 2.4.6), which ends where the buffer does.
 * Written in the order that Windows uses: both lists, owner, group.
 */
export const securityDescriptor: Codec<SecurityDescriptor> = custom(
  'SECURITY_DESCRIPTOR',
  HEADER_SIZE,
  (reader) => {
    try {
      return readDescriptor(reader)
    } catch (error) {
      rethrowWithin(error, 'SECURITY_DESCRIPTOR')
    }
  },
  writeDescriptor,
)

function readDescriptor(reader: ByteReader): SecurityDescriptor {
  const start = reader.offset
  const revision = reader.u8()
  if (revision !== REVISION) reader.fail(`revision ${revision}`, start)
  const rmControl = reader.u8()
  const control = reader.u16()
  if ((control & SecurityDescriptorControl.SelfRelative) === 0) reader.fail('not self-relative', start + 2)

  /** Follows the next offset in the header, 0 of which stands for nothing. */
  const target = (): ByteReader | undefined => {
    const at = reader.offset
    const offset = reader.u32()
    if (offset === 0) return undefined
    if (offset < HEADER_SIZE || start + offset > reader.end) reader.fail(`offset ${offset} leads nowhere`, at)
    return new ByteReader(reader.bytes, start + offset, reader.end)
  }
  const owner = target()
  const group = target()
  const sacl = target()
  const dacl = target()
  reader.take(reader.remaining)

  const list = (present: number, at: ByteReader | undefined) => {
    if ((control & present) === 0) return undefined
    return at === undefined ? null : acl.decode(at)
  }
  const saclValue = list(SecurityDescriptorControl.SaclPresent, sacl)
  const daclValue = list(SecurityDescriptorControl.DaclPresent, dacl)
  return {
    control: control & ~STRUCTURAL_BITS,
    ...(rmControl !== 0 && { rmControl }),
    ...(owner && { owner: sid.decode(owner) }),
    ...(group && { group: sid.decode(group) }),
    ...(saclValue !== undefined && { sacl: saclValue }),
    ...(daclValue !== undefined && { dacl: daclValue }),
  }
}

function writeDescriptor(writer: ByteWriter, value: SecurityDescriptor): void {
  const { owner, group, sacl, dacl } = value
  const start = writer.length
  writer.u8(REVISION)
  writer.u8(value.rmControl ?? 0)
  writer.u16(
    (value.control & ~STRUCTURAL_BITS) |
      SecurityDescriptorControl.SelfRelative |
      (sacl === undefined ? 0 : SecurityDescriptorControl.SaclPresent) |
      (dacl === undefined ? 0 : SecurityDescriptorControl.DaclPresent),
  )
  const offsets = writer.length
  writer.zeros(HEADER_SIZE - 4)

  const part = <T>(field: number, codec: Codec<T>, content: T | null | undefined) => {
    if (content === undefined || content === null) return
    writer.patchU32(offsets + 4 * field, writer.length - start)
    codec.encode(writer, content)
  }
  part(2, acl, sacl)
  part(3, acl, dacl)
  part(0, sid, owner)
  part(1, sid, group)
}

/** Reads a self-relative security descriptor. Throws `DecodeError`. */
export function decodeSecurityDescriptor(bytes: Uint8Array): SecurityDescriptor {
  return decodeWith(securityDescriptor, bytes)
}

/** The bytes of a self-relative security descriptor. Throws `EncodeError` when a part does not fit. */
export function encodeSecurityDescriptor(value: SecurityDescriptor): Uint8Array<ArrayBuffer> {
  return encodeWith(securityDescriptor, value)
}
