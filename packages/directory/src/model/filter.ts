import { type Restriction, restrictionCodec } from '@bourse/mapi'
import { decodeWith, encodeWith } from '@bourse/mapi/bytes'
import type { RecipientKind } from './kind.ts'

/** Which objects belong to an address list or a dynamic group: those that meet all that is given. */
export interface ObjectFilter {
  /** Any of these kinds; all that mail can be sent to if left out. */
  readonly kinds?: readonly RecipientKind[]
  readonly restriction?: Restriction
}

/** A filter as it is kept. */
export interface StoredFilter {
  readonly kinds?: readonly RecipientKind[]
  /** The bytes of a restriction ([MS-OXCDATA] 2.12) with 32-bit counts, in Base64. */
  readonly restriction?: string
}

const codec = restrictionCodec(4)

export function storeFilter({ kinds, restriction }: ObjectFilter): StoredFilter {
  return {
    ...(kinds === undefined ? {} : { kinds }),
    ...(restriction === undefined
      ? {}
      : { restriction: Buffer.from(encodeWith(codec, restriction)).toString('base64') }),
  }
}

export function loadFilter({ kinds, restriction }: StoredFilter): ObjectFilter {
  return {
    ...(kinds === undefined ? {} : { kinds }),
    ...(restriction === undefined
      ? {}
      : { restriction: decodeWith(codec, Buffer.from(restriction, 'base64')) }),
  }
}
