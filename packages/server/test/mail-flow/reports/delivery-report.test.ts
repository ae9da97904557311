import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { MemoryMessage } from '@bourse/formats/memory'
import { readMime } from '@bourse/formats/mime'
import { PidTagBody, PidTagMessageClass, PidTagSmtpAddress, PidTagSubject } from '@bourse/mapi'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type DeliveryReport, writeDeliveryReport } from '../../../src/mail-flow/reports/delivery-report.ts'

const NOON = Date.UTC(2026, 10, 24, 12)

const ORIGINAL =
  'Received: from client\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n aus Rom\r\nMessage-ID: <1@example.com>\r\n\r\nGanz privat.\r\n'

describe('a report of the queue', () => {
  let folder: string
  let files = 0

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bourse-report-'))
    writeFileSync(join(folder, 'original'), ORIGINAL)
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  async function write(more: Partial<DeliveryReport> = {}): Promise<string> {
    const path = join(folder, `${++files}`)
    await writeDeliveryReport(path, {
      key: 'k',
      kind: 'failed',
      hostName: 'mail.example.com',
      message: { from: 'alice@example.com', size: ORIGINAL.length, queuedAt: NOON },
      recipients: [
        {
          address: 'erin@elsewhere.test',
          status: '5.1.1',
          diagnostic: '550 5.1.1 No such user',
          remoteHost: 'mx.elsewhere.test',
          lastAttempt: NOON + 60_000,
        },
      ],
      original: join(folder, 'original'),
      returnedSize: 10_000,
      now: NOON + 120_000,
      retryUntil: NOON + 172_800_000,
      ...more,
    })
    return readFileSync(path, 'latin1')
  }

  it('has what RFC 3464 wants, in the order that it wants', async () => {
    const text = await write()
    const boundary = /boundary="(.*)"/.exec(text)![1]!
    const [header, readable, status, original, end] = text.split(`--${boundary}`)
    expect(header!.split('\r\n').slice(0, 9)).toEqual([
      'From: Mail delivery <MAILER-DAEMON@mail.example.com>',
      'To: <alice@example.com>',
      expect.stringMatching(/^Subject: /),
      'Date: Tue, 24 Nov 2026 12:02:00 +0000',
      expect.stringMatching(/^Message-ID: <[0-9a-f]{32}@mail\.example\.com>$/),
      'In-Reply-To: <1@example.com>',
      'References: <1@example.com>',
      'Auto-Submitted: auto-replied',
      'MIME-Version: 1.0',
    ])
    expect(header).toContain('Content-Type: multipart/report; report-type=delivery-status;')
    expect(Buffer.from(readable!.split('\r\n\r\n')[1]!, 'base64').toString()).toBe(
      'Your message "Grüße aus Rom" did not reach everybody:\r\n\r\n' +
        'erin@elsewhere.test\r\n    The mail server mx.elsewhere.test answered: 550 5.1.1 No such user (5.1.1)',
    )
    expect(status).toBe(
      '\r\nContent-Type: message/delivery-status\r\n\r\n' +
        'Reporting-MTA: dns; mail.example.com\r\n' +
        'Arrival-Date: Tue, 24 Nov 2026 12:00:00 +0000\r\n\r\n' +
        'Final-Recipient: rfc822; erin@elsewhere.test\r\n' +
        'Action: failed\r\n' +
        'Status: 5.1.1\r\n' +
        'Remote-MTA: dns; mx.elsewhere.test\r\n' +
        'Diagnostic-Code: smtp; 550 5.1.1 No such user\r\n' +
        'Last-Attempt-Date: Tue, 24 Nov 2026 12:01:00 +0000\r\n\r\n',
    )
    expect(original).toBe(
      `\r\nContent-Type: text/rfc822-headers\r\n\r\n${ORIGINAL.slice(0, ORIGINAL.indexOf('\r\n\r\n'))}\r\n\r\n`,
    )
    expect(end).toBe('--\r\n')
    expect(await write()).toMatch(new RegExp(/^Message-ID: .*$/m.exec(text)![0]))
  })

  it('repeats what the sender has given with the envelope (RFC 3461)', async () => {
    const text = await write({
      message: { from: 'a@b', size: 1, queuedAt: NOON, envelopeId: '+3C1+40x+3E' },
      recipients: [
        {
          address: 'erin@elsewhere.test',
          originalRecipient: 'rfc822;old+2Berin@elsewhere.test',
          status: '4.4.7',
          diagnostic: 'mx: connect ECONNREFUSED\r\nAction: delivered',
          remoteHost: 'mx',
          lastAttempt: NOON,
        },
      ],
    })
    expect(text).toContain('Original-Envelope-Id: <1@x>\r\n')
    expect(text).toContain('Original-Recipient: rfc822; old+erin@elsewhere.test\r\n')
    // What has no answer to it is not said to be one, and what others say stays one field.
    expect(text).toContain('Diagnostic-Code: x-bourse; mx: connect ECONNREFUSED Action: delivered\r\n')
  })

  it('gives a message back whole only if that is wanted, and it is not too large', async () => {
    const message = { from: 'a@b', size: ORIGINAL.length, queuedAt: NOON, returned: 'full' } as const
    expect(await write({ message })).toContain('Ganz privat.')
    expect(await write({ message: { ...message, returned: 'headers' } })).not.toContain('Ganz privat.')
    expect(await write({ message, returnedSize: 50 })).not.toContain('Ganz privat.')
    // That is about failures only (RFC 3461 4.3).
    expect(await write({ message, kind: 'delayed' })).not.toContain('Ganz privat.')
  })

  it('reads a header in UTF-8', async () => {
    writeFileSync(join(folder, 'utf8'), 'Subject: Grüße\r\n\r\n')
    const message = new MemoryMessage()
    const text = await write({ original: join(folder, 'utf8') })
    await readMime(Readable.from([Buffer.from(text, 'latin1')]), message)
    expect(await message.get(PidTagSubject)).toBe('Undeliverable: Grüße')
  })

  it('can do without the message', async () => {
    const text = await write({ original: join(folder, 'none') })
    expect(text).toContain('Subject: Undeliverable\r\n')
    expect(text).toContain('Your message did not reach everybody:')
    expect(text).not.toContain('rfc822-headers')
  })

  it.each([
    ['failed', 'REPORT.IPM.Note.NDR', 'Undeliverable'],
    ['delayed', 'REPORT.IPM.Note.Delayed', 'Delayed'],
    ['relayed', 'REPORT.IPM.Note.Relayed.DR', 'Relayed'],
  ] as const)('of the kind "%s" is read as %s', async (kind, messageClass, word) => {
    const message = new MemoryMessage()
    await readMime(Readable.from([Buffer.from(await write({ kind }), 'latin1')]), message)
    expect(await message.get(PidTagMessageClass)).toBe(messageClass)
    expect(await message.get(PidTagSubject)).toBe(`${word}: Grüße aus Rom`)
    expect(await message.get(PidTagBody)).toContain('Your message "Grüße aus Rom"')
    const [recipient] = await message.getRecipients()
    expect(recipient?.properties.get(PidTagSmtpAddress)).toBe('erin@elsewhere.test')
  })
})
