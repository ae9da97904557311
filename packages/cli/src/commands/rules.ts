import type { MailRule, MailRules, MailStore, RuleCondition, RuleSteps } from '@bourse/client'
import type { Command } from 'commander'
import { CommandError, usageError } from '../command-error.ts'
import { type Context, newCommand } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { type DescribedRule, describeRules } from '../mail/describe-rule.ts'
import { findFolder, storeOf } from '../mail/find-folder.ts'
import { type MailOptions, withMailOptions, withSession } from '../mail/options.ts'
import { type Json, writeRows } from '../output/write-rows.ts'

/** The rules by which the server treats mail that arrives in the Inbox. */
export function rulesCommand(context: Context): Command {
  const command = newCommand('rules', 'what happens with mail that arrives in the Inbox', [
    'bourse rules list',
    'bourse rules add Reports --subject report --move Inbox/Reports',
    'bourse rules disable Reports',
  ])
  for (const subcommand of [list, add, remove]) command.addCommand(subcommand(context))
  command.addCommand(toggle(context, 'enable', true))
  command.addCommand(toggle(context, 'disable', false))
  return command
}

function list(context: Context): Command {
  return withMailOptions(
    newCommand('list', 'show the rules in the order in which they are run', ['bourse rules list --json']),
  ).action((options: MailOptions) =>
    withRules(context, options, async (rules, store) => {
      writeRows(context.surroundings.output, await describeRules(await rules.list(), store), {
        asJson: options.json === true,
        columns: [
          { title: 'Rule', value: ({ number }) => String(number) },
          { title: 'Name', value: ({ rule }) => rule.name, isFlexible: true },
          { title: '', value: ({ rule }) => stateOf(rule) },
          { title: 'Messages', value: ({ when }) => when, isFlexible: true },
          { title: 'What is done', value: ({ effects }) => effects, isFlexible: true },
        ],
        json: toJson,
        none: 'There are no rules yet. Make one: bourse rules add Reports --subject report --move Inbox/Reports',
      })
    }),
  )
}

interface AddOptions extends MailOptions {
  readonly from?: string
  readonly to?: string
  readonly subject?: string
  readonly hasAttachment?: boolean
  readonly move?: string
  readonly copy?: string
  readonly forward?: readonly string[]
  readonly redirect?: readonly string[]
  readonly markRead?: boolean
  readonly delete?: boolean
  readonly last?: boolean
  readonly disabled?: boolean
}

function add(context: Context): Command {
  const command = newCommand('add', 'add a rule, which is run after the others', [
    'bourse rules add Reports --subject report --move Inbox/Reports --mark-read',
    'bourse rules add "From Bob" --from bob@example.com --has-attachment --forward ann@example.com',
    'bourse rules add Lists --to team@example.com --copy Archive --last',
  ])
    .argument('<name>', 'what the rule is to be called')
    .option('--from <text>', 'messages with this in the name or the address of who they are from')
    .option('--to <text>', 'messages with this in the name or the address of a recipient')
    .option('--subject <text>', 'messages with this in the subject')
    .option('--has-attachment', 'messages with files')
    .option('--move <folder>', 'move them there')
    .option('--copy <folder>', 'copy them there')
    .option('--forward <people...>', 'forward them')
    .option('--redirect <people...>', 'send them on as they came')
    .option('--mark-read', 'mark them as read')
    .option('--delete', 'move them to Deleted Items')
    .option('--last', 'run no further rules on them')
    .option('--disabled', 'do not run it yet')
  return withMailOptions(command).action((name: string, options: AddOptions) =>
    withRules(context, options, async (rules, store) => {
      const steps = await stepsOf(store, options)
      if (Object.keys(steps).length === 0) {
        throw usageError(
          'It is not said what is to be done.',
          'Say so with --move, --copy, --forward, --redirect, --mark-read or --delete.',
        )
      }
      const rule = await rules.add({
        name,
        when: conditionOf(options),
        do: steps,
        isEnabled: options.disabled !== true,
        isLast: options.last === true,
      })
      context.surroundings.output.write(`Added ${rule.name}; \`bourse rules list\` shows all.\n`)
    }),
  )
}

