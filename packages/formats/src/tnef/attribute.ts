/** Attributes of a TNEF stream: kind of data in the high 16 bits, number in the low ones ([MS-OXTNEF] 2.1.3.2). */
export const TnefAttribute = {
  attTnefVersion: 0x00089006,
  attOemCodepage: 0x00069007,
  attMessageClass: 0x00078008,
  attSubject: 0x00018004,
  attDateSent: 0x00038005,
  attDateRecd: 0x00038006,
  attBody: 0x0002800c,
  attPriority: 0x0004800d,
  attOriginalMessageClass: 0x00070600,
  attMsgProps: 0x00069003,
  attRecipTable: 0x00069004,
  attAttachRenddata: 0x00069002,
  attAttachData: 0x0006800f,
  attAttachTitle: 0x00018010,
  attAttachMetaFile: 0x00068011,
  attAttachCreateDate: 0x00038012,
  attAttachModifyDate: 0x00038013,
  attAttachment: 0x00069005,
} as const

/** What an attribute belongs to. */
export const TnefLevel = { message: 1, attachment: 2 } as const

/** The first four bytes of a TNEF stream, as a little-endian number ([MS-OXTNEF] 2.1.3.1). */
export const TNEF_SIGNATURE = 0x223e9f78
/** The value of attTnefVersion. */
export const TNEF_VERSION = 0x00010000

/** The sum of all bytes, 16 bits ([MS-OXTNEF] 2.1.3.1). */
export function tnefChecksum(bytes: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < bytes.length; i++) sum = (sum + bytes[i]!) & 0xffff
  return sum
}
