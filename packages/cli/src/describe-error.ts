import { ErrorCode, isMapiError } from '@bourse/mapi'
import { CommandError } from './command-error.ts'
import { ExitCode } from './exit-code.ts'

/** An error as it is told to the person at the keyboard. */
export interface ErrorDescription {
  /** One sentence. */
  readonly message: string
  /** What to do next. */
  readonly hint?: string
  readonly exitCode: ExitCode
}

/** What people are told about the codes that they meet most often. */
const KNOWN: ReadonlyMap<number, ErrorDescription> = new Map([
  [
    ErrorCode.LogonFailed,
    {
      message: 'The server did not let you in: user name or password is wrong.',
      hint: 'Try `bourse profile test`, or `bourse profile add` with the same name to enter the password again.',
      exitCode: ExitCode.Denied,
    },
  ],
  [
    ErrorCode.NetworkError,
    {
      message: 'The server cannot be reached.',
      hint: 'Is it running? `bourse profile test` says which address was tried.',
      exitCode: ExitCode.Unreachable,
    },
  ],
  [ErrorCode.NotFound, { message: 'There is no such thing.', exitCode: ExitCode.NotFound }],
  [ErrorCode.AccessDenied, { message: 'You may not do that.', exitCode: ExitCode.Denied }],
  [ErrorCode.UserCanceled, { message: 'Stopped.', exitCode: ExitCode.Interrupted }],
])

/** What to say about anything that a command threw. */
export function describeError(error: unknown): ErrorDescription {
  if (error instanceof CommandError) {
    const { message, hint, exitCode } = error
    return { message, exitCode, ...(hint === undefined ? {} : { hint }) }
  }
  if (isMapiError(error)) {
    const known = KNOWN.get(error.code)
    // What the provider says about this very case is worth more than what is said about all of them.
    const detail = error.cause instanceof Error ? ` (${error.cause.message})` : ''
    return known === undefined
      ? { message: `${error.message}${detail}`, exitCode: ExitCode.Failure }
      : { ...known, message: `${known.message}${detail}` }
  }
  if (error instanceof Error && isForPeople(error)) {
    return { message: error.message, exitCode: ExitCode.Failure }
  }
  // An error of the program's own: where it arose is what its makers need.
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return {
    message: `Something went wrong that should not have:\n${text}`,
    exitCode: ExitCode.Failure,
  }
}

/** Errors whose message is written for people; they are known by name, since several packages have such. */
const NAMES_FOR_PEOPLE = new Set([
  'ConfigurationError',
  'OrganizationFileError',
  'DirectoryError',
  'DirectoryStorageFailed',
  'ProfileError',
  'ServerRefusal',
])

function isForPeople(error: Error): boolean {
  return NAMES_FOR_PEOPLE.has(error.name) || typeof (error as NodeJS.ErrnoException).syscall === 'string'
}