function conditionOf({ from, to, subject, hasAttachment }: AddOptions): RuleCondition {
  return {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(subject === undefined ? {} : { subject }),
    ...(hasAttachment === true ? { hasAttachment } : {}),
  }
}

async function stepsOf(store: MailStore, options: AddOptions): Promise<RuleSteps> {
  const { move, copy, forward, redirect, markRead } = options
  const idOf = async (path: string): Promise<bigint> => (await findFolder(store, path)).id
  return {
    ...(move === undefined ? {} : { moveTo: await idOf(move) }),
    ...(copy === undefined ? {} : { copyTo: await idOf(copy) }),
    ...(forward === undefined ? {} : { forwardTo: forward }),
    ...(redirect === undefined ? {} : { redirectTo: redirect }),
    ...(markRead === true ? { markRead } : {}),
    ...(options.delete === true ? { delete: true } : {}),
  }
}

const RULE_ARGUMENT = 'its name, or its number in `bourse rules list`'

function remove(context: Context): Command {
  const command = newCommand('remove', 'remove a rule', ['bourse rules remove Reports']).argument(
    '<rule>',
    RULE_ARGUMENT,
  )
  return withMailOptions(command).action((which: string, options: MailOptions) =>
    withRules(context, options, async (rules) => {
      const rule = findRule(await rules.list(), which)
      await rules.remove(rule)
      context.surroundings.output.write(`Removed ${rule.name}.\n`)
    }),
  )
}

function toggle(context: Context, name: 'enable' | 'disable', isEnabled: boolean): Command {
  const what = isEnabled ? 'have a rule run again' : 'keep a rule, but do not run it'
  const command = newCommand(name, what, [`bourse rules ${name} Reports`]).argument('<rule>', RULE_ARGUMENT)
  return withMailOptions(command).action((which: string, options: MailOptions) =>
    withRules(context, options, async (rules) => {
      const rule = findRule(await rules.list(), which)
      await rules.change(rule, { isEnabled })
      context.surroundings.output.write(`${rule.name} is ${isEnabled ? 'run' : 'not run'} from now on.\n`)
    }),
  )
}

function withRules(
  context: Context,
  options: MailOptions,
  work: (rules: MailRules, store: MailStore) => Promise<void>,
): Promise<void> {
  return withSession(context, options, async (session) => {
    const store = await storeOf(session, options)
    await using rules = await store.rules()
    await work(rules, store)
  })
}

function findRule(rules: readonly MailRule[], which: string): MailRule {
  const named = rules.filter(({ name }) => name.toLowerCase() === which.toLowerCase())
  if (named.length > 1) {
    throw usageError(`Several rules are called ${which}.`, 'Give the number that `bourse rules list` shows.')
  }
  const rule = named[0] ?? (/^\d+$/.test(which) ? rules[Number(which) - 1] : undefined)
  if (rule !== undefined) return rule
  throw new CommandError(`There is no rule ${which}.`, {
    hint: '`bourse rules list` shows which there are.',
    exitCode: ExitCode.NotFound,
  })
}

function stateOf({ isEnabled, hasFailed }: MailRule): string {
  if (!isEnabled) return 'off'
  return hasFailed ? 'failed' : ''
}

function toJson({ rule, folders }: DescribedRule): Json {
  const { name, provider, isEnabled, isLast, hasFailed, when, do: effects } = rule
  const pathsOf = (ids: readonly bigint[]): readonly string[] => ids.map((id) => folders.get(id) ?? '')
  const addressesOf = (people: readonly { readonly address: string }[]): readonly string[] =>
    people.map(({ address }) => address)
  return {
    name,
    provider,
    enabled: isEnabled,
    last: isLast,
    failed: hasFailed,
    when: when === undefined ? null : { ...when },
    move: pathsOf(effects.moveTo),
    copy: pathsOf(effects.copyTo),
    forward: addressesOf(effects.forwardTo),
    redirect: addressesOf(effects.redirectTo),
    markRead: effects.markRead,
    delete: effects.delete || effects.discard,
    more: effects.hasMore,
  }
}
