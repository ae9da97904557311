import { type Restriction, restrictionCodec, type SearchCriteria } from '@bourse/mapi'
import { decodeWith, encodeWith, struct, u8 } from '@bourse/mapi/bytes'

const VERSION = 1

const Flag = { Recursive: 0x01, Static: 0x02, ContentIndexed: 0x04, NotContentIndexed: 0x08 } as const

const codec = struct('search criteria', {
  version: u8,
  flags: u8,
  /** Counts are 32 bits wide. */
  restriction: restrictionCodec(4),
})

/** What a search folder looks for, but for where. */
export interface StoredCriteria extends SearchCriteria {
  readonly restriction: Restriction
  readonly static: boolean
}

/** What stands in `search_folder.criteria`. */
export function encodeCriteria(criteria: StoredCriteria): Uint8Array {
  const flags =
    (criteria.recursive ? Flag.Recursive : 0) |
    (criteria.static ? Flag.Static : 0) |
    (criteria.contentIndexed === true ? Flag.ContentIndexed : 0) |
    (criteria.contentIndexed === false ? Flag.NotContentIndexed : 0)
  return encodeWith(codec, { version: VERSION, flags, restriction: criteria.restriction })
}

export function decodeCriteria(bytes: Uint8Array): StoredCriteria {
  const { flags, restriction } = decodeWith(codec, bytes)
  return {
    restriction,
    recursive: (flags & Flag.Recursive) !== 0,
    static: (flags & Flag.Static) !== 0,
    ...((flags & Flag.ContentIndexed) !== 0 && { contentIndexed: true }),
    ...((flags & Flag.NotContentIndexed) !== 0 && { contentIndexed: false }),
  }
}

/** Values of `search_folder.state`. */
export const SearchProgress = {
  /** Its messages are being looked for. */
  Running: 1,
  /** All there were have been found. */
  Complete: 2,
  /** Ended before all were found. */
  Stopped: 3,
} as const
