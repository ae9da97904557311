import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { CommandError } from './command-error.ts'
import type { Surroundings } from './surroundings.ts'

/**
 * A password: asked for without showing it on a terminal, else the first line of the input. So none has to stand on a command
 * line, where others could read it.
 */
export async function readSecret(surroundings: Surroundings, question: string): Promise<string> {
  const { input, inputIsTerminal, errorOutput, signal } = surroundings
  if (inputIsTerminal) errorOutput.write(question)
  // What is typed is echoed to nobody.
  const output = new Writable({ write: (_piece, _encoding, done) => done() })
  const lines = createInterface({ input, output, terminal: inputIsTerminal })
  try {
    const secret = await new Promise<string | undefined>((resolve) => {
      lines.once('line', resolve)
      lines.once('close', () => resolve(undefined))
      lines.once('SIGINT', () => resolve(undefined))
      signal.addEventListener('abort', () => resolve(undefined), { once: true })
    })
    if (secret === undefined || secret === '') throw new CommandError('No password was given.')
    return secret
  } finally {
    lines.close()
    if (inputIsTerminal) errorOutput.write('\n')
  }
}
