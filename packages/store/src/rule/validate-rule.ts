import {
  BounceCode,
  ErrorCode,
  ForwardFlavor,
  folderIdOf,
  MapiError,
  PidTagRuleActions,
  PidTagRuleCondition,
  PidTagRuleId,
  PidTagRuleLevel,
  PidTagRuleProvider,
  type PropertyBag,
  ReplyFlavor,
  type RuleAction,
  tagId,
} from '@bourse/mapi'
import { RULE_PROPERTIES } from './rule-properties.ts'

const RULE_PROPERTY_IDS: ReadonlySet<number> = new Set(RULE_PROPERTIES.map(tagId))
const BOUNCE_CODES: ReadonlySet<number> = new Set(Object.values(BounceCode))
const REPLY_FLAVORS: readonly number[] = [0, ...Object.values(ReplyFlavor)]
const REPLY_FLAVOR_BITS = Object.values(ReplyFlavor).reduce((all, flag) => all | flag, 0)
const FORWARD_FLAVORS = Object.values(ForwardFlavor).reduce((all, flag) => all | flag, 0)

/** Actions that rules of public folders cannot have ([MS-OXORULE] 2.2.5.1). */
const PRIVATE_ACTIONS: ReadonlySet<RuleAction['kind']> = new Set(['move', 'copy', 'deferAction'])

/** What a rule is checked for. */
export interface RuleContext {
  readonly operation: 'add' | 'modify'
  /** Its folder is a public one. */
  readonly isPublic: boolean
}

/**
 * Checks the properties of a standard rule that is to be added, or of those of one that are to be changed. Throws
 * `InvalidParameter` ([MS-OXORULE] 3.2.5.2).
 */
export function validateRule(properties: PropertyBag, { operation, isPublic }: RuleContext): void {
  for (const tag of properties.tags()) {
    if (!RULE_PROPERTY_IDS.has(tagId(tag))) refuse(`0x${tag.toString(16)} is no property of a rule`)
  }
  if (operation === 'add') {
    if (properties.has(PidTagRuleId)) refuse('the ID of a new rule is not for the client to say')
    for (const tag of [PidTagRuleCondition, PidTagRuleActions]) {
      if (!properties.has(tag)) refuse(`a rule without property 0x${tag.toString(16)}`)
    }
    if ((properties.get(PidTagRuleProvider) ?? '') === '') refuse('a rule without a provider')
  } else if (properties.get(PidTagRuleProvider) === '') refuse('a rule without a provider')
  if ((properties.get(PidTagRuleLevel) ?? 0) !== 0) refuse('a rule of a level other than 0')
  const actions = properties.get(PidTagRuleActions)
  if (actions === undefined) return
  validateActions(actions)
  const unfit = isPublic ? actions.find(({ kind }) => PRIVATE_ACTIONS.has(kind)) : undefined
  if (unfit !== undefined) refuse(`${unfit.kind} in a rule of a public folder`)
}

/** Checks actions as [MS-OXORULE] 2.2.5 allows them. */
function validateActions(actions: readonly RuleAction[]): void {
  if (actions.length === 0) refuse('a rule without actions')
  for (const action of actions) {
    switch (action.kind) {
      case 'move':
      case 'copy':
        if (action.folderInThisStore === undefined) refuse('a target as extended rules have it')
        if (action.folderInThisStore === true && folderIdOf(action) === undefined) {
          refuse('a target that is no ServerEid structure')
        }
        break
      case 'reply':
      case 'oofReply':
        if (action.template.kind !== 'ids') refuse('a reply template as extended rules have it')
        // The bits that are not defined are ignored, here as in the flavor of a forward ([MS-OXORULE] 2.2.5.1.1).
        if (!REPLY_FLAVORS.includes(action.flavor & REPLY_FLAVOR_BITS))
          refuse(`flavor ${action.flavor} of a reply`)
        break
      case 'forward':
        validateForwardFlavor(action.flavor & FORWARD_FLAVORS)
        validateRecipients(action.recipients)
        break
      case 'delegate':
        validateRecipients(action.recipients)
        break
      case 'bounce':
        if (!BOUNCE_CODES.has(action.bounceCode)) refuse(`bounce code ${action.bounceCode}`)
        break
    }
    if (action.flavor !== 0 && !HAVE_FLAVORS.has(action.kind))
      refuse(`flavor ${action.flavor} of ${action.kind}`)
  }
}

const HAVE_FLAVORS: ReadonlySet<RuleAction['kind']> = new Set(['reply', 'oofReply', 'forward'])

function validateForwardFlavor(flavor: number): void {
  const alone = ForwardFlavor.ForwardAsAttachment | ForwardFlavor.TextMessage
  if ((flavor & alone) !== 0 && flavor !== (flavor & -flavor)) refuse(`flavor ${flavor} of a forward`)
}

function validateRecipients(recipients: readonly unknown[]): void {
  if (recipients.length === 0) refuse('an action without recipients')
}

function refuse(why: string): never {
  throw new MapiError(ErrorCode.InvalidParameter, { message: why })
}
