import {
  anyRecipient,
  contains,
  equals,
  PidTagDisplayName,
  PidTagHasAttachments,
  PidTagSenderEmailAddress,
  PidTagSenderName,
  PidTagSenderSmtpAddress,
  PidTagSentRepresentingName,
  PidTagSentRepresentingSmtpAddress,
  PidTagSmtpAddress,
  PidTagSubject,
  type PropertyTag,
  type Restriction,
  restrictionCodec,
  walk,
} from '@bourse/mapi'
import { encodeWith } from '@bourse/mapi/bytes'

/** Which messages a rule is about: those that meet all that is given, in any letter case. All messages if nothing is. */
export interface RuleCondition {
  /** In the name or the address of who it is from. */
  readonly from?: string
  /** In the name or the address of one of those to whom it goes. */
  readonly to?: string
  /** In the subject. */
  readonly subject?: string
  readonly hasAttachment?: boolean
}

const FROM: readonly PropertyTag<string>[] = [
  PidTagSenderName,
  PidTagSenderSmtpAddress,
  PidTagSenderEmailAddress,
  PidTagSentRepresentingName,
  PidTagSentRepresentingSmtpAddress,
]

/** What each part of a condition looks for, in the order in which they are written. */
const PARTS = {
  from: (text: string) => anyOf(FROM, text),
  to: (text: string) => anyRecipient(anyOf([PidTagDisplayName, PidTagSmtpAddress], text)),
  subject: (text: string) => contains(PidTagSubject, text),
} as const

type TextPart = keyof typeof PARTS

function anyOf(tags: readonly PropertyTag<string>[], text: string): Restriction {
  return { kind: 'or', restrictions: tags.map((tag) => contains(tag, text)) }
}

/** The restriction that a condition is ([MS-OXORULE] 2.2.1.3.1.9). */
export function ruleRestriction(condition: RuleCondition): Restriction {
  const parts = (Object.keys(PARTS) as TextPart[]).flatMap((part) => {
    const text = condition[part]
    return text === undefined || text === '' ? [] : [PARTS[part](text)]
  })
  const { hasAttachment } = condition
  if (hasAttachment !== undefined) parts.push(equals(PidTagHasAttachments, hasAttachment))
  return { kind: 'and', restrictions: parts }
}

/** The condition that a restriction is, as {@link ruleRestriction} writes it; `undefined` for one that says more than that. */
export function readRuleCondition(restriction: Restriction): RuleCondition | undefined {
  if (restriction.kind !== 'and') return undefined
  const found: { -readonly [K in keyof RuleCondition]: RuleCondition[K] } = {}
  for (const part of restriction.restrictions) {
    const text = firstText(part)
    const key =
      text === undefined
        ? undefined
        : (Object.keys(PARTS) as TextPart[]).find((each) => isSame(PARTS[each](text), part))
    if (key !== undefined && text !== undefined) found[key] = text
    else if (part.kind === 'property' && part.tag === PidTagHasAttachments)
      found.hasAttachment = part.value.value === true
  }
  // What was left out, or is there twice, shows in what comes out again.
  return isSame(ruleRestriction(found), restriction) ? found : undefined
}

/** The text that a part looks for first. */
function firstText(part: Restriction): string | undefined {
  for (const each of walk(part)) {
    if (each.kind === 'content' && typeof each.value.value === 'string') return each.value.value
  }
  return undefined
}

function isSame(a: Restriction, b: Restriction): boolean {
  const bytes = [a, b].map((restriction) => encodeWith(restrictionCodec(2), restriction))
  return bytes[0]!.length === bytes[1]!.length && bytes[0]!.every((byte, i) => byte === bytes[1]![i])
}
