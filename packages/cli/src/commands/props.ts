import type { MailStore } from '@bourse/client'
import type { MapiObject } from '@bourse/mapi'
import type { Command } from 'commander'
import { type Context, newCommand } from '../context.ts'
import { findFolder, storeOf } from '../mail/find-folder.ts'
import { type MailOptions, withMailOptions, withSession } from '../mail/options.ts'
import { propertyLines, valueText } from '../mail/property-lines.ts'
import { isReference } from '../mail/reference.ts'
import { openReferenced } from '../mail/references.ts'
import { writeRows } from '../output/write-rows.ts'

/** How the message store itself is named on the command line. */
const STORE = 'store'
interface PropsOptions extends MailOptions {
  readonly attachment?: string
  readonly filter?: string
}

/** Shows every property of an object by name, the way MFCMAPI does. */
export function propsCommand(context: Context): Command {
  const command = newCommand(
    'props',
    'show every property of a message, an attachment, a folder or the store',
    [
      'bourse props 10d.3e8',
      'bourse props 10d.3e8 --attachment 0',
      'bourse props Inbox --filter count',
      `bourse props ${STORE} --json`,
    ],
  )
    .argument('<object>', `a message as listings name it, the path of a folder, or "${STORE}"`)
    .option('--attachment <number>', 'the attachment of the message with this number')
    .option('--filter <text>', 'only properties with this in their name')
  return withMailOptions(command).action((name: string, options: PropsOptions) =>
    withSession(context, options, async (session) => {
      const store = await storeOf(session, options)
      await using object = await openObject(store, name, options)
      const filter = options.filter?.toLowerCase() ?? ''
      const all = await propertyLines(object.raw, store.raw)
      const lines = all.filter((line) => line.name.toLowerCase().includes(filter))
      writeRows(context.surroundings.output, lines, {
        asJson: options.json === true,
        columns: [
          { title: 'Property', value: (line) => line.name },
          { title: 'Tag', value: ({ tag }) => tag },
          { title: 'Type', value: ({ type }) => type.replace(/^Ptyp/, '') },
          { title: 'Value', value: ({ value }) => valueText(value), isFlexible: true },
        ],
        json: ({ ...line }) => line,
        none: 'It has no such properties.',
      })
    }),
  )
}

interface Opened extends AsyncDisposable {
  readonly raw: MapiObject
}

async function openObject(store: MailStore, name: string, { attachment }: PropsOptions): Promise<Opened> {
  if (name === STORE) return { raw: store.raw, [Symbol.asyncDispose]: async () => {} }
  if (!isReference(name)) return findFolder(store, name)
  const message = await openReferenced(store, name)
  if (attachment === undefined) return message
  const raw = await message.raw.openAttachment(Number(attachment))
  return { raw, [Symbol.asyncDispose]: () => Promise.resolve(raw[Symbol.asyncDispose]()) }
}
