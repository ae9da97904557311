import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type AccountLogon, logon, type MailFolder, type MailSession } from '@bourse/client'
import { exchangeProfile } from '@bourse/client/exchange'
import { profileFile, secretsFile } from '@bourse/client/node'
import {
  fileTimeFromDate,
  PidTagMessageDeliveryTime,
  PidTagSenderName,
  PidTagSentRepresentingAddressType,
  PidTagSentRepresentingEmailAddress,
  PidTagSentRepresentingName,
} from '@bourse/mapi'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  type LiveServer,
  PASSWORD,
  startLiveServer,
} from '../../../packages/server/test/support/live-server.ts'
import * as items from './items.ts'
import * as logOn from './log-on.ts'
import * as mail from './mail.ts'

describe('the guide', () => {
  let live: LiveServer
  let account: AccountLogon
  let session: MailSession
  let inbox: MailFolder
  let home: string

  beforeAll(async () => {
    live = await startLiveServer('workers: 1')
    account = { address: 'alice@example.com', password: PASSWORD, server: live.url }
    session = await logon(account)
    home = await mkdtemp(join(tmpdir(), 'bourse-guide-'))
    vi.stubEnv('BOURSE_HOME', home)
    await profileFile().put(exchangeProfile('alice@example.com', { name: 'work', server: live.url }))
    await secretsFile().set({ profile: 'work', account: 'work', name: 'password' }, PASSWORD)
  }, 60_000)

  afterAll(async () => {
    await session[Symbol.asyncDispose]()
    vi.unstubAllEnvs()
    await rm(home, { recursive: true, force: true })
    await live[Symbol.asyncDispose]()
  })

  beforeEach(async () => {
    inbox = await session.store.inbox()
    await inbox.empty({ mode: 'forever' })
  })

  async function receive(subject: string, sender = 'Bob'): Promise<bigint> {
    await using message = await session.store.createMessage(inbox.id)
    await message.setSubject(subject)
    await message.setText('Hello')
    await message.set(PidTagSenderName, sender)
    await message.set(PidTagSentRepresentingName, sender)
    await message.set(PidTagSentRepresentingAddressType, 'SMTP')
    await message.set(PidTagSentRepresentingEmailAddress, 'bob@example.com')
    await message.set(PidTagMessageDeliveryTime, fileTimeFromDate(new Date()))
    await message.attach({ name: 'a.txt', content: 'abc' })
    const id = await message.save()
    await inbox.markUnread([id])
    return id
  }

  it('logs on', async () => {
    expect(await logOn.byAddress(account)).toMatch(/Alice/)
    expect(await logOn.byProfile()).toBe('work')
    const made = await logOn.errors(inbox)
    expect((await logOn.errors(inbox)).id).toBe(made.id)
  })

  it('copies from other stores of the profile', async () => {
    const path = join(
      dirname(createRequire(import.meta.url).resolve('pst-extractor/package.json')),
      'example/testdata/enron.pst',
    )
    const profile = exchangeProfile('alice@example.com', { name: 'work', server: live.url })
    const pst = { name: 'archive', kind: 'messageStore', provider: 'pst', settings: { path } } as const
    await using both = await logon(
      { ...profile, services: [...profile.services, pst] },
      { secrets: secretsFile() },
    )
    expect(await logOn.archive(both)).toBeGreaterThan(0)
  })

  it('lists, finds and reads', async () => {
    await receive('One')
    expect(await mail.list(session)).toEqual([expect.stringMatching(/^One \(\d+ bytes\)$/)])
    expect(await mail.find(inbox)).toBe(0)
    const saved = await mail.read(inbox)
    expect(saved[0]).toBe('a.txt: 3 bytes')
    expect(saved[1]).toContain('Bob <bob@example.com>: Hello')
    expect(await mail.list(session)).toEqual([])
    expect(await mail.properties(inbox)).toEqual(['One', 1, undefined])
  })

  it('writes and answers', async () => {
    await mail.write(session)
    await receive('Question')
    const [subject, text] = await mail.answer(inbox)
    expect(subject).toBe('FW: Question')
    expect(text).toContain('For you to know.')
  })

  it('organizes, removes and flags', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {})
    await receive('The project')
    expect(await mail.organize(session)).toEqual(['The project'])
    expect(log).toHaveBeenCalledWith('Work', 1, 1)
    expect(await mail.rules(session)).toBe(1)
    log.mockRestore()
    await receive('Buy!', 'Spammer')
    await mail.remove(inbox)
    expect(await inbox.count()).toBe(0)
    await receive('Call me')
    await mail.flag(inbox)
    expect(await mail.beneath(session)).toBe(0)
    expect(await mail.away(session)).toBe(true)
  })

  it('watches', async () => {
    const abort = new AbortController()
    const lines: string[] = []
    const watching = mail.watch(inbox, abort.signal, (line) => {
      lines.push(line)
      abort.abort()
    })
    // The subscription is made meanwhile; whatever comes first is told.
    await vi.waitFor(async () => {
      await receive('News')
      expect(lines).not.toEqual([])
    })
    await watching
    expect(lines[0]).toBe('created: News')
  })

  it('keeps appointments, contacts, tasks and notes', async () => {
    expect(await items.appointments(session)).toEqual([
      '2026-03-02T09:00:00 Dentist',
      '2026-03-02T09:00:00 Standup',
      '2026-03-06T10:00:00 Standup',
      '2026-03-12T09:00:00 Standup',
    ])
    expect(await items.contacts(session)).toEqual(['Ann Adams'])
    expect(await items.tasks(session)).toBe(1)
    expect(await items.notes(session)).toBe('Milk')
  })

  it('begins with an example that runs as it stands', async () => {
    await receive('INVOICE 7')
    await receive('Lunch?')
    const child = spawn(process.execPath, [join(import.meta.dirname, 'list-invoices.ts')], {
      env: { ...process.env, BOURSE_HOME: home },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    child.stdout.on('data', (data) => (output += data))
    child.stderr.on('data', (data) => (output += data))
    const ended = new Promise((resolve) => child.once('exit', resolve))
    try {
      await vi.waitFor(() => expect(output).toContain('INVOICE 7'), { timeout: 20_000 })
      await vi.waitFor(
        async () => {
          await receive('News')
          expect(output).toContain('created message')
        },
        { timeout: 20_000, interval: 500 },
      )
      expect(output).not.toContain('Lunch?')
    } finally {
      child.kill()
      await ended
    }
  })

  it('has no snippet that is not one of the examples', async () => {
    const guide = await readFile(join(import.meta.dirname, '../../guide.md'), 'utf8')
    const snippets = [...guide.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code!.trimEnd())
    const known = new Set<string>()
    for (const name of await readdir(import.meta.dirname)) {
      if (!name.endsWith('.ts') || name.endsWith('.test.ts')) continue
      const source = await readFile(join(import.meta.dirname, name), 'utf8')
      known.add(source.replace(/^\/\*\*.*\*\/\n/, '').trimEnd())
      for (const [, code] of source.matchAll(/^ *\/\/ #region [\w-]+\n([\s\S]*?)^ *\/\/ #endregion$/gm)) {
        known.add(dedent(code!))
      }
    }
    expect(snippets.length).toBeGreaterThan(10)
    expect(snippets.filter((snippet) => !known.has(snippet))).toEqual([])
  })
})

function dedent(code: string): string {
  const lines = code.trimEnd().split('\n')
  const indent = Math.min(...lines.filter((line) => line !== '').map((line) => line.search(/\S/)))
  return lines.map((line) => line.slice(indent)).join('\n')
}
