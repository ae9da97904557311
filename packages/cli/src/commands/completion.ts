import { Argument, type Command } from 'commander'
import { completionScript, SHELLS, type Shell } from '../completion/scripts.ts'
import { wordsOf } from '../completion/words.ts'
import { type Context, newCommand } from '../context.ts'

/** Prints what makes a shell complete `bourse` command lines. */
export function completionCommand(context: Context): Command {
  return newCommand('completion', 'print a script that completes command lines in a shell', [
    'source <(bourse completion bash)',
    'bourse completion fish > ~/.config/fish/completions/bourse.fish',
  ])
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .action((shell: Shell, _options: unknown, command: Command) => {
      context.surroundings.output.write(completionScript(shell, wordsOf(command.parent!)))
    })
}
