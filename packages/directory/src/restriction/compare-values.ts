import { RelOp } from '@bourse/mapi'
import type { CompareText } from '../text/collation.ts'

/** Values of one property type, and how they stand to each other: negative, 0 or positive, `undefined` if that makes no sense. */
export function compareValues(a: unknown, b: unknown, compareText: CompareText): number | undefined {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b)
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b)
  if (isNumber(a) && isNumber(b)) return a < b ? -1 : a > b ? 1 : 0
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b)
  return undefined
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint'
}

/** Whether a comparison came out as a relational operator wants it ([MS-OXCDATA] 2.12.5). */
export function holds(relOp: number, comparison: number): boolean {
  switch (relOp) {
    case RelOp.RELOP_LT:
      return comparison < 0
    case RelOp.RELOP_LE:
      return comparison <= 0
    case RelOp.RELOP_GT:
      return comparison > 0
    case RelOp.RELOP_GE:
      return comparison >= 0
    case RelOp.RELOP_EQ:
      return comparison === 0
    default:
      return comparison !== 0
  }
}
