import { copyFileSync, existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  DAY,
  delivered,
  greylisted,
  HOUR,
  MINUTE,
  QueueFixture,
  SENDER,
  SETTINGS,
  unknown,
  unreachable,
} from './support/queue-fixture.ts'

describe('the queue of outgoing mail', () => {
  it('delivers to all domains, each in one attempt, and is empty then', async () => {
    await using fixture = await QueueFixture.open()
    fixture.queue.start()
    expect(await fixture.add(['erin@a.test', 'Frank@A.test', 'gina@bücher.test', 'erin@a.test'])).toBe(
      'queued',
    )
    await fixture.settle()
    expect(
      fixture.attempts.map(({ domain, recipients }) => [domain, recipients.map(({ address }) => address)]),
    ).toEqual(
      expect.arrayContaining([
        ['a.test', ['erin@a.test', 'Frank@A.test']],
        ['xn--bcher-kva.test', ['gina@bücher.test']],
      ]),
    )
    expect(fixture.attempts).toHaveLength(2)
    expect(fixture.attempts[0]).toMatchObject({ from: SENDER, size: 58 })
    expect(await fixture.queue.list({ kind: 'all' })).toEqual([])
    expect(fixture.files).toEqual([])
    expect(fixture.reports).toEqual([])
  })

  it('hands on what belongs to the envelope', async () => {
    await using fixture = await QueueFixture.open()
    fixture.queue.start()
    const recipient = {
      address: 'erin@a.test',
      notify: ['success' as const],
      originalRecipient: 'rfc822;e@a.test',
    }
    await fixture.add([recipient], { envelopeId: 'QQ+2B', returned: 'full' })
    await fixture.settle()
    expect(fixture.attempts).toMatchObject([
      { recipients: [recipient], envelopeId: 'QQ+2B', returned: 'full' },
    ])
  })

  it('knows the keys of messages for a month', async () => {
    await using fixture = await QueueFixture.open()
    const content = fixture.content(['erin@a.test'], { key: 'k' })
    expect(await fixture.queue.add(content)).toBe('queued')
    // The very same file is not taken away from the message that has it.
    expect(await fixture.queue.add(content)).toBe('duplicate')
    expect(existsSync(content.path)).toBe(true)
    fixture.queue.start()
    await fixture.settle()
    expect(await fixture.add(['erin@a.test'], { key: 'k' })).toBe('duplicate')
    expect(fixture.files).toEqual([])
    await fixture.advance(29 * DAY)
    expect(await fixture.add(['erin@a.test'], { key: 'k' })).toBe('duplicate')
    await fixture.advance(2 * DAY)
    expect(await fixture.add(['erin@a.test'], { key: 'k' })).toBe('queued')
  })

  it('writes what is added at the same time together', async () => {
    await using fixture = await QueueFixture.open()
    const contents = Array.from({ length: 50 }, (_, n) => fixture.content([`user${n}@a.test`]))
    const twice = [...contents, { ...contents[0]!, path: fixture.content(['x@a.test']).path }]
    const answers = await Promise.all(twice.map((content) => fixture.queue.add(content)))
    expect(answers.filter((answer) => answer === 'queued')).toHaveLength(50)
    expect(answers.at(-1)).toBe('duplicate')
    expect(await fixture.queue.list({ kind: 'all' })).toHaveLength(50)
  })

  it('refuses files elsewhere, files that are not there, and messages to nobody', async () => {
    await using fixture = await QueueFixture.open()
    const content = fixture.content(['erin@a.test'])
    await expect(fixture.queue.add({ ...content, path: join(fixture.folder, 'x.eml') })).rejects.toThrow(
      'folder',
    )
    await expect(
      fixture.queue.add({ ...content, path: join(fixture.queue.folder, 'no.eml') }),
    ).rejects.toThrow('ENOENT')
    await expect(fixture.queue.add({ ...content, recipients: [] })).rejects.toThrow('nobody')
    // One that fails keeps no other one from being queued.
    const [first, second] = await Promise.allSettled([
      fixture.queue.add({ ...content, key: 'same file' }),
      fixture.queue.add(content),
    ])
    expect([first.status, second.status]).toEqual(['fulfilled', 'rejected'])
  })

  it('tries again later each time, and gives up after the lifetime', async () => {
    await using fixture = await QueueFixture.open()
    fixture.answer = () => greylisted
    fixture.queue.start()
    const start = fixture.clock.now()
    const times: number[] = []
    fixture.answer = () => {
      times.push(fixture.clock.now() - start)
      return greylisted
    }
    await fixture.add(['erin@a.test'])
    await fixture.advance(3 * HOUR)
    expect(times).toEqual([0, 5 * MINUTE, 20 * MINUTE, 80 * MINUTE, 140 * MINUTE])
    const [message] = await fixture.queue.list({ kind: 'all' })
    expect(message?.recipients).toMatchObject([
      {
        state: 'pending',
        attempts: 5,
        lastAttempt: start + 140 * MINUTE,
        nextAttempt: start + 200 * MINUTE,
        status: '4.7.1',
        diagnostic: '450 4.7.1 Come back later',
        remoteHost: 'mx.a.test',
      },
    ])
    await fixture.advance(2 * DAY)
    // The last attempt is made when the time is over, not before.
    expect(times.at(-1)).toBe(2 * DAY)
    expect(
      fixture.reports.map(({ key, to, text }) => [
        key,
        to,
        /^Action: (.*)\r$/m.exec(text)?.[1],
        /^Status: (.*)\r$/m.exec(text)?.[1],
      ]),
    ).toEqual([
      ['key 1/report/1', SENDER, 'delayed', '4.7.1'],
      ['key 1/report/2', SENDER, 'failed', '4.4.7'],
    ])
    expect(await fixture.queue.list({ kind: 'all' })).toEqual([])
    expect(fixture.files).toEqual([])
  })

  it('adds something at random to the delays', async () => {
    await using fixture = await QueueFixture.open({ random: () => 1 })
    fixture.answer = () => greylisted
    fixture.queue.start()
    await fixture.add(['erin@a.test', 'frank@a.test'])
    await fixture.settle()
    const [message] = await fixture.queue.list({ kind: 'all' })
    expect(message?.recipients.map(({ nextAttempt }) => nextAttempt - fixture.clock.now())).toEqual([
      6 * MINUTE,
      6 * MINUTE,
    ])
  })

  it('tells a sender of failures in one report, and goes on with the others', async () => {
    await using fixture = await QueueFixture.open()
    fixture.answer = (address) =>
      address.startsWith('x') ? unknown : address.startsWith('g') ? greylisted : delivered
    fixture.queue.start()
    await fixture.add(['x1@a.test', 'x2@b.test', 'erin@a.test', 'gina@b.test'])
    await fixture.settle()
    expect(fixture.reports).toHaveLength(1)
    expect(fixture.reports[0]?.text.match(/^Final-Recipient: .*$/gm)).toHaveLength(2)
    expect(await fixture.states()).toEqual({
      'x1@a.test': 'failed',
      'x2@b.test': 'failed',
      'erin@a.test': 'delivered',
      'gina@b.test': 'pending',
    })
    fixture.answer = () => delivered
    await fixture.advance(5 * MINUTE)
    expect(fixture.attempts.at(-1)?.recipients).toEqual([{ address: 'gina@b.test' }])
    expect(await fixture.queue.list({ kind: 'all' })).toEqual([])
  })

  it('reports nothing of reports, and nothing that is not wanted', async () => {
    await using fixture = await QueueFixture.open()
    fixture.answer = () => unknown
    fixture.queue.start()
    await fixture.add(['erin@a.test'], { from: '' })
    await fixture.add([{ address: 'erin@a.test', notify: [] }])
    await fixture.add([{ address: 'erin@a.test', notify: ['delay', 'success'] }])
    await fixture.settle()
    expect(fixture.reports).toEqual([])
    await fixture.add([{ address: 'erin@a.test', notify: ['failure'] }])
    await fixture.settle()
    expect(fixture.reports).toHaveLength(1)
    expect(fixture.files).toEqual([])
  })

  it('warns of a delay once, and only who wants to know', async () => {
    await using fixture = await QueueFixture.open()
    fixture.answer = () => greylisted
    fixture.queue.start()
    await fixture.add([{ address: 'erin@a.test' }, { address: 'frank@a.test', notify: ['failure'] }])
    await fixture.advance(DAY)
    expect(fixture.reports).toHaveLength(1)
    const { text } = fixture.reports[0]!
    expect(text).toContain('Action: delayed')
    expect(text).toContain('Will-Retry-Until: Thu, 26 Nov 2026 12:00:00 +0000')
    expect(text).toContain('erin@a.test')
    expect(text).not.toContain('frank@a.test')
  })

  it('reports a delivery that was to be reported, unless the other server does', async () => {
    await using fixture = await QueueFixture.open()
    fixture.answer = (address) => ({ ...delivered, reportsItself: address.startsWith('f') })
    fixture.queue.start()
    const notify = ['success'] as const
    await fixture.add([
      { address: 'erin@a.test', notify },
      { address: 'frank@a.test', notify },
      { address: 'gina@a.test' },
    ])
    await fixture.settle()
    expect(fixture.reports).toHaveLength(1)
    expect(fixture.reports[0]?.text).toContain('Action: relayed')
    expect(fixture.reports[0]?.text.match(/Final-Recipient: rfc822; (.*)\r/)?.[1]).toBe('erin@a.test')
  })

  it('does not hammer a domain that cannot be reached', async () => {
    await using fixture = await QueueFixture.open()
    fixture.answer = (_, { domain }) => (domain === 'down.test' ? unreachable : delivered)
    for (let n = 0; n < 20; n++) await fixture.add([`user${n}@down.test`])
    fixture.queue.start()
    await fixture.settle()
    // So many at a time; what these learn holds for all.
    expect(fixture.attempts.length).toBeLessThanOrEqual(SETTINGS.concurrencyPerDomain)
    const before = fixture.attempts.length
    await fixture.add(['late@down.test', 'erin@up.test'])
    await fixture.advance(4 * MINUTE)
    expect(fixture.attempts.slice(before).map(({ domain }) => domain)).toEqual(['up.test'])
    await fixture.advance(2 * MINUTE)
    // One to see, whose failure is that of all others.
    expect(fixture.attempts.slice(before).map(({ domain }) => domain)).toEqual(['up.test', 'down.test'])
    fixture.answer = () => delivered
    await fixture.advance(HOUR)
    expect(await fixture.queue.list({ kind: 'all' })).toEqual([])
    expect(fixture.attempts.filter(({ domain }) => domain === 'down.test')).toHaveLength(before + 1 + 21)
  })

  it('gives up all that waits for a domain that is never reached', async () => {
    await using fixture = await QueueFixture.open()
    fixture.answer = () => unreachable
    fixture.queue.start()
    for (let n = 0; n < 10; n++) await fixture.add([`user${n}@down.test`])
    await fixture.advance(3 * DAY)
    expect(await fixture.queue.list({ kind: 'all' })).toEqual([])
    const failed = fixture.reports.filter(({ text }) => text.includes('Action: failed'))
    expect(failed).toHaveLength(10)
    expect(failed[0]?.text).toContain('Diagnostic-Code: x-bourse; The connection was refused.')
    expect(fixture.reports).toHaveLength(20)
  })

  it('keeps to its limits', async () => {
    const settings = { ...SETTINGS, concurrency: 4, concurrencyPerDomain: 2 }
    await using fixture = await QueueFixture.open({ settings })
    const running = new Map<string, number>()
    const most = { all: 0, domain: 0 }
    fixture.answer = async (_, { domain }) => {
      running.set(domain, (running.get(domain) ?? 0) + 1)
      most.domain = Math.max(most.domain, running.get(domain)!)
      most.all = Math.max(
        most.all,
        [...running.values()].reduce((sum, n) => sum + n),
      )
      await new Promise((resolve) => setImmediate(resolve))
      running.set(domain, running.get(domain)! - 1)
      return delivered
    }
    for (let n = 0; n < 30; n++) await fixture.add([`user${n}@d${n % 3}.test`])
    fixture.queue.start()
    await fixture.settle()
    expect(most).toEqual({ all: 4, domain: 2 })
    expect(fixture.attempts).toHaveLength(30)
  })

  it('holds, releases, hurries and removes', async () => {
    await using fixture = await QueueFixture.open()
    fixture.answer = () => greylisted
    fixture.queue.start()
    await fixture.add(['erin@a.test', 'frank@B.test'])
    await fixture.add(['gina@b.test'])
    await fixture.settle()
    const [first] = await fixture.queue.list({ kind: 'domain', domain: 'A.Test' })
    expect(first?.recipients).toHaveLength(2)
    expect(await fixture.queue.hold({ kind: 'domain', domain: 'b.test' })).toBe(2)
    const before = fixture.attempts.length
    expect(await fixture.queue.retry({ kind: 'all' })).toBe(1)
    await fixture.settle()
    expect(fixture.attempts.slice(before).map(({ domain }) => domain)).toEqual(['a.test'])
    expect(fixture.queue.counts()).toEqual({ messages: 2, pending: 1, held: 2, reports: 0 })
    expect(await fixture.queue.remove({ kind: 'message', id: first!.id }, { report: true })).toBe(2)
    await fixture.settle()
    expect(fixture.reports[0]?.text).toContain('An administrator has taken the message out of the queue.')
    expect(await fixture.states()).toEqual({ 'gina@b.test': 'held' })
    expect(await fixture.queue.release({ kind: 'all' })).toBe(1)
    await fixture.settle()
    expect(fixture.attempts.at(-1)?.recipients).toEqual([{ address: 'gina@b.test' }])
    expect(await fixture.queue.remove({ kind: 'all' }, { report: false })).toBe(1)
    await fixture.settle()
    expect(fixture.reports).toHaveLength(1)
    expect(fixture.files).toEqual([])
  })

  it('keeps an answer that comes for what was held or removed meanwhile', async () => {
    await using fixture = await QueueFixture.open()
    const gate = Promise.withResolvers<void>()
    fixture.answer = async (address) => {
      await gate.promise
      return address.startsWith('g') ? greylisted : delivered
    }
    fixture.queue.start()
    await fixture.add(['erin@a.test', 'gina@a.test'])
    await expect.poll(() => fixture.attempts.length).toBe(1)
    await fixture.queue.hold({ kind: 'all' })
    gate.resolve()
    await fixture.settle()
    expect(await fixture.states()).toEqual({ 'erin@a.test': 'delivered', 'gina@a.test': 'held' })
    await fixture.advance(HOUR)
    expect(fixture.attempts).toHaveLength(1)
  })

  it('removes files that were never queued, and reports messages whose files are lost', async () => {
    await using fixture = await QueueFixture.open()
    fixture.answer = () => greylisted
    fixture.queue.start()
    const content = fixture.content(['erin@a.test'])
    await fixture.queue.add(content)
    await fixture.settle()
    writeFileSync(join(fixture.queue.folder, 'orphan.eml'), '')
    rmSync(content.path)
    await fixture.reopen()
    expect(fixture.files).toEqual([])
    fixture.queue.start()
    await fixture.settle()
    expect(fixture.reports[0]?.text).toContain('This server has lost the text of the message.')
    expect(fixture.attempts).toHaveLength(1)
    expect(await fixture.queue.list({ kind: 'all' })).toEqual([])
  })

  it('tries to post a report until it is posted', async () => {
    await using fixture = await QueueFixture.open()
    fixture.answer = () => unknown
    let failures = 3
    fixture.post = async () => {
      if (failures-- > 0) throw new Error('The mailbox is full.')
      return 'posted'
    }
    fixture.queue.start()
    await fixture.add(['erin@a.test'])
    await fixture.settle()
    expect(fixture.reports).toEqual([])
    expect(await fixture.states()).toEqual({ 'erin@a.test': 'failed' })
    await fixture.advance(HOUR)
    expect(fixture.reports).toHaveLength(1)
    expect(fixture.files).toEqual([])
    expect(fixture.queue.counts()).toEqual({ messages: 0, pending: 0, held: 0, reports: 0 })
  })

  it('gives a report up in the end', async () => {
    await using fixture = await QueueFixture.open({ settings: { ...SETTINGS, lifetime: HOUR } })
    fixture.answer = () => unknown
    fixture.post = async () => {
      throw new Error('The mailbox is full.')
    }
    fixture.queue.start()
    await fixture.add(['erin@a.test'])
    await fixture.advance(3 * DAY)
    expect(fixture.queue.counts()).toEqual({ messages: 0, pending: 0, held: 0, reports: 0 })
    expect(fixture.files).toEqual([])
  })

  it('sends reports to senders outside', async () => {
    await using fixture = await QueueFixture.open()
    fixture.answer = (address) => (address === SENDER ? delivered : unknown)
    fixture.post = async ({ key, to, path }) => {
      const copy = join(fixture.queue.folder, 'copy.eml')
      copyFileSync(path, copy)
      await fixture.queue.add({ key, from: '', recipients: [{ address: to, notify: [] }], path: copy })
      return 'posted'
    }
    fixture.queue.start()
    await fixture.add(['erin@a.test'])
    await fixture.settle()
    expect(fixture.attempts.map(({ from, domain }) => [from, domain])).toEqual([
      [SENDER, 'a.test'],
      ['', 'example.com'],
    ])
    expect(fixture.files).toEqual([])
  })

  it('does not count what it has broken off itself', async () => {
    await using fixture = await QueueFixture.open()
    fixture.answer = async (address, { signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      return address.startsWith('g') ? { ...greylisted, diagnostic: 'The server stops.' } : delivered
    }
    fixture.queue.start()
    await fixture.add(['erin@a.test', 'gina@a.test'])
    await expect.poll(() => fixture.attempts.length).toBe(1)
    await fixture.reopen()
    const [message] = await fixture.queue.list({ kind: 'all' })
    expect(message?.recipients).toMatchObject([
      { state: 'delivered', attempts: 1 },
      { state: 'pending', attempts: 0 },
    ])
    // What comes while it does not work waits for it.
    await fixture.add(['frank@b.test'])
    fixture.answer = () => delivered
    fixture.queue.start()
    await fixture.settle()
    expect(await fixture.queue.list({ kind: 'all' })).toEqual([])
  })

  it('lets what is under way end when it stops, if that does not take long', async () => {
    await using fixture = await QueueFixture.open()
    const gate = Promise.withResolvers<void>()
    fixture.answer = async () => {
      await gate.promise
      return delivered
    }
    fixture.queue.start()
    await fixture.add(['erin@a.test'])
    await expect.poll(() => fixture.attempts.length).toBe(1)
    const stopped = fixture.queue.stop(MINUTE)
    expect(fixture.attempts[0]?.signal.aborted).toBe(false)
    gate.resolve()
    await stopped
    expect(await fixture.queue.list({ kind: 'all' })).toEqual([])
  })

  it('defers what a transport says nothing of, or fails with', async () => {
    await using fixture = await QueueFixture.open()
    fixture.answer = () => {
      throw new Error('a mistake')
    }
    fixture.queue.start()
    await fixture.add(['erin@a.test'])
    await fixture.settle()
    const [message] = await fixture.queue.list({ kind: 'all' })
    expect(message?.recipients).toMatchObject([{ state: 'pending', attempts: 1, status: '4.3.0' }])
    expect(fixture.attempts).toHaveLength(1)
  })

  it('refuses a database of a newer program', async () => {
    await using fixture = await QueueFixture.open()
    await fixture.queue[Symbol.asyncDispose]()
    const { DatabaseSync } = await import('node:sqlite')
    const database = new DatabaseSync(join(fixture.folder, 'outgoing.sqlite'))
    database.exec('PRAGMA user_version = 99')
    database.close()
    await expect(fixture.reopen()).rejects.toThrow('schema version 99')
  })
})
