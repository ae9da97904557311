import type { Readable } from 'node:stream'

/** Where a command writes to. */
export interface Output {
  write(text: string | Uint8Array): void
  /** Whether a person is looking: tables are cut to its width, and progress is shown. */
  readonly isTerminal: boolean
  /** Characters in a line. */
  readonly columns: number
}

/** What a command sees of the world: tests put in their own. */
export interface Surroundings {
  readonly input: Readable
  readonly inputIsTerminal: boolean
  readonly output: Output
  readonly errorOutput: Output
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The folder that relative paths start from. */
  readonly folder: string
  /** Ends with Ctrl-C. */
  readonly signal: AbortSignal
}

/** Characters in a line of who does not say. */
const DEFAULT_COLUMNS = 100

/** The process as it is. */
export function ownSurroundings(signal: AbortSignal): Surroundings {
  return {
    input: process.stdin,
    inputIsTerminal: process.stdin.isTTY === true,
    output: outputTo(process.stdout),
    errorOutput: outputTo(process.stderr),
    environment: process.env,
    folder: process.cwd(),
    signal,
  }
}

function outputTo(stream: NodeJS.WriteStream): Output {
  return {
    write: (text) => {
      stream.write(text)
    },
    isTerminal: stream.isTTY === true,
    get columns() {
      return stream.columns ?? DEFAULT_COLUMNS
    },
  }
}
