import type { FolderChange } from '@bourse/client'
import { ErrorCode, isMapiError } from '@bourse/mapi'
import type { Command } from 'commander'
import { type Context, newCommand } from '../context.ts'
import { findFolder, storeOf } from '../mail/find-folder.ts'
import { type MailOptions, withMailOptions, withSession } from '../mail/options.ts'
import { formatReference } from '../mail/reference.ts'
import { oneLine } from '../output/table.ts'
import { writeJson } from '../output/write-rows.ts'

/** Tells of what happens in a folder, until Ctrl-C. */
export function watchCommand(context: Context): Command {
  const { output, errorOutput, signal } = context.surroundings
  const command = newCommand('watch', 'tell of what happens in a folder as it happens, until Ctrl-C', [
    'bourse watch',
    'bourse watch Inbox --new --json | while read -r line; do notify-send "$line"; done',
  ])
    .argument('[folder]', 'path of the folder', 'Inbox')
    .option('--new', 'only of new mail')
  return withMailOptions(command).action((path: string, options: MailOptions & { readonly new?: boolean }) =>
    withSession(context, options, async (session) => {
      const folder = await findFolder(await storeOf(session, options), path)
      await using changes = folder.watch({
        signal,
        ...(options.new === true ? { events: ['newMail' as const] } : {}),
      })
      await changes.ready
      if (errorOutput.isTerminal) errorOutput.write(`Watching ${path}; Ctrl-C ends it.\n`)
      for await (const change of changes) {
        const subject = await subjectOf(change)
        const reference = formatReference(change)
        if (options.json === true) {
          writeJson(output, {
            event: change.kind,
            object: change.object,
            message: reference,
            subject: subject ?? null,
          })
        } else {
          output.write(`${change.kind.padEnd(12)} ${reference.padEnd(12)} ${oneLine(subject ?? '')}\n`)
        }
      }
    }),
  )
}

/** The subject of a message, if it is still there. */
async function subjectOf(change: FolderChange): Promise<string | undefined> {
  if (change.object !== 'message' || change.kind === 'deleted' || change.direction === 'out') return undefined
  try {
    await using message = await change.open()
    return await message.subject()
  } catch (error) {
    if (isMapiError(error, ErrorCode.NotFound)) return undefined
    throw error
  }
}
