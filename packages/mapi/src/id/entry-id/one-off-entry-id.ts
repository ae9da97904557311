import {
  type Codec,
  type CodecValue,
  constant,
  constantBytes,
  custom,
  struct,
  u16,
  u32,
} from '../../bytes/codec.ts'
import { guidBytes } from '../../bytes/guid.ts'
import { PROVIDER_ONE_OFF } from '../provider-uid.ts'

/**
 * Bits of the flags of a one-off entry ID ([MS-OXCDATA] 2.2.5.1), as one little-endian number. The lower
 * ones are those of PidTagSendInternetEncoding, sixteen places lower.
 */
export const OneOffFlags = {
  /** M: send MIME, not TNEF (MAPI_ONE_OFF_NO_RICH_INFO). */
  Mime: 0x0001,
  /** Format: which body parts to send; one of the three values that follow, or 0 for the default. */
  FormatMask: 0x001e,
  FormatTextOnly: 0x0006,
  FormatHtmlOnly: 0x000e,
  FormatTextAndHtml: 0x0016,
  /** MAE: how to encode Macintosh attachments; one of the four values that follow. */
  MacEncodingMask: 0x0060,
  MacEncodingBinHex: 0x0000,
  MacEncodingUuencode: 0x0020,
  MacEncodingAppleSingle: 0x0040,
  MacEncodingAppleDouble: 0x0060,
  /** L: the address is not to be looked up in the address book. */
  DoNotLookUp: 0x1000,
  /** U: the strings are Unicode (MAPI_ONE_OFF_UNICODE). */
  Unicode: 0x8000,
} as const

/** Unicode or 8-bit, with a null, as the flags before it say. */
const oneOffText: Codec<string> = custom(
  'OneOffText',
  1,
  (reader, parent) => (isUnicode(parent) ? reader.utf16z() : reader.latin1z()),
  (writer, value, parent) => {
    if (isUnicode(parent)) writer.utf16z(value)
    else writer.latin1z(value)
  },
)

function isUnicode(entryId: unknown): boolean {
  return ((entryId as { flags: number }).flags & OneOffFlags.Unicode) !== 0
}

/**
 * One-Off EntryID ([MS-OXCDATA] 2.2.5.1): an address that is in no directory, given in full. Without
 * {@link OneOffFlags.Unicode} the strings have one character per byte.
 */
export const oneOffEntryId = struct('One-Off EntryID', {
  entryIdFlags: constant(u32, 0),
  providerUid: constantBytes(guidBytes(PROVIDER_ONE_OFF)),
  version: constant(u16, 0),
  /** See {@link OneOffFlags}. */
  flags: u16,
  displayName: oneOffText,
  /** Such as `SMTP`. */
  addressType: oneOffText,
  emailAddress: oneOffText,
})
export type OneOffEntryId = CodecValue<typeof oneOffEntryId>

/**
 * The one-off entry ID of an Internet address.
 *
 * @param flags {@link OneOffFlags} instead of those that clients commonly set: Unicode, MIME, no looking up
 */
export function smtpOneOffEntryId(
  displayName: string,
  emailAddress: string,
  flags: number = OneOffFlags.Unicode | OneOffFlags.DoNotLookUp | OneOffFlags.Mime,
): OneOffEntryId {
  return { flags, displayName, addressType: 'SMTP', emailAddress }
}
