import { Command, CommanderError } from 'commander'
import { applyCommand } from './commands/apply.ts'
import { awayCommand } from './commands/away.ts'
import { backupCommand } from './commands/backup.ts'
import { calendarCommand } from './commands/calendar.ts'
import { checkCommand } from './commands/check.ts'
import { completionCommand } from './commands/completion.ts'
import { configCommand } from './commands/config.ts'
import { dnsCommand } from './commands/dns.ts'
import { exportCommand } from './commands/export.ts'
import { foldersCommand } from './commands/folders.ts'
import { importCommand } from './commands/import.ts'
import { listCommand } from './commands/list.ts'
import { deleteCommand, flagCommand, markCommand, moveCommand } from './commands/messages.ts'
import { peopleCommand } from './commands/people.ts'
import { profileCommand } from './commands/profile.ts'
import { propsCommand } from './commands/props.ts'
import { queueCommand } from './commands/queue.ts'
import { forwardCommand, replyCommand } from './commands/reply.ts'
import { restoreCommand } from './commands/restore.ts'
import { rulesCommand } from './commands/rules.ts'
import { searchCommand } from './commands/search.ts'
import { sendCommand } from './commands/send.ts'
import { serveCommand } from './commands/serve.ts'
import { showCommand } from './commands/show.ts'
import { userCommand } from './commands/user.ts'
import { watchCommand } from './commands/watch.ts'
import type { Context } from './context.ts'
import { describeError } from './describe-error.ts'
import { ExitCode } from './exit-code.ts'
import type { Surroundings } from './surroundings.ts'

/** All commands, under the headings of the help. */
const COMMANDS: readonly (readonly [
  heading: string,
  commands: readonly ((context: Context) => Command)[],
])[] = [
  [
    'Mail:',
    [
      foldersCommand,
      listCommand,
      showCommand,
      searchCommand,
      sendCommand,
      replyCommand,
      forwardCommand,
      moveCommand,
      markCommand,
      flagCommand,
      deleteCommand,
      watchCommand,
      rulesCommand,
      awayCommand,
      exportCommand,
      importCommand,
    ],
  ],
  ['Calendar, people, properties:', [calendarCommand, peopleCommand, propsCommand]],
  ['Accounts:', [profileCommand]],
  [
    'Server:',
    [
      serveCommand,
      applyCommand,
      userCommand,
      queueCommand,
      checkCommand,
      backupCommand,
      restoreCommand,
      configCommand,
      dnsCommand,
    ],
  ],
  ['Shell:', [completionCommand]],
]

/** The `bourse` command with all that it can do. */
export function createProgram(surroundings: Surroundings): Command {
  const { output, errorOutput } = surroundings
  const program = new Command('bourse')
    .description('Mail, calendars and people over MAPI, and the server behind them')
    .configureOutput({
      writeOut: (text) => output.write(text),
      writeErr: (text) => errorOutput.write(text),
      getOutHelpWidth: () => output.columns,
      getErrHelpWidth: () => errorOutput.columns,
    })
    .exitOverride()
  const context: Context = { surroundings }
  for (const [heading, commands] of COMMANDS) {
    program.commandsGroup(heading)
    for (const make of commands) program.addCommand(inheriting(program, make(context)))
  }
  return program
}

/** Gives a command, and those below it, what was configured for the program. */
function inheriting(program: Command, command: Command): Command {
  command.copyInheritedSettings(program)
  for (const subcommand of command.commands) inheriting(program, subcommand)
  return command
}

/** Runs one command line, and resolves to what the shell is to be told. */
export async function runProgram(words: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  try {
    await createProgram(surroundings).parseAsync(words, { from: 'user' })
    return ExitCode.Ok
  } catch (error) {
    // Commander has said what is wrong with the command line, or shown the help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.Ok : ExitCode.Usage
    const { message, hint, exitCode } = describeError(error)
    surroundings.errorOutput.write(`bourse: ${message}\n${hint === undefined ? '' : `${hint}\n`}`)
    return exitCode
  }
}
