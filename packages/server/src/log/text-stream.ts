import { writeSync } from 'node:fs'

const COLOURS: Readonly<Record<string, string>> = {
  error: '\u001b[31m',
  warn: '\u001b[33m',
  info: '\u001b[32m',
  debug: '\u001b[36m',
  trace: '\u001b[90m',
}
const PLAIN = '\u001b[0m'

/** Fields that have a place of their own in a line, or tell people nothing. */
const OWN_PLACE = new Set(['level', 'time', 'msg', 'err'])

/** Makes lines of text, in colour, of pino's lines of JSON. */
export function textStream(write: (line: string) => void = (line) => writeSync(1, line)): {
  write(line: string): void
} {
  return { write: (line) => write(formatLine(line)) }
}

function formatLine(line: string): string {
  let entry: Record<string, unknown>
  try {
    entry = JSON.parse(line)
  } catch {
    return line
  }
  const level = String(entry.level)
  const time = String(entry.time).slice(11, 23)
  const fields = Object.entries(entry)
    .filter(([name]) => !OWN_PLACE.has(name))
    .map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
  const head = `${time} ${COLOURS[level] ?? ''}${level.padEnd(5)}${PLAIN} ${String(entry.msg)}${fields.join('')}\n`
  const { stack, message } = (entry.err ?? {}) as { readonly stack?: string; readonly message?: string }
  return entry.err === undefined ? head : `${head}${stack ?? message ?? JSON.stringify(entry.err)}\n`
}
