import type { PropertyTag } from '../property/tag.ts'
import type { TaggedValue } from '../property/tagged-value.ts'
import type { Restriction } from './restriction.ts'

/** The restrictions directly within one, in order. */
export function childrenOf(restriction: Restriction): readonly Restriction[] {
  switch (restriction.kind) {
    case 'and':
    case 'or':
      return restriction.restrictions
    case 'not':
    case 'subObject':
    case 'count':
      return [restriction.restriction]
    case 'comment':
      return restriction.restriction === undefined ? [] : [restriction.restriction]
    default:
      return []
  }
}

/** A restriction and all that are within it, outer before inner, first before last. */
export function* walk(restriction: Restriction): Generator<Restriction, void, undefined> {
  const waiting: Restriction[] = [restriction]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    yield next
    const children = childrenOf(next)
    for (let i = children.length - 1; i >= 0; i--) waiting.push(children[i]!)
  }
}

/**
 * The properties that a restriction looks at, each once: also those of recipients and attachments within a
 * {@link SubObjectRestriction}, and the tag that names these. Not the tags of the values compared with, nor the
 * properties of comments.
 */
export function tagsOf(restriction: Restriction): PropertyTag[] {
  const tags = new Set<PropertyTag<unknown>>()
  for (const part of walk(restriction)) {
    if (part.kind === 'compareProperties') tags.add(part.tag1).add(part.tag2)
    else if ('tag' in part) tags.add(part.tag)
  }
  return [...tags] as PropertyTag[]
}

/**
 * The same restriction with every tag replaced, those of values and of comments included: for instance property IDs
 * of one mailbox by those of another ([MS-OXCPRPT] named properties).
 */
export function mapTags(
  restriction: Restriction,
  replace: (tag: PropertyTag<unknown>) => PropertyTag<unknown>,
): Restriction {
  const inner = (part: Restriction) => mapTags(part, replace)
  const tagged = ({ tag, value }: TaggedValue): TaggedValue => ({ tag: replace(tag) as PropertyTag, value })
  switch (restriction.kind) {
    case 'and':
    case 'or':
      return { ...restriction, restrictions: restriction.restrictions.map(inner) }
    case 'not':
    case 'count':
      return { ...restriction, restriction: inner(restriction.restriction) }
    case 'subObject':
      return { ...restriction, tag: replace(restriction.tag), restriction: inner(restriction.restriction) }
    case 'content':
    case 'property':
      return { ...restriction, tag: replace(restriction.tag), value: tagged(restriction.value) }
    case 'compareProperties':
      return { ...restriction, tag1: replace(restriction.tag1), tag2: replace(restriction.tag2) }
    case 'bitmask':
    case 'size':
    case 'exist':
      return { ...restriction, tag: replace(restriction.tag) }
    case 'comment': {
      const properties = restriction.properties.map(tagged)
      if (restriction.restriction === undefined) return { kind: 'comment', properties }
      return { kind: 'comment', properties, restriction: inner(restriction.restriction) }
    }
  }
}
