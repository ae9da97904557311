/** What the command tells the shell about how it went. */
export const ExitCode = {
  Ok: 0,
  /** Something failed; the sentence on the error output says what. */
  Failure: 1,
  /** The command line was wrong. */
  Usage: 2,
  /** What was named is not there. */
  NotFound: 3,
  /** The user may not do that, or was not let in. */
  Denied: 4,
  /** The server could not be reached, or not in time. */
  Unreachable: 5,
  /** Ended by Ctrl-C, as shells have it: 128 and the number of the signal. */
  Interrupted: 130,
} as const

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]
