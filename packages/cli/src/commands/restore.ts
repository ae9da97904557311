import { ErrorCode } from '@bourse/mapi'
import type { Command } from 'commander'
import { mailboxesNamed, PUBLIC_FOLDERS } from '../administered-mailbox.ts'
import { CommandError } from '../command-error.ts'
import { type Context, newCommand, pathIn } from '../context.ts'
import { administrationOf, type ConfigOptions, withConfig } from '../server-settings.ts'

/** Puts a mailbox back from a copy that `bourse backup` has made. */
export function restoreCommand(context: Context): Command {
  const command = newCommand('restore', 'put a mailbox back from its backup', [
    'bourse restore alice@example.com /var/backups/bourse/1f6a….mailbox --replace',
  ])
    .argument('<mailbox>', `address or name, or "${PUBLIC_FOLDERS}"`)
    .argument('<file>', 'the copy')
    .option('--replace', 'in the place of the mailbox that is there; what was made since the backup is lost')
  return withConfig(command).action(
    async (name: string, file: string, options: ConfigOptions & { readonly replace?: boolean }) => {
      await using administration = await administrationOf(context, options)
      const [mailbox] = await mailboxesNamed(administration, [name])
      try {
        await administration.administer({
          kind: 'restore',
          mailbox: mailbox!.guid,
          path: pathIn(context, file),
          replace: options.replace === true,
        })
      } catch (error) {
        if ((error as { readonly code?: unknown }).code !== ErrorCode.DuplicateObject) throw error
        const hint = 'With --replace the backup takes its place, and what was made since then is lost.'
        throw new CommandError(`${name} has a mailbox already.`, { hint, cause: error })
      }
      context.surroundings.output.write(`${mailbox!.name} was put back.\n`)
    },
  )
}
