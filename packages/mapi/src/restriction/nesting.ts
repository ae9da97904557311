/**
 * How many restrictions may stand within one another, as values of property restrictions and of rule actions
 * included. Deeper ones neither decode nor encode: the call stack must hold for whatever a peer sends, and for
 * whoever evaluates what was decoded. The specification names no limit; programs stay far below this one.
 */
export const MAX_RESTRICTION_DEPTH = 128

// Restrictions hold property values, which hold restrictions and rule actions, which hold property values …
// Codecs call one another without a place for a depth, and never yield, so one counter serves them all.
let depth = 0

/** Runs `work` one level deeper; `tooDeep` must throw, and is called if there are too many levels already. */
export function nested<T>(work: () => T, tooDeep: () => never): T {
  if (depth >= MAX_RESTRICTION_DEPTH) return tooDeep()
  depth += 1
  try {
    return work()
  } finally {
    depth -= 1
  }
}
