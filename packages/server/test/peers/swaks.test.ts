import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MailSession } from '@bourse/client'
import { PidTagSenderSmtpAddress, PidTagTransportMessageHeaders } from '@bourse/mapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LiveServer, PASSWORD, startLiveServer } from '../support/live-server.ts'
import { arrived, countIn, logOnTo, portOf } from '../support/peers/mailbox.ts'
import { whyNoPeers } from '../support/peers/programs.ts'
import { swaks, swaksHasTls } from '../support/peers/swaks.ts'

const MEBIBYTE = 1 << 20

const why = whyNoPeers(['swaks'])
const withTls = why === undefined && swaksHasTls()

/** Mail that a program from elsewhere brings, which was made to test servers of all kinds. */
describe.skipIf(why !== undefined)('swaks', { timeout: 120_000 }, () => {
  let live: LiveServer
  let alice: MailSession
  let bob: MailSession
  let folder: string

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bourse-swaks-'))
    live = await startLiveServer('workers: 1\nmail: { hostName: mx.example.com }', undefined, {
      smtp: '["127.0.0.1:0"]',
      submission: '["127.0.0.1:0"]',
      submissions: '["127.0.0.1:0"]',
    })
    alice = await logOnTo(live, 'alice')
    bob = await logOnTo(live, 'bob')
  }, 120_000)

  afterAll(async () => {
    await alice?.[Symbol.asyncDispose]()
    await bob?.[Symbol.asyncDispose]()
    await live?.[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true, force: true })
  })

  const fromOutside = (...args: readonly string[]) =>
    swaks(
      portOf(live.server.smtpUrls[0]),
      '--from',
      'erin@elsewhere.test',
      '--helo',
      'elsewhere.test',
      ...args,
    )

  /** A file for `--data`, with lines that end as those of Unix do. */
  function dataFile(name: string, text: string | Uint8Array): string {
    const path = join(folder, name)
    writeFileSync(path, text)
    return `@${path}`
  }

  it('brings a message in plain text', async () => {
    const { exitCode, transcript } = await fromOutside(
      '--to',
      'alice@example.com',
      '--h-Subject',
      'Plain',
      '--body',
      'Hello Alice',
    )
    expect([exitCode, transcript]).toEqual([0, expect.stringMatching(/<- {2}250 2\.6\.0 /)])
    await using message = await arrived(alice, 'Plain')
    expect((await message.text()).trim()).toBe('Hello Alice')
    expect(await message.get(PidTagSenderSmtpAddress)).toBe('erin@elsewhere.test')
    expect(await message.get(PidTagTransportMessageHeaders)).toMatch(
      /from elsewhere\.test \(\[127\.0\.0\.1\]\)\r\n\tby mx\.example\.com with ESMTP /,
    )
  })

  it.skipIf(!withTls)('brings one over TLS', async () => {
    const { exitCode, transcript } = await fromOutside(
      '--to',
      'alice@example.com',
      '--tls',
      '--h-Subject',
      'Secret',
    )
    expect([exitCode, transcript]).toEqual([0, expect.stringContaining('TLS started with cipher')])
    await using message = await arrived(alice, 'Secret')
    expect(await message.get(PidTagTransportMessageHeaders)).toContain('with ESMTPS ')
  })

  it('brings one to several recipients, and is told who is unknown', async () => {
    const { exitCode, answers } = await fromOutside(
      '--to',
      'alice@example.com,nobody@example.com,bob@example.com,somebody@foreign.test',
      '--h-Subject',
      'Several',
    )
    expect(exitCode).toBe(0)
    expect(answers).toContainEqual(expect.stringMatching(/^550 5\.1\.1 /))
    expect(answers).toContainEqual(expect.stringMatching(/^550 5\.7\.1 /))
    expect([await countIn(alice, 'Several'), await countIn(bob, 'Several')]).toEqual([1, 1])
  })

  it('is refused where there is nobody else', async () => {
    const { exitCode, answers } = await fromOutside('--to', 'nobody@example.com', '--h-Subject', 'Nobody')
    // 24: no recipients were taken.
    expect(exitCode).toBe(24)
    expect(answers).toContainEqual(expect.stringMatching(/^550 5\.1\.1 /))
  })

  it('sends its commands without waiting (PIPELINING)', async () => {
    const { exitCode } = await fromOutside(
      '--pipeline',
      '--to',
      'alice@example.com,nobody@example.com',
      '--h-Subject',
      'Pipelined',
    )
    expect(exitCode).toBe(0)
    expect(await countIn(alice, 'Pipelined')).toBe(1)
  })

  it('brings a large file', async () => {
    const bytes = randomBytes(3 * MEBIBYTE)
    const base64 = bytes.toString('base64').replace(/.{76}/g, '$&\n')
    const data = dataFile(
      'large.eml',
      `From: erin@elsewhere.test\nTo: alice@example.com\nSubject: Large\nMIME-Version: 1.0\n` +
        `Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n` +
        `Content-Disposition: attachment; filename=large.bin\n\n${base64}\n`,
    )
    expect((await fromOutside('--to', 'alice@example.com', '--data', data)).exitCode).toBe(0)
    await using message = await arrived(alice, 'Large')
    const [attachment] = await message.attachments()
    expect(attachment!.name).toBe('large.bin')
    expect(Buffer.from(await attachment!.bytes()).equals(bytes)).toBe(true)
  })

  it('brings text in 8 bits, and lines with dots', async () => {
    const data = dataFile(
      'eight.eml',
      'From: erin@elsewhere.test\nTo: alice@example.com\nSubject: Eight bits\nMIME-Version: 1.0\n' +
        'Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\nGrüße, Привет\n.\n..and\n',
    )
    expect((await fromOutside('--to', 'alice@example.com', '--data', data)).exitCode).toBe(0)
    await using message = await arrived(alice, 'Eight bits')
    expect((await message.text()).trim().split(/\r?\n/)).toEqual(['Grüße, Привет', '.', '..and'])
  })

  it('brings a header in UTF-8', async () => {
    const data = dataFile(
      'utf8.eml',
      'From: Jörg <jörg@elsewhere.test>\nTo: alice@example.com\nSubject: Überall UTF-8\n\nHier auch: ä\n',
    )
    expect((await fromOutside('--to', 'alice@example.com', '--data', data)).exitCode).toBe(0)
    await using message = await arrived(alice, 'Überall UTF-8')
    expect(await message.from()).toMatchObject({ name: 'Jörg', address: 'jörg@elsewhere.test' })
    expect((await message.text()).trim()).toBe('Hier auch: ä')
  })

  const submit = (port: number, ...args: readonly string[]) =>
    swaks(port, '--from', 'alice@example.com', '--auth-user', 'alice@example.com', ...args)

  const submissionPort = (scheme: 'smtp' | 'smtps') =>
    portOf(live.server.submissionUrls.find((url) => url.startsWith(`${scheme}:`)))

  it.skipIf(!withTls).each(['PLAIN', 'LOGIN'])(
    'sends mail of a user who shows who they are by %s',
    async (mechanism) => {
      const { exitCode, answers } = await submit(
        submissionPort('smtp'),
        '--tls',
        '--auth',
        mechanism,
        '--auth-password',
        PASSWORD,
        '--to',
        'bob@example.com',
        '--h-Subject',
        `By ${mechanism}`,
      )
      expect([exitCode, answers]).toEqual([0, expect.arrayContaining([expect.stringMatching(/^235 /)])])
      await using message = await arrived(bob, `By ${mechanism}`)
      expect((await message.from()).address).toBe('alice@example.com')
    },
  )

  it.skipIf(!withTls)('does so with TLS from the first byte on', async () => {
    const { exitCode } = await submit(
      submissionPort('smtps'),
      '--tlsc',
      '--auth',
      '--auth-password',
      PASSWORD,
      '--to',
      'bob@example.com',
      '--h-Subject',
      'Implicit',
    )
    expect([exitCode, await countIn(bob, 'Implicit')]).toEqual([0, 1])
  })

  it.skipIf(!withTls)(
    'is refused with a wrong password, without one, and in the name of somebody else',
    async () => {
      const port = submissionPort('smtp')
      const to = ['--tls', '--to', 'bob@example.com', '--h-Subject', 'Refused']
      // 28: authentication failed.
      expect((await submit(port, ...to, '--auth', '--auth-password', 'wrong')).exitCode).toBe(28)
      const anonymous = await swaks(port, '--from', 'alice@example.com', ...to)
      expect(anonymous.answers).toContainEqual(expect.stringMatching(/^530 5\.7\.0 /))
      const other = await submit(
        port,
        ...to,
        '--auth',
        '--auth-password',
        PASSWORD,
        '--from',
        'admin@example.com',
      )
      expect(other.exitCode).not.toBe(0)
      expect(await countIn(bob, 'Refused')).toBe(0)
    },
  )
})
