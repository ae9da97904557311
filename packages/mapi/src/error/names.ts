import { ERRORS, type ErrorEntry } from './table.ts'

const byCode: ReadonlyMap<number, ErrorEntry> = new Map(ERRORS.map((entry) => [entry[0], entry]))

/** Made at first use: most programs never look a code up by its name. */
let byName: ReadonlyMap<string, number> | undefined

/** The code as the specifications write it: `0x8004010f`. */
export function formatErrorCode(code: number): string {
  return `0x${(code >>> 0).toString(16).padStart(8, '0')}`
}

/**
 * The name of an error or warning code in [MS-OXCDATA] 2.4, e.g. `NotFound`; the number for a code without a name. A
 * negative number is taken as the unsigned code with the same bits. For errors of the database engine see `isamError`.
 */
export function errorName(code: number): string {
  return byCode.get(code >>> 0)?.[1] ?? formatErrorCode(code)
}

/** What a code means, in one sentence; `undefined` for a code that is not known. */
export function errorDescription(code: number): string | undefined {
  return byCode.get(code >>> 0)?.[2]
}

/** All names of a code, that of {@link errorName} first: `['NotFound', 'MAPI_E_NOT_FOUND', 'ecNotFound', …]`. */
export function errorNames(code: number): readonly string[] {
  const entry = byCode.get(code >>> 0)
  return entry === undefined ? [] : [entry[1], ...otherNames(entry)]
}

/**
 * The code that has a name: `NotFound`, `ecNotFound`, `MAPI_E_NOT_FOUND` … in any letter case; `undefined` if there is
 * none.
 */
export function errorCode(name: string): number | undefined {
  byName ??= new Map(
    ERRORS.flatMap((entry) =>
      [entry[1], ...otherNames(entry)].map((n) => [n.toLowerCase(), entry[0]] as const),
    ),
  )
  return byName.get(name.toLowerCase())
}

function otherNames(entry: ErrorEntry): readonly string[] {
  return entry[3] === '' ? [] : entry[3].split(' ')
}
