import fc, { type Arbitrary } from 'fast-check'
import type { Columns } from '../../src/property/row.ts'
import type { Cell } from '../../src/property/value.ts'
import { RecipientAddressType, RecipientFlag, type RecipientRow } from '../../src/recipient/recipient-row.ts'
import {
  arbitraryBytes,
  arbitraryString,
  arbitraryString8,
  arbitraryU8,
  arbitraryU16,
} from './arbitrary-codec.ts'
import { arbitraryRow } from './arbitrary-property.ts'

/** Recipient rows with cells for some or all of `columns`, and the fields that their flags announce. */
export function arbitraryRecipientRow(columns: Columns): Arbitrary<RecipientRow> {
  return fc.tuple(arbitraryU16, fc.nat(columns.length)).chain(([flags, count]) => {
    const text = flags & RecipientFlag.Unicode ? arbitraryString : arbitraryString8
    const type = flags & RecipientFlag.AddressTypeMask
    const isList = type >= RecipientAddressType.PersonalDistributionList1
    const isOther = type === RecipientAddressType.NoType && (flags & RecipientFlag.OtherAddressType) !== 0
    const row: { [K in keyof RecipientRow]: Arbitrary<RecipientRow[K]> } = {
      flags: fc.constant(flags),
      ...(type === RecipientAddressType.X500DN
        ? { addressPrefixUsed: arbitraryU8, displayType: arbitraryU8, x500Dn: arbitraryString8 }
        : {}),
      ...(isList ? { entryId: arbitraryBytes(), searchKey: arbitraryBytes() } : {}),
      ...(isOther ? { addressType: arbitraryString8 } : {}),
      ...(flags & RecipientFlag.EmailAddress ? { emailAddress: text } : {}),
      ...(flags & RecipientFlag.DisplayName ? { displayName: text } : {}),
      ...(flags & RecipientFlag.SimpleDisplayName ? { simpleDisplayName: text } : {}),
      ...(flags & RecipientFlag.TransmittableDisplayName ? { transmittableDisplayName: text } : {}),
      properties: arbitraryRow(columns.slice(0, count)) as Arbitrary<readonly Cell[]>,
    }
    return fc.record(row) as Arbitrary<RecipientRow>
  })
}
