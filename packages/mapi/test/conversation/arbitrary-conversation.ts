/** Random values for the conversation codecs that are written by hand. */
import fc from 'fast-check'
import {
  arbitraryBytes,
  arbitraryGuid,
  arbitraryString,
  arbitraryString8,
  registerArbitrary,
} from '../support/arbitrary.ts'

registerArbitrary('u40be', fc.integer({ min: 0, max: 2 ** 40 - 1 }))
registerArbitrary('guidBigEndian', arbitraryGuid)
registerArbitrary(
  'ResponseLevel',
  fc.record({
    deltaCode: fc.boolean(),
    timeDelta: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    random: fc.nat(15),
    level: fc.nat(15),
  }),
)
registerArbitrary('FlatEntryList', fc.array(arbitraryBytes(), { maxLength: 4 }))
registerArbitrary('sizedLatin1', arbitraryString8)
registerArbitrary('sizedUtf16', arbitraryString)
