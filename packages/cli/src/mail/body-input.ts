import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { text as readText } from 'node:stream/consumers'
import type { NewAttachment } from '@bourse/client'
import { usageError } from '../command-error.ts'
import { type Context, pathIn } from '../context.ts'

/** The text of a message: given, or read from the input to its end. */
export async function bodyText({ surroundings }: Context, given: string | undefined): Promise<string> {
  if (given !== undefined) return given
  if (surroundings.inputIsTerminal) {
    surroundings.errorOutput.write('Type the text; end with Ctrl-D on a line of its own.\n')
  }
  return readText(surroundings.input)
}

/** Files to be attached. All are looked at before any is read. */
export async function filesToAttach(
  context: Context,
  paths: readonly string[],
): Promise<readonly NewAttachment[]> {
  return Promise.all(
    paths.map(async (given) => {
      const path = pathIn(context, given)
      if (!(await stat(path)).isFile()) throw usageError(`${given} is no file.`)
      return { name: basename(path), content: createReadStream(path) as AsyncIterable<Uint8Array> }
    }),
  )
}

/** Gathers the values of an option that may be given several times. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value]
}
