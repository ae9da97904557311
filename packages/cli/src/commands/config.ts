import type { Command } from 'commander'
import { type Context, newCommand, pathIn } from '../context.ts'

/** Writes and checks configuration files of the server. */
export function configCommand(context: Context): Command {
  const { output } = context.surroundings
  const command = newCommand('config', 'write or check a configuration file of the server')
  command.addCommand(
    newCommand('example', 'print a configuration file with all that can be set', [
      'bourse config example > bourse.yaml',
    ]).action(async () => {
      const { exampleConfiguration } = await import('@bourse/server')
      output.write(exampleConfiguration())
    }),
  )
  command.addCommand(
    newCommand('check', 'say what is wrong with a configuration file, with lines and keys')
      .argument('<file>', 'configuration file')
      .action(async (file: string) => {
        const { loadSettings } = await import('@bourse/server')
        loadSettings(pathIn(context, file))
        output.write(`${file} is right.\n`)
      }),
  )
  return command
}
