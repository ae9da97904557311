import { type PropertyTag, propertyTagCodec } from '@bourse/mapi'
import { type Codec, counted, optional } from '@bourse/mapi/bytes'
import { limitedCount } from './common.ts'

/** LargePropertyTagArray ([MS-OXCMAPIHTTP] 2.2.1.8): at most 100,000 property tags after their 32-bit count. */
export const largePropertyTagArray: Codec<readonly PropertyTag[]> = counted(limitedCount, propertyTagCodec)

/** A Boolean, then a LargePropertyTagArray if it is true. */
export const optionalTags: Codec<readonly PropertyTag[] | undefined> = optional(largePropertyTagArray)
