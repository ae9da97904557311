import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseSettings } from '../../../src/config/index.ts'
import { silentLog } from '../../../src/log/index.ts'
import type { OutgoingRecipient } from '../../../src/mail-flow/queue/outgoing-message.ts'
import {
  type DeliveryAttempt,
  type MailResolver,
  type RecipientOutcome,
  SmtpTransport,
  type SmtpTransportOptions,
} from '../../../src/mail-flow/smtp-out/index.ts'

/** What DNS knows of a name; a text is the code of the error that a question is answered with. */
export interface Zone {
  readonly [name: string]: {
    readonly mx?: readonly (readonly [number, string])[] | string
    readonly a?: readonly string[] | string
    readonly aaaa?: readonly string[] | string
    readonly txt?: readonly string[] | string
  }
}

/** DNS that knows a zone, and nothing else. */
export function fakeResolver(zone: Zone): MailResolver {
  const ask = async <T>(name: string, pick: (entry: Zone[string]) => readonly T[] | string | undefined) => {
    const entry = zone[name]
    const found = entry === undefined ? 'ENOTFOUND' : (pick(entry) ?? 'ENODATA')
    if (typeof found === 'string') throw Object.assign(new Error(`query ${found} ${name}`), { code: found })
    return found
  }
  return {
    resolveMx: async (name) =>
      (await ask(name, ({ mx }) => mx)).map(([priority, exchange]) => ({ priority, exchange })),
    resolve4: (name) => ask(name, ({ a }) => a),
    resolve6: (name) => ask(name, ({ aaaa }) => aaaa),
    resolveTxt: async (name) => (await ask(name, ({ txt }) => txt)).map((text) => [text]),
  }
}

/** A transport to servers on loopback, with settings as a configuration file has them below `mail.outgoing`. */
export function transportTo(
  port: number,
  zone: Zone,
  outgoing = '',
  options: Partial<SmtpTransportOptions> = {},
): SmtpTransport {
  const settings = parseSettings(
    `mail: { outgoing: { via: direct${outgoing === '' ? '' : `, ${outgoing}`} } }`,
    '/nowhere/bourse.yaml',
  )
  return new SmtpTransport({
    settings: settings.mail.outgoing,
    hostName: 'mail.example.com',
    log: silentLog,
    resolver: fakeResolver(zone),
    port,
    isOurs: (host) => host === 'mail.example.com',
    ...options,
  })
}

/** A folder with messages, removed at the end. */
export class Messages implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'bourse-smtp-out-'))

  write(content: string | Uint8Array = LETTER): string {
    const path = join(this.folder, `${randomUUID()}.eml`)
    writeFileSync(path, content)
    return path
  }

  attempt(
    recipients: readonly (string | OutgoingRecipient)[],
    more: Partial<DeliveryAttempt> & { readonly content?: string | Uint8Array } = {},
  ): DeliveryAttempt {
    const path = more.path ?? this.write(more.content)
    const all = recipients.map((one) => (typeof one === 'string' ? { address: one } : one))
    return {
      domain: 'elsewhere.test',
      from: 'alice@example.com',
      recipients: all,
      signal: new AbortController().signal,
      size: statSync(path).size,
      ...more,
      path,
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export const LETTER =
  'From: Alice <alice@example.com>\r\nTo: erin@elsewhere.test\r\nSubject: Hello\r\n\r\nHow are you?\r\n.\r\nBye\r\n'

/** Outcomes in short: `delivered 2.0.0`. */
export function inShort(outcomes: readonly RecipientOutcome[]): string[] {
  return outcomes.map(({ result, status }) => `${result} ${status}`)
}
