import { desc } from '@bourse/client'
import { PidTagMessageDeliveryTime } from '@bourse/mapi'
import type { Command } from 'commander'
import { type Context, newCommand } from '../context.ts'
import { conditionOf, type FilterOptions, withFilter } from '../mail/filter.ts'
import { findFolder, storeOf } from '../mail/find-folder.ts'
import { LISTED, lineColumns, lineJson, type MessageLine, toLine } from '../mail/message-list.ts'
import { type MailOptions, withMailOptions, withSession } from '../mail/options.ts'
import { parseCount } from '../mail/parse-time.ts'
import { writeRows } from '../output/write-rows.ts'

/** How many messages are listed if nobody says. */
const DEFAULT_LIMIT = 25

interface ListOptions extends MailOptions, FilterOptions {
  readonly limit: number
  readonly all?: boolean
}

/** Lists the messages of a folder, the newest first. */
export function listCommand(context: Context): Command {
  const command = newCommand('list', 'list the messages of a folder, the newest first', [
    'bourse list',
    'bourse list Inbox/Projects --unread',
    'bourse list --from ann --since 1w --all --json',
  ])
    .argument('[folder]', 'path of the folder', 'Inbox')
    .option('-n, --limit <count>', 'at most this many', parseCount, DEFAULT_LIMIT)
    .option('--all', 'all of them')
  return withMailOptions(withFilter(command)).action((path: string, options: ListOptions) =>
    withSession(context, options, async (session) => {
      const folder = await findFolder(await storeOf(session, options), path)
      const where = conditionOf(options)
      const lines: MessageLine[] = []
      const query = {
        select: LISTED,
        orderBy: desc(PidTagMessageDeliveryTime),
        signal: context.surroundings.signal,
        ...(where === undefined ? {} : { where }),
        ...(options.all === true ? {} : { limit: options.limit }),
      }
      for await (const message of folder.messages(query)) lines.push(toLine(folder, message))
      writeRows(context.surroundings.output, lines, {
        asJson: options.json === true,
        columns: lineColumns(),
        json: lineJson,
        none: where === undefined ? `${path} is empty.` : `No message in ${path} is like that.`,
      })
    }),
  )
}
