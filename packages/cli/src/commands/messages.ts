import type { MailMessage } from '@bourse/client'
import type { Command } from 'commander'
import { usageError } from '../command-error.ts'
import { type Context, newCommand } from '../context.ts'
import { findFolder, storeOf } from '../mail/find-folder.ts'
import { type MailOptions, withMailOptions, withSession } from '../mail/options.ts'
import { parseDay } from '../mail/parse-time.ts'
import { countOf, eachFolderOf, openReferenced } from '../mail/references.ts'

/** Moves messages, or copies them. */
export function moveCommand(context: Context): Command {
  const command = newCommand('move', 'move messages into a folder', [
    'bourse move 10d.3e8 10d.3e9 Inbox/Projects',
    'bourse move 10d.3e8 Archive --copy',
  ])
    .argument('<messages...>', 'messages as listings name them, and the path of the folder last')
    .option('--copy', 'copy them instead')
  return withMailOptions(command).action(
    (words: readonly string[], options: MailOptions & { readonly copy?: boolean }) =>
      withSession(context, options, async (session) => {
        const messages = words.slice(0, -1)
        if (messages.length === 0) throw usageError('Name messages, and the folder last.')
        const store = await storeOf(session, options)
        const destination = await findFolder(store, words.at(-1)!)
        await eachFolderOf(store, messages, (folder, ids) =>
          options.copy === true
            ? folder.copyMessages(ids, destination)
            : folder.moveMessages(ids, destination),
        )
        const verb = options.copy === true ? 'copied' : 'moved'
        context.surroundings.output.write(`${countOf(messages.length, 'message')} ${verb}.\n`)
      }),
  )
}

/** Deletes messages. */
export function deleteCommand(context: Context): Command {
  const command = newCommand('delete', 'move messages to Deleted Items, or delete them for good', [
    'bourse delete 10d.3e8',
    'bourse delete 10d.3e8 --forever',
  ])
    .argument('<messages...>', 'messages as listings name them')
    .option('--forever', 'so that nobody can bring them back')
  return withMailOptions(command).action(
    (messages: readonly string[], options: MailOptions & { readonly forever?: boolean }) =>
      withSession(context, options, async (session) => {
        await eachFolderOf(await storeOf(session, options), messages, (folder, ids) =>
          folder.deleteMessages(ids, { mode: options.forever === true ? 'forever' : 'deletedItems' }),
        )
        context.surroundings.output.write(`${countOf(messages.length, 'message')} deleted.\n`)
      }),
  )
}

/** Marks messages as read or unread. */
export function markCommand(context: Context): Command {
  const command = newCommand('mark', 'mark messages as read, or as unread', ['bourse mark 10d.3e8 --unread'])
    .argument('<messages...>', 'messages as listings name them')
    .option('--unread', 'as unread')
  return withMailOptions(command).action(
    (messages: readonly string[], options: MailOptions & { readonly unread?: boolean }) =>
      withSession(context, options, async (session) => {
        await eachFolderOf(await storeOf(session, options), messages, (folder, ids) =>
          options.unread === true ? folder.markUnread(ids) : folder.markRead(ids),
        )
        context.surroundings.output.write(`${countOf(messages.length, 'message')} marked.\n`)
      }),
  )
}

interface FlagCommandOptions extends MailOptions {
  readonly due?: string
  readonly for?: string
  readonly done?: boolean
  readonly clear?: boolean
}

/** Flags messages for follow-up. */
export function flagCommand(context: Context): Command {
  const command = newCommand(
    'flag',
    'flag messages for follow-up, mark them as done, or take the flag away',
    ['bourse flag 10d.3e8 --due tomorrow --for "Call back"', 'bourse flag 10d.3e8 --done'],
  )
    .argument('<messages...>', 'messages as listings name them')
    .option('--due <day>', 'the day to be done by: 2026-03-29, today, tomorrow, +3')
    .option('--for <text>', 'what is to be done')
    .option('--done', 'it is done')
    .option('--clear', 'take the flag away')
  return withMailOptions(command).action((messages: readonly string[], options: FlagCommandOptions) =>
    withSession(context, options, async (session) => {
      const store = await storeOf(session, options)
      for (const reference of messages) await setFlag(await openReferenced(store, reference), options)
      context.surroundings.output.write(`${countOf(messages.length, 'message')} changed.\n`)
    }),
  )
}

function setFlag(message: MailMessage, { due, done, clear, ...options }: FlagCommandOptions): Promise<void> {
  if (clear === true) return message.clearFlag()
  if (done === true) return message.completeFlag()
  return message.flag({
    ...(due === undefined ? {} : { due: parseDay(due) }),
    ...(options.for === undefined ? {} : { request: options.for }),
  })
}
