import { createReadStream } from 'node:fs'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import type { Log } from '../../log/index.ts'
import type { FilteredMail, FilterVerdict, MailFilter } from './mail-filter.ts'

export interface RspamdOptions {
  /** Where it is: http://127.0.0.1:11333. */
  readonly url: string
  /** How long its answer may take, in milliseconds. */
  readonly timeout: number
  /** What becomes of mail where there is no answer. */
  readonly whenUnreachable: 'accept' | 'postpone'
  /** Longer messages are not judged. Bytes. */
  readonly messageSize: number
  readonly log: Log
}

/** How much of an answer is read, in characters. */
const MAX_ANSWER = 4 << 20
/** How long a text for the sender may be, in characters. */
const MAX_TEXT = 400

/** As what rspamd means a message counts for the folder of junk, from 5, likely, to 9, for sure. */
const LIKELY = 5
const SURE = 9

/** Judges messages by rspamd, asked through its HTTP interface (`POST /checkv2`). */
export function rspamdFilter(options: RspamdOptions): MailFilter {
  const { whenUnreachable, messageSize, log } = options
  return {
    async judge(mail) {
      if (mail.size > messageSize) return { action: 'accept', fields: '' }
      try {
        return verdictOf(JSON.parse(await ask(mail, options)))
      } catch (error) {
        log.warn({ err: error, id: mail.id, action: whenUnreachable }, 'the filter for mail gave no answer')
        return { action: whenUnreachable, fields: '' }
      }
    },
  }
}

/** Sends a message to be judged, and resolves to the answer. */
async function ask(mail: FilteredMail, { url, timeout }: RspamdOptions): Promise<string> {
  const target = new URL('/checkv2', url)
  const request = (target.protocol === 'https:' ? requestHttps : requestHttp)(target, {
    method: 'POST',
    signal: AbortSignal.timeout(timeout),
    headers: {
      'Content-Length': mail.size,
      'Queue-Id': mail.id,
      From: headerText(mail.from),
      Rcpt: mail.recipients.map(headerText),
      IP: mail.remoteAddress,
      Helo: headerText(mail.helo),
      'MTA-Name': headerText(mail.hostName),
    },
  })
  const answered = new Promise<string>((resolve, reject) => {
    request.on('error', reject)
    request.on('response', (response) => {
      let length = 0
      response.on('data', (piece: Buffer) => {
        length += piece.length
        if (length > MAX_ANSWER) response.destroy(new Error('The answer is too long.'))
      })
      text(response).then((body) => {
        if (response.statusCode === 200) resolve(body)
        else reject(new Error(`The filter answered ${response.statusCode}.`))
      }, reject)
    })
  })
  const { source } = mail
  if ('path' in source) {
    // Whoever answers before the end of the message has heard enough.
    await Promise.race([answered, pipeline(createReadStream(source.path), request).then(() => answered)])
  } else {
    request.end(source.bytes)
  }
  return answered
}

/** A value of a header of HTTP: UTF-8, one character per byte. */
function headerText(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not get into a header
  return Buffer.from(value.replace(/[\x00-\x1f\x7f]/g, ''), 'utf8').toString('latin1')
}

function verdictOf(answer: unknown): FilterVerdict {
  const { action, score, required_score: required, messages, milter } = objectOf(answer)
  const fields = fieldsOf(objectOf(milter).add_headers)
  const said = objectOf(messages).smtp_message
  const reply =
    typeof said === 'string'
      ? {
          text: said
            .replace(/[^!-~]+/g, ' ')
            .trim()
            .slice(0, MAX_TEXT),
        }
      : {}
  switch (action) {
    case 'reject':
      return { action: 'refuse', fields, ...reply }
    case 'soft reject':
      return { action: 'postpone', fields, ...reply }
    case 'add header':
    case 'rewrite subject':
      return { action: 'junk', fields, confidence: confidenceOf(score, required) }
    case 'no action':
    case 'greylist':
      return { action: 'accept', fields }
    default:
      throw new Error(`The filter answered with the action ${String(action)}.`)
  }
}

/** How sure rspamd is, by how near its score is to the one for which it would have the message refused. */
function confidenceOf(score: unknown, required: unknown): number {
  if (typeof score !== 'number' || typeof required !== 'number' || !(required > 0)) return LIKELY
  return Math.max(LIKELY, Math.min(SURE, Math.round((score / required) * SURE)))
}

/** The fields to add; a value is a text, an object with a text, or a list of these. */
function fieldsOf(headers: unknown): string {
  return Object.entries(objectOf(headers))
    .filter(([name]) => /^[!-9;-~]{1,70}$/.test(name))
    .flatMap(([name, values]) =>
      (Array.isArray(values) ? values : [values]).flatMap((value) => {
        const text = typeof value === 'string' ? value : objectOf(value).value
        return typeof text === 'string' ? [`${name}: ${folded(text)}\r\n`] : []
      }),
    )
    .join('')
}

/** A value in UTF-8, one character per byte, whose folds stay and which ends nowhere else. */
function folded(value: string): string {
  const lines = value.trim().split(/[\r\n]+/)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not get into a header
  const clean = lines.map((line) => line.replace(/[\x00-\x08\x0b-\x1f\x7f]/g, '').trim()).filter(Boolean)
  return Buffer.from(clean.join('\r\n\t'), 'utf8').toString('latin1')
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
