import { ExitCode } from './exit-code.ts'

export interface CommandErrorOptions extends ErrorOptions {
  /** What to do next, as a sentence or a command. */
  readonly hint?: string
  readonly exitCode?: ExitCode
}

/** Why a command could not do what was asked of it: one sentence for people, and what to do next. */
export class CommandError extends Error {
  readonly hint: string | undefined
  readonly exitCode: ExitCode

  constructor(message: string, { hint, exitCode = ExitCode.Failure, ...options }: CommandErrorOptions = {}) {
    super(message, options)
    this.name = 'CommandError'
    this.hint = hint
    this.exitCode = exitCode
  }
}

/** The command line is right in itself, but asks for what makes no sense. */
export function usageError(message: string, hint?: string): CommandError {
  return new CommandError(message, { exitCode: ExitCode.Usage, ...(hint === undefined ? {} : { hint }) })
}
