import { type FileTime, fileTimeToDate } from '@bourse/mapi'
import { parseDate } from '../mime/date.ts'
import { fromDepth, isBlank, type Line, readLines } from './lines.ts'

/** A message in a mailbox file. */
export interface MboxMessage {
  /** Who sent it, from the line that begins it; empty if that does not say. */
  readonly sender: string
  /** When it was delivered, from the same line. */
  readonly date: FileTime | undefined
  /** The message in MIME. What is not read when the next message is asked for is passed over. */
  readonly content: AsyncIterable<Uint8Array>
}

const encoder = new TextEncoder()

/**
 * The messages of a mailbox file (RFC 4155), one after the other, each to be read before the next. A line that begins with `From ` and comes first or after
 * an empty line begins a message; lines that begin with `>From ` lose their first `>` (the variant mboxrd, and mboxo). What stands before the
 * first such line is passed over. Rejects only with what `source` rejects with.
 */
export async function* readMbox(source: AsyncIterable<Uint8Array>): AsyncGenerator<MboxMessage> {
  const lines = readLines(source)
  let line = await next(lines)
  let afterBlank = true
  while (line !== undefined && !(afterBlank && fromDepth(line) === 0)) {
    afterBlank = isBlank(line)
    line = await next(lines)
  }
  while (line !== undefined) {
    const envelope = parseFromLine(line)
    /** The line that begins the next message. */
    let following: Line | undefined
    let isDone = false
    async function* content(): AsyncGenerator<Uint8Array> {
      // The empty line before the next message belongs to neither.
      let blank: Uint8Array | undefined
      while (!isDone) {
        const current = await next(lines)
        const depth = current === undefined ? -1 : fromDepth(current)
        if (current === undefined || (blank !== undefined && depth === 0)) {
          isDone = true
          following = current
          return
        }
        if (blank !== undefined) yield blank
        blank = undefined
        if (isBlank(current)) blank = current.bytes.slice()
        else yield depth > 0 ? current.bytes.subarray(1) : current.bytes
      }
    }
    const stream = content()
    yield { ...envelope, content: stream }
    // Whoever stopped in the middle has closed the stream; the rest of the message is read anew.
    if (!isDone) for await (const _ of content());
    line = following
  }
}

async function next(lines: AsyncGenerator<Line>): Promise<Line | undefined> {
  const { value, done } = await lines.next()
  return done ? undefined : value
}

/** `From sender Mon Nov  5 20:17:37 2007`. */
function parseFromLine({ bytes }: Line): Pick<MboxMessage, 'sender' | 'date'> {
  const text = new TextDecoder().decode(bytes).slice('From '.length).trim()
  const space = text.indexOf(' ')
  const sender = space < 0 ? text : text.slice(0, space)
  return {
    sender: sender === '-' || sender === 'MAILER-DAEMON' ? '' : sender,
    date: space < 0 ? undefined : parseDate(text.slice(space + 1)),
  }
}

/** Writes messages as a mailbox file (mboxrd): ends of lines become LF, and each line that begins with `From `, or that and `>` before it, gets one `>` more. */
export async function* writeMbox(
  messages: AsyncIterable<MboxMessage> | Iterable<MboxMessage>,
): AsyncGenerator<Uint8Array> {
  for await (const { sender, date, content } of messages) {
    const from = /^[!-~]+$/.test(sender) ? sender : 'MAILER-DAEMON'
    yield encoder.encode(`From ${from} ${fromDate(date)}\n`)
    let endsLine = true
    for await (const line of readLines(content)) {
      if (fromDepth(line) >= 0) yield encoder.encode('>')
      const { bytes } = line
      const isCrLf = bytes.length > 1 && bytes.at(-1) === 0x0a && bytes.at(-2) === 0x0d
      endsLine = bytes.at(-1) === 0x0a
      if (!isCrLf) yield bytes
      else {
        yield bytes.subarray(0, -2)
        yield encoder.encode('\n')
      }
    }
    yield encoder.encode(endsLine ? '\n' : '\n\n')
  }
}

/** The date as C's `asctime` writes it, in UTC. */
function fromDate(date: FileTime | undefined): string {
  const time = date === undefined ? new Date(0) : fileTimeToDate(date)
  // `Mon, 05 Nov 2007 20:17:37 GMT`
  const [day, dayOfMonth, month, year, clock] = time.toUTCString().replace(',', '').split(' ')
  return `${day} ${month} ${dayOfMonth!.replace(/^0/, ' ')} ${clock} ${year}`
}
