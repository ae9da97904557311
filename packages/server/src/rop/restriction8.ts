import {
  mapTags,
  type PropertyTag,
  PtypMultipleString,
  PtypMultipleString8,
  PtypString,
  PtypString8,
  type Restriction,
  type TaggedValue,
  tagType,
  withType,
} from '@bourse/mapi'
import type { RopSession } from './session.ts'
import { toString8 } from './string8.ts'

/** The same restriction with all strings in the session's code page, for clients that do not want them in Unicode. */
export function restrictionIn8Bit(session: RopSession, restriction: Restriction): Restriction {
  return valuesIn8Bit(session, mapTags(restriction, tagIn8Bit))
}

function tagIn8Bit(tag: PropertyTag<unknown>): PropertyTag<unknown> {
  const type = tagType(tag)
  if (type === PtypString) return withType(tag, PtypString8)
  return type === PtypMultipleString ? withType(tag, PtypMultipleString8) : tag
}

function valuesIn8Bit(session: RopSession, restriction: Restriction): Restriction {
  const inner = (part: Restriction) => valuesIn8Bit(session, part)
  const tagged = (value: TaggedValue) => taggedIn8Bit(session, value)
  switch (restriction.kind) {
    case 'and':
    case 'or':
      return { ...restriction, restrictions: restriction.restrictions.map(inner) }
    case 'not':
    case 'count':
    case 'subObject':
      return { ...restriction, restriction: inner(restriction.restriction) }
    case 'content':
    case 'property':
      return { ...restriction, value: tagged(restriction.value) }
    case 'comment': {
      const properties = restriction.properties.map(tagged)
      if (restriction.restriction === undefined) return { kind: 'comment', properties }
      return { kind: 'comment', properties, restriction: inner(restriction.restriction) }
    }
    default:
      return restriction
  }
}

function taggedIn8Bit(session: RopSession, { tag, value }: TaggedValue): TaggedValue {
  const type = tagType(tag)
  if (type === PtypString8) return { tag, value: toString8(session, value as string) }
  if (type !== PtypMultipleString8) return { tag, value }
  return { tag, value: (value as readonly string[]).map((text) => toString8(session, text)) }
}
