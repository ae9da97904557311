import {
  and,
  contains,
  exists,
  not,
  or,
  PidTagAccount,
  PidTagDisplayName,
  PidTagSmtpAddress,
  type PropertyTag,
  PtypBoolean,
  PtypInteger32,
  PtypMultipleString,
  PtypString,
  RelOp,
  type Restriction,
  startsWith,
  tagType,
} from '@bourse/mapi'
import { ATTRIBUTES } from '../model/attributes.ts'
import type { ObjectFilter } from '../model/filter.ts'
import { RECIPIENT_KINDS, type RecipientKind } from '../model/kind.ts'
import type { YamlNode } from './yaml-node.ts'

/** How deep conditions may stand within each other. */
const MAX_DEPTH = 16

const COMPARABLE_TYPES: ReadonlySet<number> = new Set([
  PtypString,
  PtypMultipleString,
  PtypInteger32,
  PtypBoolean,
])

/** What conditions can be about: attributes, and a few other properties. */
const TAGS: ReadonlyMap<string, PropertyTag> = new Map([
  ...ATTRIBUTES.filter(({ tag }) => COMPARABLE_TYPES.has(tagType(tag))).map(
    ({ name, tag }) => [name, tag] as const,
  ),
  ['displayName', PidTagDisplayName as PropertyTag<unknown> as PropertyTag],
  ['name', PidTagAccount as PropertyTag<unknown> as PropertyTag],
  ['address', PidTagSmtpAddress as PropertyTag<unknown> as PropertyTag],
])

const KEYS = ['kind', 'any', 'all', 'not', ...TAGS.keys()]

/**
 * Reads a condition on objects:
 *
 * ```yaml
 * where:
 *   kind: [user, room]
 *   department: Sales
 *   title: { startsWith: Head of }
 *   not: { office: [Berlin, Bonn] }
 * ```
 *
 * All keys must be met; of several values one; of the conditions in `any` one, in `all` all; that in `not` must not.
 */
export function parseFilter(node: YamlNode): ObjectFilter {
  let kinds: readonly RecipientKind[] | undefined
  const restrictions: Restriction[] = []
  for (const [key, value] of node.fields(KEYS, 'a condition')) {
    if (key === 'kind') {
      kinds = value
        .listOrOne()
        .map((item) => item.oneOf(RECIPIENT_KINDS))
        .filter((kind) => kind !== undefined)
    } else {
      restrictions.push(...parsePart(key, value, 1))
    }
  }
  const restriction = restrictions.length < 2 ? restrictions[0] : and(...restrictions)
  return { ...(kinds === undefined ? {} : { kinds }), ...(restriction === undefined ? {} : { restriction }) }
}

/** One key of a condition; nothing if it is wrong. */
function parsePart(key: string, node: YamlNode, depth: number): readonly Restriction[] {
  switch (key) {
    case 'any':
      return [or(...node.listOrOne().map((item) => parseCondition(item, depth)))]
    case 'all':
      return node.listOrOne().map((item) => parseCondition(item, depth))
    case 'not':
      return [not(parseCondition(node, depth))]
    default: {
      const tests = node.listOrOne().flatMap((item) => parseTest(TAGS.get(key)!, item))
      return tests.length < 2 ? tests : [or(...tests)]
    }
  }
}

function parseCondition(node: YamlNode, depth: number): Restriction {
  if (depth > MAX_DEPTH) {
    node.problem(`Conditions may stand ${MAX_DEPTH} deep within each other at most.`)
    return and()
  }
  const keys = KEYS.filter((key) => key !== 'kind')
  const parts = [...node.fields(keys, 'a condition within another')].flatMap(([key, value]) =>
    parsePart(key, value, depth + 1),
  )
  return parts.length === 1 ? parts[0]! : and(...parts)
}

/** A value to equal, or one of `startsWith`, `contains`, `exists`. */
function parseTest(tag: PropertyTag, node: YamlNode): readonly Restriction[] {
  if (!node.isMap) {
    const value = parseOperand(tag, node)
    if (value === undefined) return []
    const type = tagType(tag) === PtypMultipleString ? PtypString : tagType(tag)
    const operandTag = ((tag & 0xffff0000) | type) >>> 0
    return [
      {
        kind: 'property',
        relOp: RelOp.RELOP_EQ,
        tag,
        value: { tag: operandTag as PropertyTag, value },
      },
    ]
  }
  const textTag = tag as PropertyTag<unknown> as PropertyTag<string>
  const isText = tagType(tag) === PtypString || tagType(tag) === PtypMultipleString
  return [...node.fields(['startsWith', 'contains', 'exists'], 'a comparison')].flatMap(
    ([key, value]): readonly Restriction[] => {
      if (key === 'exists') {
        const wanted = value.boolean()
        if (wanted === undefined) return []
        return [wanted ? exists(tag) : not(exists(tag))]
      }
      const text = value.text()
      if (!isText) value.problem(`"${key}" needs text to look at.`)
      if (text === undefined || !isText) return []
      const options = { ignoreCase: true, ignoreNonSpace: true }
      return [key === 'startsWith' ? startsWith(textTag, text, options) : contains(textTag, text, options)]
    },
  )
}

function parseOperand(tag: PropertyTag, node: YamlNode): string | number | boolean | undefined {
  switch (tagType(tag)) {
    case PtypInteger32:
      return node.integer()
    case PtypBoolean:
      return node.boolean()
    default:
      return node.text()
  }
}
