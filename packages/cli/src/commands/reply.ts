import type { Command } from 'commander'
import { usageError } from '../command-error.ts'
import { type Context, newCommand } from '../context.ts'
import { bodyText, collect, filesToAttach } from '../mail/body-input.ts'
import { storeOf } from '../mail/find-folder.ts'
import { type MailOptions, withMailOptions, withSession } from '../mail/options.ts'
import { openReferenced } from '../mail/references.ts'

interface AnswerOptions extends MailOptions {
  readonly all?: boolean
  readonly to?: readonly string[]
  readonly cc?: readonly string[]
  readonly text?: string
  readonly attach?: readonly string[]
}

/** Answers a message. */
export function replyCommand(context: Context): Command {
  const command = answerCommand('reply', 'answer a message; the text is read from the input', [
    'echo "Fine with me." | bourse reply 10d.3e8',
    'bourse reply 10d.3e8 --all --text "Me too."',
  ]).option('--all', 'to all others who got it, too')
  return withMailOptions(command).action((reference: string, options: AnswerOptions) =>
    answer(context, reference, options, options.all === true ? 'replyAll' : 'reply'),
  )
}

/** Passes a message on. */
export function forwardCommand(context: Context): Command {
  const command = answerCommand(
    'forward',
    'pass a message on with its files; the text is read from the input',
    ['bourse forward 10d.3e8 --to bob@example.com --text "For you."'],
  )
  return withMailOptions(command).action((reference: string, options: AnswerOptions) => {
    if (options.to === undefined)
      throw usageError('Nobody is named to pass it on to.', 'Name somebody with --to.')
    return answer(context, reference, options, 'forward')
  })
}

function answerCommand(name: string, description: string, examples: readonly string[]): Command {
  return newCommand(name, description, examples)
    .argument('<message>', 'as the first column of a listing names it')
    .option('-t, --to <who>', 'also to; may be given several times', collect)
    .option('--cc <who>', 'who gets a copy', collect)
    .option('--text <text>', 'the text, instead of the input')
    .option('-a, --attach <file>', 'file to attach; may be given several times', collect)
}

function answer(
  context: Context,
  reference: string,
  options: AnswerOptions,
  verb: 'reply' | 'replyAll' | 'forward',
): Promise<void> {
  return withSession(context, options, async (session) => {
    const message = await openReferenced(await storeOf(session, options), reference)
    const { to = [], cc = [], attach = [] } = options
    const attachments = await filesToAttach(context, attach)
    const draft = await message[verb]({ to, cc, attachments, text: await bodyText(context, options.text) })
    await draft.send()
    context.surroundings.output.write('Sent.\n')
  })
}
