import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NotifyWhen } from '../../../src/mail-flow/queue/index.ts'
import { MortalQueue, type TestMessage } from './support/mortal-queue.ts'
import { type Behaviour, World } from './support/world.ts'

/** How many steps of a life are tried out; all lives of the first test have fewer. */
const MAX_STEPS = 200

/** What has to be true in the end, however often the process died. */
function check(world: World, messages: readonly TestMessage[], deaths: number): void {
  for (const { from, recipients } of messages) {
    for (const { address, notify } of recipients) {
      const wants = (when: NotifyWhen) =>
        from !== '' && (notify === undefined ? when !== 'success' : notify.includes(when))
      const copies = world.copies.get(address) ?? 0
      const failures = world.reportsOf('failed', address)
      expect(failures, `reports of the failure of ${address}`).toBe(copies === 0 && wants('failure') ? 1 : 0)
      expect(world.reportsOf('relayed', address), `reports of the delivery of ${address}`).toBe(
        copies > 0 && wants('success') ? 1 : 0,
      )
      expect(world.reportsOf('delayed', address)).toBeLessThanOrEqual(wants('delay') ? 1 : 0)
      // Each death can make one attempt be repeated, and no more.
      expect(copies).toBeLessThanOrEqual(deaths + 1)
    }
  }
}

describe('a queue whose process is killed', { timeout: 120_000 }, () => {
  const messages: readonly TestMessage[] = [
    {
      key: 'first',
      from: 'alice@example.com',
      recipients: [
        { address: 'taken@a.test', notify: ['success', 'failure'] },
        { address: 'unknown@a.test' },
        { address: 'later@b.test' },
        { address: 'gone@b.test' },
      ],
    },
    { key: 'second', from: '', recipients: [{ address: 'unknown@b.test' }, { address: 'other@a.test' }] },
  ]

  const behave = (address: string, attempt: number): Behaviour => {
    if (address.startsWith('unknown')) return 'failed'
    if (address.startsWith('gone')) return 'deferred'
    return address.startsWith('later') && attempt < 2 ? 'unreachable' : 'delivered'
  }

  it('at any step of its work has lost nothing, and reports nothing twice', async () => {
    let steps = 0
    for (let isDead = true; isDead; steps++) {
      const world = new World(behave)
      const queue = new MortalQueue(world, messages, { lifetime: 7_200_000, warnAfter: 3_600_000 })
      isDead = await queue.live(steps)
      if (isDead) expect(await queue.live(MAX_STEPS)).toBe(false)
      check(world, messages, isDead ? 1 : 0)
      // What a dead process has left goes when the queue is opened next.
      if (isDead) await queue.live(MAX_STEPS)
      expect(await queue.files()).toEqual([])
      queue.remove()
    }
    expect(steps).toBeGreaterThan(10)
  })

  it('again and again, whatever servers answer, brings each recipient to one end', async () => {
    const behaviours = fc.constantFrom<Behaviour>('delivered', 'deferred', 'failed', 'unreachable')
    const notify = fc.constantFrom<readonly NotifyWhen[] | undefined>(
      undefined,
      [],
      ['success'],
      ['failure'],
      ['success', 'failure', 'delay'],
    )
    const recipient = fc.record({
      domain: fc.constantFrom('a', 'b', 'c'),
      notify,
      answers: fc.array(behaviours, { maxLength: 4 }),
    })
    const message = fc.record({
      hasSender: fc.boolean(),
      recipients: fc.array(recipient, { minLength: 1, maxLength: 4 }),
    })
    const property = fc.asyncProperty(
      fc.array(message, { minLength: 1, maxLength: 3 }),
      fc.array(fc.nat(14), { maxLength: 5 }),
      async (shapes, lives) => {
        const answers = new Map<string, readonly Behaviour[]>()
        const all = shapes.map(
          ({ hasSender, recipients }, m): TestMessage => ({
            key: `message ${m}`,
            from: hasSender ? 'alice@example.com' : '',
            recipients: recipients.map((one, n) => {
              const address = `user${m}-${n}@${one.domain}.test`
              answers.set(address, one.answers)
              return { address, ...(one.notify === undefined ? {} : { notify: one.notify }) }
            }),
          }),
        )
        // Who has nothing more to say says "not now" for ever.
        const world = new World((address, attempt) => answers.get(address)![attempt] ?? 'deferred')
        const queue = new MortalQueue(world, all, { lifetime: 10_800_000, warnAfter: 1_800_000 })
        try {
          let deaths = 0
          for (const steps of lives) if (await queue.live(steps)) deaths++
          expect(await queue.live(MAX_STEPS)).toBe(false)
          check(world, all, deaths)
          if (deaths > 0) await queue.live(MAX_STEPS)
          expect(await queue.files()).toEqual([])
        } finally {
          queue.remove()
        }
      },
    )
    await fc.assert(property, { numRuns: 25 })
  })
})
