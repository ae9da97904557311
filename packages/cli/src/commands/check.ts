import type { Command } from 'commander'
import { mailboxesNamed, PUBLIC_FOLDERS } from '../administered-mailbox.ts'
import { CommandError } from '../command-error.ts'
import { type Context, newCommand } from '../context.ts'
import { showProgress } from '../output/progress.ts'
import { writeJson } from '../output/write-rows.ts'
import { administrationOf, type ConfigOptions, withConfig } from '../server-settings.ts'

interface CheckOptions extends ConfigOptions {
  readonly repair?: boolean
  readonly contents?: boolean
  readonly json?: boolean
}

/** Verifies mailboxes. */
export function checkCommand(context: Context): Command {
  const { output, errorOutput } = context.surroundings
  const command = newCommand('check', 'verify that mailboxes are whole, whether the server runs or not', [
    'bourse check',
    'bourse check alice@example.com --contents',
    'bourse check alice@example.com --repair',
  ])
    .argument(
      '[mailbox...]',
      `addresses or names, or "${PUBLIC_FOLDERS}" for the public folders; all if none is named`,
    )
    .option('--repair', 'set right what can be; who is logged on to such a mailbox has to log on again')
    .option('--contents', 'read all contents and compare them with their hashes')
    .option('--json', 'one JSON object a line')
  return withConfig(command).action(async (names: readonly string[], options: CheckOptions) => {
    await using administration = await administrationOf(context, options)
    const mailboxes = await mailboxesNamed(administration, names)
    const progress = showProgress(errorOutput, { total: mailboxes.length, unit: 'items' })
    let unrepaired = 0
    for (const [done, { guid, name }] of mailboxes.entries()) {
      progress.update(done, name)
      const problems = await administration.administer({
        kind: 'check',
        mailbox: guid,
        repair: options.repair === true,
        contents: options.contents === true,
      })
      progress.finish()
      unrepaired += problems.filter(({ repaired }) => !repaired).length
      if (options.json === true) {
        writeJson(output, { mailbox: name, guid, problems: problems.map((problem) => ({ ...problem })) })
        continue
      }
      output.write(`${name}: ${problems.length === 0 ? 'all right' : `${problems.length} problems`}\n`)
      for (const { description, repaired } of problems) {
        output.write(`  ${description}${repaired ? ' (repaired)' : ''}\n`)
      }
    }
    if (unrepaired > 0) {
      const hint =
        options.repair === true ? 'Restore a backup.' : '`bourse check --repair` sets right what can be.'
      throw new CommandError(`${unrepaired} problems are left.`, { hint })
    }
  })
}
