import type { Command } from 'commander'

/** What can follow a command on the command line. */
export interface CommandWords {
  /** The words that lead to it, e.g. `['profile', 'add']`; none for `bourse` itself. */
  readonly path: readonly string[]
  /** Its subcommands. */
  readonly subcommands: readonly { readonly name: string; readonly description: string }[]
  /** Its options in their long form. */
  readonly options: readonly { readonly flag: string; readonly description: string }[]
}

/** All commands below one, the command itself first. */
export function wordsOf(command: Command, path: readonly string[] = []): readonly CommandWords[] {
  const { commands, options } = command
  const subcommands = commands.map((each) => ({
    name: each.name(),
    description: each.description(),
  }))
  const flags = options.flatMap(({ long, description, hidden }) =>
    long === undefined || long === null || hidden ? [] : [{ flag: long, description }],
  )
  return [
    { path, subcommands, options: [...flags, { flag: '--help', description: 'display help for command' }] },
    ...commands.flatMap((each) => wordsOf(each, [...path, each.name()])),
  ]
}
