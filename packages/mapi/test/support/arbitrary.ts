/**
 * Random values for codecs, and the checks that every codec must pass.
 *
 * `arbitraryOf(codec)` derives values from {@link Codec.shape}. A layout written by hand (`custom`) has no
 * shape to derive from; whoever writes one registers values for its name:
 *
 * ```ts
 * registerArbitrary('LongTermId', fc.record({ … }))
 * expectRoundTrip(longTermId)
 * expectTruncationFails(longTermId)
 * expectRandomBytesSafe(longTermId)
 * ```
 */

import fc, { type Arbitrary } from 'fast-check'
import type { TypedValue } from '../../src/property/value.ts'
import { RecipientFlag } from '../../src/recipient/recipient-row.ts'
import {
  arbitraryBytes,
  arbitraryI64,
  arbitraryString,
  arbitraryString8,
  arbitraryU16,
  arbitraryU32,
  registerArbitrary,
  registerDependentArbitrary,
} from './arbitrary-codec.ts'
import { arbitraryPropertyName, arbitraryTaggedValue, arbitraryValue } from './arbitrary-property.ts'
import { arbitraryRestriction } from './arbitrary-restriction.ts'
import { arbitraryRuleActions } from './arbitrary-rule.ts'

export * from './arbitrary-codec.ts'
export * from './arbitrary-property.ts'
export * from './arbitrary-recipient.ts'
export * from './arbitrary-restriction.ts'
export * from './arbitrary-rule.ts'
export * from './checks.ts'

// PtypUnspecified, whose values say their own type.
registerArbitrary('TypedPropertyValue', () => arbitraryValue(0) as Arbitrary<TypedValue>)
registerArbitrary('TaggedPropertyValue', () => arbitraryTaggedValue())
registerArbitrary('TaggedPropertyValue32', () => arbitraryTaggedValue({ width: 4 }))
registerArbitrary('PropertyName', () => fc.option(arbitraryPropertyName, { nil: undefined }))
registerArbitrary('Restriction', () => arbitraryRestriction())
registerArbitrary('Restriction32', () => arbitraryRestriction({ width: 4 }))
registerArbitrary('RuleAction', () => arbitraryRuleActions())
registerArbitrary('RuleAction32', () => arbitraryRuleActions({ width: 4 }))
registerArbitrary(
  'NamedPropertyInformation',
  fc.array(fc.record({ propertyId: arbitraryU16, name: arbitraryPropertyName }), { maxLength: 3 }),
)
registerArbitrary(
  'ServerId',
  fc.oneof(
    fc.record({
      ours: fc.constant(true as const),
      folderId: arbitraryI64,
      messageId: arbitraryI64,
      instance: arbitraryU32,
    }),
    fc.record({ ours: fc.constant(false as const), data: arbitraryBytes() }),
  ),
)
registerDependentArbitrary('RecipientString', ({ flags }: { readonly flags: number }) =>
  flags & RecipientFlag.Unicode ? arbitraryString : arbitraryString8,
)
