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

/** Where lines are written. */
export interface LineStream {
  write(line: string): void
}

/** Makes lines of text, in colour, of pino's lines of JSON. */
export function textStream(target: LineStream): LineStream {
  return { write: (line) => target.write(formatLine(line)) }
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
    .map(([name, value]) => ` ${name}=${formatValue(value)}`)
  const head = `${time} ${COLOURS[level] ?? ''}${level.padEnd(5)}${PLAIN} ${String(entry.msg)}${fields.join('')}\n`
  const { stack, message } = (entry.err ?? {}) as { readonly stack?: string; readonly message?: string }
  return entry.err === undefined ? head : `${head}${stack ?? message ?? JSON.stringify(entry.err)}\n`
}

/** What clients send may stand in fields: quoted if it could be taken for something else, or move the cursor. */
function formatValue(value: unknown): string {
  return typeof value === 'string' && /^[^\p{C}\s"=]+$/u.test(value) ? value : JSON.stringify(value)
}
