/**
 * The value of PidTagRecipientType ([MS-OXOMSG] 2.2.3.1): one of {@link RecipientType}, and bits of
 * {@link RecipientTypeFlag}. Unsigned; the property is an Integer32 and so holds `type | 0`.
 */
export type RecipientType = number

/** What a recipient is to a message ([MS-OXOMSG] 2.2.3.1). */
export const RecipientType = {
  /** The sender; appears in reports only. */
  Originator: 0x00,
  /** Primary recipient. */
  To: 0x01,
  /** Carbon copy recipient. */
  Cc: 0x02,
  /** Blind carbon copy recipient. */
  Bcc: 0x03,
} as const

/** What happened to a recipient when a message is sent again ([MS-OXOMSG] 2.2.3.1). */
export const RecipientTypeFlag = {
  /** The recipient did not get the message and is to get it now. */
  Resend: 0x10000000,
  /** The recipient got the message already. */
  Handled: 0x80000000,
} as const

const KIND_MASK = 0x0f
const FLAGS_MASK = 0xf0
/** In ROPs the flags stand right above the kind, in a single byte. */
const FLAGS_SHIFT = 24

/** The type without its flags: one of {@link RecipientType}. */
export function recipientKind(type: RecipientType): number {
  return type & KIND_MASK
}

/** The type for the RecipientType byte of a recipient row in a ROP ([MS-OXCMSG] 2.2.3.1.2). */
export function recipientTypeFromByte(byte: number): RecipientType {
  return ((byte & KIND_MASK) | ((byte & FLAGS_MASK) << FLAGS_SHIFT)) >>> 0
}

/** The RecipientType byte of a recipient row in a ROP for a type ([MS-OXCMSG] 2.2.3.1.2). */
export function recipientTypeToByte(type: RecipientType): number {
  return (type & KIND_MASK) | ((type >>> FLAGS_SHIFT) & FLAGS_MASK)
}
