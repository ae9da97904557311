import type { Requirement } from '../requirements/requirement.ts'
import { definingFile, type SourceFile, testsNaming } from './source-file.ts'

/** A ROP or a request type, with what there is for it. */
export interface CoverageEntry {
  /** RopId in hexadecimal, or the value of the X-RequestType header. */
  readonly id: string
  /** Name and section; none for an id that nothing is defined for. */
  readonly name?: string
  readonly section?: string
  /** How its codecs are called, and the file that defines them. */
  readonly codecs: readonly string[]
  readonly file?: string
  /** Paths of the tests that name it. */
  readonly tests: readonly string[]
}

export interface Sources {
  readonly code: readonly SourceFile[]
  readonly tests: readonly SourceFile[]
}

interface RopLike {
  readonly id: number
  readonly name: string
  readonly section: string
}

/**
 * An entry for each RopId that [MS-OXCROPS] 2.2.2 does not reserve. ROPs are the exports of `@bourse/wire/rop`
 * that have an `id`, a `name` and a `section`.
 */
export function ropEntries(
  exports: Readonly<Record<string, unknown>>,
  requirements: readonly Requirement[],
  { code, tests }: Sources,
): readonly CoverageEntry[] {
  const rops = new Map<number, { readonly rop: RopLike; readonly codec: string }>()
  for (const [codec, rop] of Object.entries(exports)) if (isRop(rop)) rops.set(rop.id, { rop, codec })
  const reserved = reservedRopIds(requirements)
  const ids = Array.from({ length: 0x100 }, (_, id) => id).filter((id) => !reserved.has(id) || rops.has(id))
  return ids.map((id): CoverageEntry => {
    const hex = `0x${id.toString(16).padStart(2, '0').toUpperCase()}`
    const known = rops.get(id)
    if (known === undefined) return { id: hex, codecs: [], tests: [] }
    const { rop, codec } = known
    return {
      id: hex,
      name: rop.name,
      section: rop.section,
      codecs: [codec],
      ...fileOf(codec, code),
      tests: testsNaming(tests, { names: [codec], from: /\brop\b/, words: [rop.name] }),
    }
  })
}

/** A request type and its codecs. */
export interface RequestTypeLike {
  readonly name: string
  /** The value of the X-RequestType header. */
  readonly header: string
  readonly section: string
  /** How its codecs are called. */
  readonly codecs: readonly string[]
  /** Names that a test which is about it imports, and words that stand in one. */
  readonly names: readonly string[]
  readonly words: readonly string[]
}

/** An entry for each request type of an endpoint that [MS-OXCMAPIHTTP] 2.2.3.3.1 lists. */
export function requestTypeEntries(
  types: readonly RequestTypeLike[],
  listed: readonly string[],
  from: RegExp,
  { code, tests }: Sources,
): readonly CoverageEntry[] {
  const headers = [...new Set([...listed, ...types.map(({ header }) => header)])]
  return headers.map((header): CoverageEntry => {
    const type = types.find((type) => type.header === header)
    if (type === undefined) return { id: header, codecs: [], tests: [] }
    const { name, section, codecs, names, words } = type
    return {
      id: header,
      name,
      section,
      codecs,
      ...(names[0] === undefined ? {} : fileOf(names[0], code)),
      tests: testsNaming(tests, { names, from, words }),
    }
  })
}

/** The names under which values are exported. */
export function exportNames(
  exports: Readonly<Record<string, unknown>>,
  values: readonly unknown[],
): readonly string[] {
  return values.flatMap((value) =>
    Object.entries(exports)
      .filter(([, exported]) => exported === value)
      .map(([name]) => name),
  )
}

/** The RopIds that [MS-OXCROPS] 2.2.2 reserves, as the requirement says that lists them. */
export function reservedRopIds(requirements: readonly Requirement[]): ReadonlySet<number> {
  const list = requirements.find(({ id }) => id === 'MS-OXCROPS_R1413')
  const ids = list?.text.match(/0x[0-9A-F]{2}\b/g)
  if (ids == null) throw new Error('MS-OXCROPS_R1413 does not list the reserved RopIds')
  return new Set(ids.map(Number))
}

/** What X-RequestType says for each endpoint, from the requirements of [MS-OXCMAPIHTTP] 2.2.3.3.1. */
export function listedRequestTypes(
  requirements: readonly Requirement[],
  endpoint: 'mailbox' | 'address book',
): readonly string[] {
  // The request types for finding servers are of the address book endpoint, whatever the text says of one.
  const pattern = /\] (\w+): Indicates the \w+ request type for (.+)\.$/
  return requirements
    .filter(({ specification, section }) => specification === 'MS-OXCMAPIHTTP' && section === '2.2.3.3.1')
    .flatMap(({ text }) => {
      const [, header, endpoints] = pattern.exec(text) ?? []
      if (header === undefined || endpoints === undefined) return []
      const isListed = header === 'GetMailboxUrl' ? endpoint === 'address book' : endpoints.includes(endpoint)
      return isListed ? [header] : []
    })
}

function fileOf(codec: string, code: readonly SourceFile[]): { readonly file?: string } {
  const file = definingFile(codec, code)
  return file === undefined ? {} : { file }
}

function isRop(value: unknown): value is RopLike {
  if (typeof value !== 'object' || value === null) return false
  const { id, name, section } = value as Partial<Record<keyof RopLike, unknown>>
  return (
    typeof id === 'number' &&
    typeof name === 'string' &&
    typeof section === 'string' &&
    /^Rop[A-Z]/.test(name)
  )
}
