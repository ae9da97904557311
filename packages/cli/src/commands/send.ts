import type { Command } from 'commander'
import { usageError } from '../command-error.ts'
import { type Context, newCommand } from '../context.ts'
import { bodyText, collect, filesToAttach } from '../mail/body-input.ts'
import { type MailOptions, withMailOptions, withSession } from '../mail/options.ts'
import { formatReference } from '../mail/reference.ts'

interface SendOptions extends MailOptions {
  readonly to?: readonly string[]
  readonly cc?: readonly string[]
  readonly bcc?: readonly string[]
  readonly subject?: string
  readonly text?: string
  readonly html?: boolean
  readonly attach?: readonly string[]
  readonly importance?: 'low' | 'normal' | 'high'
  readonly draft?: boolean
}

/** Sends a new message. */
export function sendCommand(context: Context): Command {
  const command = newCommand('send', 'send a message; its text is read from the input', [
    'echo "At one?" | bourse send --to ann@example.com --subject "Lunch?"',
    'bourse send --to "Ann Adams" --cc team --subject Report --text "Here it is." --attach report.pdf',
  ])
    .option(
      '-t, --to <who>',
      'address, or name that the address book knows; may be given several times',
      collect,
    )
    .option('--cc <who>', 'who gets a copy', collect)
    .option('--bcc <who>', 'who gets a copy unseen', collect)
    .option('-s, --subject <text>', 'subject')
    .option('--text <text>', 'the text, instead of the input')
    .option('--html', 'the text is HTML')
    .option('-a, --attach <file>', 'file to attach; may be given several times', collect)
    .option('--importance <level>', 'low, normal or high')
    .option('--draft', 'save it among the drafts instead of sending it')
  return withMailOptions(command).action((options: SendOptions) =>
    withSession(context, options, async (session) => {
      const { to = [], cc = [], bcc = [], subject = '', attach = [], importance } = options
      if (to.length + cc.length + bcc.length === 0 && options.draft !== true) {
        throw usageError('Nobody is named to send it to.', 'Name somebody with --to.')
      }
      if (importance !== undefined && !['low', 'normal', 'high'].includes(importance)) {
        throw usageError('--importance is low, normal or high.')
      }
      const attachments = await filesToAttach(context, attach)
      const body = await bodyText(context, options.text)
      const draft = await session.compose({
        to,
        cc,
        bcc,
        subject,
        attachments,
        ...(options.html === true ? { html: body } : { text: body }),
        ...(importance === undefined ? {} : { importance }),
      })
      const { output } = context.surroundings
      if (options.draft === true) {
        const id = await draft.save()
        output.write(`Saved as ${formatReference({ folderId: draft.folderId!, id })}.\n`)
      } else {
        await draft.send()
        output.write('Sent.\n')
      }
    }),
  )
}
