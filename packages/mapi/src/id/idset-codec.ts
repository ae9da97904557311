import { type Codec, custom, guid, u16 } from '../bytes/codec.ts'
import { decodeWith, encodeWith } from '../bytes/codec-io.ts'
import { rethrowWithin } from '../bytes/decode-error.ts'
import type { Guid } from '../bytes/guid.ts'
import { compareGuids } from './compare-bytes.ts'
import { globset } from './globset-codec.ts'
import { Idset, type ReplguidIdset, type ReplidIdset } from './idset.ts'

/**
 * An IDSET in the form with REPLIDs ([MS-OXCFXICS] 2.2.2.4.1), which ends where the buffer does: for
 * what a session says in passing, such as MetaTagIdsetDeleted.
 */
export const replidIdset: Codec<ReplidIdset> = idset('REPLID IDSET', u16, (a, b) => a - b)

/**
 * An IDSET in the form with GUIDs ([MS-OXCFXICS] 2.2.2.4.2), which ends where the buffer does: for what
 * outlives a session, the properties of the ICS state.
 */
export const replguidIdset: Codec<ReplguidIdset> = idset('REPLGUID IDSET', guid, compareGuids)

/** Pairs of replica and GLOBSET, written in ascending order of replicas and read in any. */
function idset<R extends number | Guid>(
  name: string,
  replica: Codec<R>,
  compare: (a: R, b: R) => number,
): Codec<Idset<R>> {
  return custom(
    name,
    0,
    (reader) => {
      const set = new Idset<R>()
      try {
        while (reader.remaining > 0) set.addGlobset(replica.decode(reader), globset.decode(reader))
      } catch (error) {
        rethrowWithin(error, name)
      }
      return set
    },
    (writer, set) => {
      for (const [id, globcnts] of [...set].sort(([a], [b]) => compare(a, b))) {
        replica.encode(writer, id)
        globset.encode(writer, globcnts)
      }
    },
  )
}

/** Reads an IDSET in the form with REPLIDs. Throws `DecodeError`. */
export function decodeReplidIdset(bytes: Uint8Array): ReplidIdset {
  return decodeWith(replidIdset, bytes)
}

/** The bytes of an IDSET in the form with REPLIDs; none for an empty set. */
export function encodeReplidIdset(set: ReplidIdset): Uint8Array<ArrayBuffer> {
  return encodeWith(replidIdset, set)
}

/** Reads an IDSET in the form with GUIDs. Throws `DecodeError`. */
export function decodeReplguidIdset(bytes: Uint8Array): ReplguidIdset {
  return decodeWith(replguidIdset, bytes)
}

/** The bytes of an IDSET in the form with GUIDs; none for an empty set. */
export function encodeReplguidIdset(set: ReplguidIdset): Uint8Array<ArrayBuffer> {
  return encodeWith(replguidIdset, set)
}
