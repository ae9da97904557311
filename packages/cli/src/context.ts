import { resolve } from 'node:path'
import { Command } from 'commander'
import type { Surroundings } from './surroundings.ts'

/** What every command gets. */
export interface Context {
  readonly surroundings: Surroundings
}

/** A file or folder as it was named on the command line. */
export function pathIn({ surroundings }: Context, path: string): string {
  return resolve(surroundings.folder, path)
}

/** A command with examples under its options. */
export function newCommand(name: string, description: string, examples: readonly string[] = []): Command {
  const command = new Command(name).description(description)
  if (examples.length > 0) {
    command.addHelpText('after', `\nExamples:\n${examples.map((line) => `  $ ${line}`).join('\n')}`)
  }
  return command
}
