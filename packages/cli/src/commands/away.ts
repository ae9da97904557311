import type { AutomaticRepliesContent, MailAutomaticReplies, MailStore } from '@bourse/client'
import { htmlToText, textToHtml } from '@bourse/formats/body'
import { instantToFileTime } from '@bourse/mapi'
import type { Command } from 'commander'
import { usageError } from '../command-error.ts'
import { type Context, newCommand } from '../context.ts'
import { bodyText } from '../mail/body-input.ts'
import { storeOf } from '../mail/find-folder.ts'
import { type MailOptions, withMailOptions, withSession } from '../mail/options.ts'
import { parseTime } from '../mail/parse-time.ts'
import { formatTime } from '../output/date.ts'

const AUDIENCES = ['none', 'known', 'all'] as const

/** Shows and changes how a mailbox answers by itself while its owner is away. */
export function awayCommand(context: Context): Command {
  const command = newCommand('away', 'show how the mailbox answers by itself while you are away', [
    'bourse away',
    'bourse away on --from 2026-12-24 --until 2027-01-02 --message "Back in January."',
    'bourse away on --message "Ask Bob." --external "Back soon." --audience known',
    'bourse away off',
  ])
  command.addCommand(onCommand(context))
  command.addCommand(offCommand(context))
  return withMailOptions(command).action((options: MailOptions) =>
    withSession(context, options, async (session) => {
      const replies = await (await storeOf(session, options)).automaticReplies()
      const { output } = context.surroundings
      output.write(options.json === true ? `${JSON.stringify(jsonOf(replies))}\n` : describe(replies))
    }),
  )
}

interface OnOptions extends MailOptions {
  readonly from?: string
  readonly until?: string
  readonly message?: string
  readonly external?: string
  readonly audience?: string
}

function onCommand(context: Context): Command {
  const command = newCommand('on', 'answer mail; the text is read from the input if there is none yet', [
    'bourse away on --message "Ask Bob."',
    'bourse away on --until 2027-01-02T08:00',
  ])
    .option('--from <time>', 'when it begins: 2026-12-24, 2026-12-24T17:00; now if left out')
    .option('--until <time>', 'when it ends; until it is switched off if left out')
    .option(
      '-m, --message <text>',
      'the answer to people of the organization; that of the last time if left out',
    )
    .option('--external <text>', 'the answer to others')
    .option('--audience <who>', 'which others are answered: none, known or all')
  return withMailOptions(command).action((options: OnOptions) =>
    withSession(context, options, async (session) => {
      const store = await storeOf(session, options)
      await store.setAutomaticReplies(await contentOf(context, store, options))
      context.surroundings.output.write(describe(await store.automaticReplies()))
    }),
  )
}

function offCommand(context: Context): Command {
  return withMailOptions(newCommand('off', 'answer nothing any more')).action((options: MailOptions) =>
    withSession(context, options, async (session) => {
      await (await storeOf(session, options)).setAutomaticReplies({ state: 'disabled' })
      context.surroundings.output.write('Mail is not answered any more.\n')
    }),
  )
}

async function contentOf(
  context: Context,
  store: MailStore,
  options: OnOptions,
): Promise<AutomaticRepliesContent> {
  const { from, until, external } = options
  if (from !== undefined && until === undefined)
    throw usageError('It is not said when it ends.', 'Say so with --until.')
  const audience = AUDIENCES.find((one) => one === options.audience)
  if (options.audience !== undefined && audience === undefined)
    throw usageError(`--audience is one of ${AUDIENCES.join(', ')}.`)
  const last = await store.automaticReplies()
  const message =
    options.message ?? (last.internalReply === '' ? await bodyText(context, undefined) : undefined)
  const times = until && {
    from: from === undefined ? Temporal.Now.instant() : parseTime(from),
    until: parseTime(until),
  }
  if (times && Temporal.Instant.compare(times.from, times.until) >= 0)
    throw usageError('It ends before it begins.')
  return {
    ...(times ? { state: 'scheduled', ...times } : { state: 'enabled' }),
    ...(message === undefined ? {} : { internalReply: textToHtml(message.trimEnd()) }),
    ...(external === undefined ? {} : { externalReply: textToHtml(external) }),
    ...(audience !== undefined && { externalAudience: audience }),
    ...(audience === undefined && external !== undefined && { externalAudience: 'all' }),
  }
}

function describe(replies: MailAutomaticReplies): string {
  const { externalAudience } = replies
  const lines = [`${stateOf(replies)}\n`]
  if (replies.internalReply !== '')
    lines.push(`\nTo people of the organization:\n${indented(replies.internalReply)}`)
  if (replies.externalReply !== '') {
    const who = {
      none: 'Nobody else is answered; to others it would be',
      known: 'To others who are known',
      all: 'To others',
    }
    lines.push(`\n${who[externalAudience]}:\n${indented(replies.externalReply)}`)
  } else if (replies.state !== 'disabled') lines.push('\nOthers are not answered.\n')
  return lines.join('')
}

function stateOf({ state, from, until, isAway }: MailAutomaticReplies): string {
  if (state === 'disabled') return 'Mail is not answered.'
  if (state === 'enabled') return 'Mail is answered until you switch that off.'
  const time = (instant: Temporal.Instant | undefined): string =>
    formatTime(instant && instantToFileTime(instant))
  const when = `from ${time(from)} until ${time(until)}`
  return `Mail is answered ${when}${isAway ? ', that is now' : ''}.`
}

function indented(html: string): string {
  return plain(html)
    .split('\n')
    .map((line) => `  ${line}`.trimEnd())
    .join('\n')
    .concat('\n')
}

/** A text without HTML; what has none is as it is. */
function plain(text: string): string {
  return (/<[a-z!][^>]*>/i.test(text) ? htmlToText(text) : text).replaceAll('\r\n', '\n').trim()
}

function jsonOf(replies: MailAutomaticReplies) {
  const { state, from, until, isAway, externalAudience, internalReply, externalReply } = replies
  return {
    state,
    away: isAway,
    from: from?.toString() ?? null,
    until: until?.toString() ?? null,
    audience: externalAudience,
    message: plain(internalReply),
    external: plain(externalReply),
  }
}
