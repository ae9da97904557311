import { Readable } from 'node:stream'
import type { ExitCode } from '../../src/exit-code.ts'
import { runProgram } from '../../src/program.ts'
import type { Output } from '../../src/surroundings.ts'

/** What a command line did. */
export interface CliRun {
  readonly exitCode: ExitCode
  readonly output: string
  readonly errors: string
  /** The lines of the output as JSON. */
  json(): unknown[]
}

export interface CliOptions {
  readonly folder: string
  /** What is typed, or piped in. */
  readonly input?: string
  /** Characters in a line of the terminal; no terminal if left out. */
  readonly columns?: number
  readonly environment?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  /** Called with each piece of output as it comes. */
  readonly onOutput?: (text: string) => void
}

/** Runs a command line in this process. */
export async function runCli(words: readonly string[], options: CliOptions): Promise<CliRun> {
  const { folder, input = '', columns, environment = {}, signal = new AbortController().signal } = options
  const collector = (onOutput?: (text: string) => void) => {
    const pieces: (string | Uint8Array)[] = []
    const to: Output = {
      write: (text) => {
        pieces.push(text)
        if (typeof text === 'string') onOutput?.(text)
      },
      isTerminal: columns !== undefined,
      columns: columns ?? 100,
    }
    return { to, text: () => Buffer.concat(pieces.map((piece) => Buffer.from(piece))).toString() }
  }
  const output = collector(options.onOutput)
  const errors = collector()
  const exitCode = await runProgram(words, {
    input: Readable.from([input]),
    inputIsTerminal: false,
    output: output.to,
    errorOutput: errors.to,
    environment,
    folder,
    signal,
  })
  return {
    exitCode,
    output: output.text(),
    errors: errors.text(),
    json: () =>
      output
        .text()
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as unknown),
  }
}
