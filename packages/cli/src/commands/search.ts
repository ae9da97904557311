import { and, type Condition, contains, desc, hasRecipient, type MailFolder, or } from '@bourse/client'
import { PidTagBody, PidTagMessageDeliveryTime, PidTagSenderName, PidTagSubject } from '@bourse/mapi'
import type { Command } from 'commander'
import { type Context, newCommand } from '../context.ts'
import { conditionOf, type FilterOptions, withFilter } from '../mail/filter.ts'
import { findFolder, storeOf } from '../mail/find-folder.ts'
import { LISTED, lineColumns, lineJson, type MessageLine, toLine } from '../mail/message-list.ts'
import { type MailOptions, withMailOptions, withSession } from '../mail/options.ts'
import { parseCount } from '../mail/parse-time.ts'
import { writeRows } from '../output/write-rows.ts'

/** How many messages are shown if nobody says. */
const DEFAULT_LIMIT = 50

interface SearchOptions extends MailOptions, FilterOptions {
  readonly in?: string
  readonly limit: number
}

/** Looks for messages in all folders. */
export function searchCommand(context: Context): Command {
  const command = newCommand(
    'search',
    'look for words in subjects, texts, senders and recipients of all folders',
    ['bourse search invoice', 'bourse search "quarterly report" --in Inbox --since 3m --attachments'],
  )
    .argument('<words...>', 'all of these have to be there')
    .option('--in <folder>', 'only in this folder and those below')
    .option('-n, --limit <count>', 'at most this many, the newest first', parseCount, DEFAULT_LIMIT)
  return withMailOptions(withFilter(command)).action((words: readonly string[], options: SearchOptions) =>
    withSession(context, options, async (session) => {
      const store = await storeOf(session, options)
      const top = options.in === undefined ? await store.root() : await findFolder(store, options.in)
      const filter = conditionOf(options)
      const where = and(...words.map(anywhere), ...(filter === undefined ? [] : [filter]))
      const { limit } = options
      const lines: MessageLine[] = []
      const searchIn = async (folder: MailFolder, path: string): Promise<void> => {
        const orderBy = desc(PidTagMessageDeliveryTime)
        const { signal } = context.surroundings
        for await (const message of folder.messages({ select: LISTED, where, orderBy, limit, signal })) {
          lines.push(toLine(folder, message, path))
        }
      }
      await searchIn(top, options.in ?? '')
      const paths = new Map<bigint, string>([[top.id, options.in ?? '']])
      for await (const listed of top.folders({ recursive: true })) {
        const above = paths.get(listed.parentId) ?? ''
        const path = above === '' ? listed.name : `${above}/${listed.name}`
        paths.set(listed.id, path)
        await using folder = await store.openFolder(listed.id)
        await searchIn(folder, path)
      }
      const newest = lines.sort((a, b) => Number((b.received ?? 0n) - (a.received ?? 0n))).slice(0, limit)
      writeRows(context.surroundings.output, newest, {
        asJson: options.json === true,
        columns: lineColumns({ withFolder: true }),
        json: lineJson,
        none: 'Nothing was found.',
      })
    }),
  )
}

/** A word that stands somewhere in a message. */
function anywhere(word: string): Condition {
  return or(
    contains(PidTagSubject, word),
    contains(PidTagBody, word),
    contains(PidTagSenderName, word),
    hasRecipient(word),
  )
}
