import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import { mailboxesNamed, PUBLIC_FOLDERS } from '../administered-mailbox.ts'
import { type Context, newCommand, pathIn } from '../context.ts'
import { showProgress } from '../output/progress.ts'
import { administrationOf, type ConfigOptions, withConfig } from '../server-settings.ts'

/** Ending of the copy of a mailbox. */
const BACKUP_FILE = '.mailbox'

/** Copies mailboxes and the directory while work on them goes on. */
export function backupCommand(context: Context): Command {
  const { output, errorOutput } = context.surroundings
  const command = newCommand(
    'backup',
    'copy mailboxes and the directory of users to a folder, as of now, while work goes on',
    ['bourse backup /var/backups/bourse', 'bourse backup /var/backups/bourse alice@example.com'],
  )
    .argument('<folder>', 'where the copies go; older ones of the same mailboxes are replaced')
    .argument(
      '[mailbox...]',
      `addresses or names, or "${PUBLIC_FOLDERS}"; all, and the directory, if none is named`,
    )
  return withConfig(command).action(
    async (folderName: string, names: readonly string[], options: ConfigOptions) => {
      await using administration = await administrationOf(context, options)
      const folder = pathIn(context, folderName)
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const mailboxes = await mailboxesNamed(administration, names)
      const progress = showProgress(errorOutput, { total: mailboxes.length, unit: 'items' })
      for (const [done, { guid, name }] of mailboxes.entries()) {
        progress.update(done, name)
        const path = join(folder, guid + BACKUP_FILE)
        await administration.administer({ kind: 'backup', mailbox: guid, path })
        progress.finish()
        output.write(`${name}: ${path}\n`)
      }
      if (names.length > 0) return
      const path = join(folder, 'directory.sqlite')
      await administration.directory.backup(path)
      output.write(`directory of users: ${path}\n`)
    },
  )
}
