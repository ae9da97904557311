import { extname } from 'node:path'
import { usageError } from '../command-error.ts'

/** Formats of exports and imports. */
export const FORMATS = ['eml', 'msg', 'mbox'] as const
export type Format = (typeof FORMATS)[number]

/** The format that a file's name tells, if it does. */
export function formatByName(path: string): Format | undefined {
  const ending = extname(path).slice(1).toLowerCase()
  return FORMATS.find((each) => each === ending)
}

/** The format that was chosen, or else the one that the file's name tells. */
export function formatOf(path: string, chosen: Format | undefined): Format {
  const format = chosen ?? formatByName(path)
  if (format === undefined) {
    throw usageError(`${path} is neither eml, msg nor mbox by its name.`, 'Say which with --format.')
  }
  return format
}
