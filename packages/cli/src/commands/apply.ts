import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Command } from 'commander'
import { type Context, newCommand, pathIn } from '../context.ts'
import { administrationOf, type ConfigOptions, withConfig } from '../server-settings.ts'

interface ApplyOptions extends ConfigOptions {
  readonly prune?: boolean
}

/** Makes users, mailboxes and public folders what a file says. */
export function applyCommand(context: Context): Command {
  const command = newCommand(
    'apply',
    'make users, groups, rooms, mailboxes and public folders what a file says, whether the server runs or not',
    ['bourse apply organization.yaml', 'bourse apply organization.yaml --prune'],
  )
    .argument('<file>', 'organization file')
    .option('--prune', 'remove what the file does not name')
  return withConfig(command).action(async (file: string, options: ApplyOptions) => {
    const text = await readFile(pathIn(context, file), 'utf8')
    await using administration = await administrationOf(context, options)
    const prune = options.prune === true
    const changes = await administration.apply({ name: basename(file), text, prune })
    const lines = changes.length === 0 ? ['Everything is as the file says.'] : changes
    context.surroundings.output.write(`${lines.join('\n')}\n`)
  })
}
