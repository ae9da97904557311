import type { Administration, QueueSelection } from '@bourse/server'
import type { Command } from 'commander'
import { CommandError, usageError } from '../command-error.ts'
import { type Context, newCommand } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { jsonOf, LIST_COLUMNS, RECIPIENT_COLUMNS, timeOf } from '../output/queue-rows.ts'
import { formatSize } from '../output/size.ts'
import { writeTable } from '../output/table.ts'
import { writeJson, writeRows } from '../output/write-rows.ts'
import { administrationOf, type ConfigOptions, withConfig } from '../server-settings.ts'

interface SelectionOptions extends ConfigOptions {
  readonly all?: boolean
  readonly domain?: string
}

interface ListOptions extends ConfigOptions {
  readonly domain?: string
  readonly json?: boolean
}

interface RemoveOptions extends SelectionOptions {
  readonly report: boolean
  readonly yes?: boolean
}

/** Mail that waits to leave the organization. */
export function queueCommand(context: Context): Command {
  const command = newCommand(
    'queue',
    'show and change what waits to be sent to the outside, whether the server runs or not',
  )
  for (const subcommand of [list, show, hold, release, retry, remove]) {
    command.addCommand(withConfig(subcommand(context)))
  }
  return command
}

function list(context: Context): Command {
  return newCommand('list', 'show the messages that wait', [
    'bourse queue list',
    'bourse queue list --domain example.org --json',
  ])
    .option('-d, --domain <name>', 'only those that go to this domain')
    .option('--json', 'one JSON object a line')
    .action(async (options: ListOptions) => {
      await using administration = await administrationOf(context, options)
      const { domain } = options
      const messages = await administration.queue.list(
        domain === undefined ? { kind: 'all' } : { kind: 'domain', domain },
      )
      writeRows(context.surroundings.output, messages, {
        asJson: options.json === true,
        columns: LIST_COLUMNS,
        json: jsonOf,
        none: 'Nothing waits.',
      })
    })
}

function show(context: Context): Command {
  return newCommand('show', 'show a message that waits, with each of its recipients')
    .argument('<id>', 'number of the message', parseId)
    .option('--json', 'as JSON')
    .action(async (id: number, options: ListOptions) => {
      await using administration = await administrationOf(context, options)
      const [message] = await administration.queue.list({ kind: 'message', id })
      if (message === undefined) throw notThere(id)
      const { output } = context.surroundings
      if (options.json === true) {
        writeJson(output, jsonOf(message))
        return
      }
      output.write(
        `Message ${id}, from ${message.from || 'nobody (a report)'}, ${formatSize(message.size)}\n`,
      )
      output.write(`Queued ${timeOf(message.queuedAt)} as ${message.key}\n\n`)
      writeTable(output, message.recipients, RECIPIENT_COLUMNS)
    })
}

function hold(context: Context): Command {
  return changeCommand(context, 'hold', 'keep messages back until they are released', 'held')
}

function release(context: Context): Command {
  return changeCommand(context, 'release', 'send messages again that are held', 'released')
}

function retry(context: Context): Command {
  return changeCommand(context, 'retry', 'try messages at once, not only when it is their time', 'due')
}

function changeCommand(
  context: Context,
  verb: 'hold' | 'release' | 'retry',
  description: string,
  done: string,
): Command {
  return withSelection(
    newCommand(verb, description, [`bourse queue ${verb} 17`, `bourse queue ${verb} --domain example.org`]),
  ).action(async (id: number | undefined, options: SelectionOptions) => {
    const selection = selectionOf(id, options)
    await using administration = await administrationOf(context, options)
    const count = await administration.queue[verb](selection)
    if (count === 0) await checkIsThere(administration, selection)
    const later = administration.isServing || verb === 'hold' ? '' : ', when the server runs'
    context.surroundings.output.write(`${recipients(count)} ${count === 1 ? 'is' : 'are'} ${done}${later}.\n`)
  })
}

function remove(context: Context): Command {
  return withSelection(
    newCommand('remove', 'give messages up: their senders are told, unless you say otherwise', [
      'bourse queue remove 17',
      'bourse queue remove --domain example.org --no-report --yes',
    ]),
  )
    .option('--no-report', 'do not tell the senders')
    .option('--yes', 'really, if it is more than one message')
    .action(async (id: number | undefined, options: RemoveOptions) => {
      const selection = selectionOf(id, options)
      if (selection.kind !== 'message' && options.yes !== true) {
        throw new CommandError('So many messages are removed only with --yes.', {
          hint: '`bourse queue list` shows which ones there are.',
        })
      }
      await using administration = await administrationOf(context, options)
      const { report } = options
      const count = await administration.queue.remove(selection, { report })
      if (count === 0) await checkIsThere(administration, selection)
      const later = administration.isServing ? '' : ' when the server runs'
      const told = report ? `; senders who want to know are told${later}` : ''
      context.surroundings.output.write(`${recipients(count)} removed${told}.\n`)
    })
}

/** Adds what says which recipients are meant. */
function withSelection(command: Command): Command {
  return command
    .argument('[id]', 'number of a message', parseId)
    .option('-a, --all', 'all messages')
    .option('-d, --domain <name>', 'all recipients of this domain')
}

function selectionOf(id: number | undefined, { all, domain }: SelectionOptions): QueueSelection {
  const selections: readonly QueueSelection[] = [
    ...(id === undefined ? [] : [{ kind: 'message', id } as const]),
    ...(all === true ? [{ kind: 'all' } as const] : []),
    ...(domain === undefined ? [] : [{ kind: 'domain', domain } as const]),
  ]
  const [selection] = selections
  if (selection === undefined || selections.length > 1) {
    throw usageError('Name one message by its number, or a --domain, or --all.')
  }
  return selection
}

function parseId(text: string): number {
  const id = Number(text)
  if (!Number.isSafeInteger(id) || id < 1) throw usageError(`${text} is not the number of a message.`)
  return id
}

/** Nothing was changed: was that since there is no such message? */
async function checkIsThere({ queue }: Administration, selection: QueueSelection): Promise<void> {
  if (selection.kind !== 'message') return
  if ((await queue.list(selection)).length === 0) throw notThere(selection.id)
}

function notThere(id: number): CommandError {
  return new CommandError(`There is no message ${id} in the queue.`, {
    hint: '`bourse queue list` shows which ones there are.',
    exitCode: ExitCode.NotFound,
  })
}

function recipients(count: number): string {
  return count === 1 ? '1 recipient' : `${count} recipients`
}
