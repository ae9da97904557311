import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { silentLog } from '../../src/log/index.ts'
import { type FilteredMail, type RspamdOptions, rspamdFilter } from '../../src/mail-flow/filter/index.ts'
import { type FakeRspamd, startFakeRspamd } from './support/fake-rspamd.ts'

describe('rspamd', () => {
  let rspamd: FakeRspamd
  const folder = mkdtempSync(join(tmpdir(), 'bourse-filter-'))

  beforeAll(async () => {
    rspamd = await startFakeRspamd()
  })

  afterAll(async () => {
    await rspamd[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true })
  })

  beforeEach(() => {
    rspamd.requests.length = 0
  })

  const TEXT = 'Subject: x\r\n\r\nbody\r\n'
  const mail = (changes: Partial<FilteredMail> = {}): FilteredMail => ({
    source: { bytes: Buffer.from(TEXT) },
    size: TEXT.length,
    id: 'q1',
    from: 'érin@elsewhere.test',
    recipients: ['alice@example.com', 'bob@example.com'],
    helo: 'mail.elsewhere.test\r\nX: y',
    remoteAddress: '192.0.2.1',
    hostName: 'mx.example.com',
    ...changes,
  })
  const filter = (changes: Partial<RspamdOptions> = {}) =>
    rspamdFilter({
      url: rspamd.url,
      timeout: 5000,
      whenUnreachable: 'accept',
      messageSize: 1_000_000,
      log: silentLog,
      ...changes,
    })

  it('is told how a message came, and gets all of it, from memory or from a file', async () => {
    rspamd.answer = { action: 'no action', score: 0, required_score: 15 }
    const path = join(folder, 'mail')
    writeFileSync(path, TEXT)
    for (const source of [mail().source, { path }]) {
      expect(await filter().judge(mail({ source }))).toEqual({ action: 'accept', fields: '' })
    }
    expect(rspamd.requests).toHaveLength(2)
    for (const { url, headers, recipients, body } of rspamd.requests) {
      expect([url, body]).toEqual(['/checkv2', TEXT])
      expect(recipients).toEqual(['alice@example.com', 'bob@example.com'])
      expect(headers).toMatchObject({
        from: Buffer.from('érin@elsewhere.test').toString('latin1'),
        ip: '192.0.2.1',
        helo: 'mail.elsewhere.testX: y',
        'queue-id': 'q1',
        'mta-name': 'mx.example.com',
        'content-length': String(TEXT.length),
      })
    }
  })

  it.each([
    [{ action: 'greylist' }, { action: 'accept' }],
    [
      { action: 'add header', score: 8, required_score: 12 },
      { action: 'junk', confidence: 6 },
    ],
    [
      { action: 'rewrite subject', score: 11.9, required_score: 12 },
      { action: 'junk', confidence: 9 },
    ],
    [
      { action: 'add header', score: 1, required_score: 12 },
      { action: 'junk', confidence: 5 },
    ],
    [{ action: 'add header' }, { action: 'junk', confidence: 5 }],
    [{ action: 'reject' }, { action: 'refuse' }],
    [
      { action: 'reject', messages: { smtp_message: 'No\r\n250 way é' } },
      { action: 'refuse', text: 'No 250 way' },
    ],
    [
      { action: 'soft reject', messages: { smtp_message: 'Try again' } },
      { action: 'postpone', text: 'Try again' },
    ],
  ])('answers %j: %j', async (answer, verdict) => {
    rspamd.answer = answer
    expect(await filter().judge(mail())).toEqual({ fields: '', ...verdict })
  })

  it('may add fields, which end nowhere but where they end', async () => {
    rspamd.answer = {
      action: 'no action',
      milter: {
        add_headers: {
          'X-Spamd-Bar': '++',
          'X-Folded': { value: 'a\n\tb', order: 1 },
          'X-Many': ['1', { value: '2' }, 3],
          'X-Bad\r\nFrom': 'x',
          'X-Text': 'é\r\n\r\nbody\0',
        },
      },
    }
    const { fields } = await filter().judge(mail())
    expect(fields).toBe(
      'X-Spamd-Bar: ++\r\nX-Folded: a\r\n\tb\r\nX-Many: 1\r\nX-Many: 2\r\nX-Text: Ã©\r\n\tbody\r\n',
    )
  })

  it.each(['accept', 'postpone'] as const)('that gives no answer has mail %sed', async (whenUnreachable) => {
    const verdict = { action: whenUnreachable, fields: '' }
    rspamd.answer = undefined
    expect(await filter({ whenUnreachable, timeout: 50 }).judge(mail())).toEqual(verdict)
    for (const answer of ['not JSON', { error: 'busy' }, { action: 'dance' }, 'null']) {
      rspamd.answer = answer
      expect(await filter({ whenUnreachable }).judge(mail())).toEqual(verdict)
    }
    const nowhere = filter({ whenUnreachable, url: 'http://127.0.0.1:9' })
    expect(await nowhere.judge(mail())).toEqual(verdict)
    expect(await nowhere.judge(mail({ source: { path: join(folder, 'none') } }))).toEqual(verdict)
  })

  it('is not asked about what is too long', async () => {
    rspamd.answer = { action: 'reject' }
    expect(await filter({ messageSize: 3 }).judge(mail())).toEqual({ action: 'accept', fields: '' })
    expect(rspamd.requests).toEqual([])
  })
})
