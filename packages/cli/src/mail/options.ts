import type { MailSession } from '@bourse/client'
import { type Command, Option } from 'commander'
import type { Context } from '../context.ts'
import { openMail } from './open-mail.ts'

/** Options of every command that works on mailboxes. */
export interface MailOptions {
  readonly profile?: string
  readonly store?: string
  readonly json?: boolean
}

/** Adds them. */
export function withMailOptions(command: Command): Command {
  return command
    .addOption(new Option('-p, --profile <name>', 'profile to log on with; the default one if left out'))
    .addOption(new Option('--store <service>', 'message store of the profile; its default one if left out'))
    .option('--json', 'one JSON object a line')
}

/** Logs on, does something, and logs off. */
export async function withSession<T>(
  context: Context,
  options: MailOptions,
  work: (session: MailSession) => Promise<T>,
): Promise<T> {
  await using session = await openMail(context, options.profile)
  return await work(session)
}
