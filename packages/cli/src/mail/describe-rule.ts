import type { MailRule, MailStore, RuleRecipient } from '@bourse/client'
import { ErrorCode, isMapiError } from '@bourse/mapi'

/** A rule in words. */
export interface DescribedRule {
  /** Its place in the order in which rules are run, from 1. */
  readonly number: number
  readonly rule: MailRule
  /** Which messages it is about. */
  readonly when: string
  /** What it does with them. */
  readonly effects: string
  /** The names of folders, by ID. */
  readonly folders: ReadonlyMap<bigint, string>
}

/** Says in words what rules do. */
export async function describeRules(
  rules: readonly MailRule[],
  store: MailStore,
): Promise<readonly DescribedRule[]> {
  const ids = new Set(rules.flatMap(({ do: { moveTo, copyTo } }) => [...moveTo, ...copyTo]))
  const folders = new Map<bigint, string>()
  for (const id of ids) folders.set(id, await nameOf(store, id))
  return rules.map((rule, i) => ({
    number: i + 1,
    rule,
    when: conditionText(rule),
    effects: effectsText(rule, folders),
    folders,
  }))
}

async function nameOf(store: MailStore, id: bigint): Promise<string> {
  try {
    await using folder = await store.openFolder(id)
    return await folder.name()
  } catch (error) {
    if (isMapiError(error, ErrorCode.NotFound)) return 'a folder that is not there any more'
    throw error
  }
}

function conditionText({ when }: MailRule): string {
  if (when === undefined) return 'another condition'
  const { from, to, subject, hasAttachment } = when
  const parts = [
    ...(from === undefined ? [] : [`from ${from}`]),
    ...(to === undefined ? [] : [`to ${to}`]),
    ...(subject === undefined ? [] : [`subject ${subject}`]),
    ...(hasAttachment === undefined ? [] : [hasAttachment ? 'with files' : 'without files']),
  ]
  return parts.length === 0 ? 'all' : parts.join(', ')
}

function effectsText({ do: effects, isLast }: MailRule, folders: ReadonlyMap<bigint, string>): string {
  const names = (ids: readonly bigint[]): string => ids.map((id) => folders.get(id)).join(', ')
  const people = (list: readonly RuleRecipient[]): string => list.map(({ name }) => name).join(', ')
  return [
    ...(effects.markRead ? ['mark as read'] : []),
    ...(effects.copyTo.length > 0 ? [`copy to ${names(effects.copyTo)}`] : []),
    ...(effects.forwardTo.length > 0 ? [`forward to ${people(effects.forwardTo)}`] : []),
    ...(effects.redirectTo.length > 0 ? [`redirect to ${people(effects.redirectTo)}`] : []),
    ...(effects.moveTo.length > 0 ? [`move to ${names(effects.moveTo)}`] : []),
    ...(effects.delete || effects.discard ? ['delete'] : []),
    ...(effects.hasMore ? ['something else'] : []),
    ...(isLast ? ['no further rules'] : []),
  ].join('; ')
}
