import { expect, it } from 'vitest'
import type { MimeDelivery } from '../../src/mail-flow/delivery/deliver-mime.ts'
import type { Receiver } from '../../src/mail-flow/routing/route.ts'
import { withRoomMemory } from '../../src/mail-flow/smtp-in/room-memory.ts'

it('a mailbox with room is asked again after a while, and at once when it was full', async () => {
  let now = 0
  let asked = 0
  let isFull = false
  const mailboxes = withRoomMemory(
    {
      room: async (_: Receiver) => {
        asked++
        return isFull ? ('full' as const) : ('free' as const)
      },
      deliver: async (_: MimeDelivery) => (isFull ? ('full' as const) : ('delivered' as const)),
    },
    () => now,
  )
  const receiver = { mailbox: 'a' } as Receiver
  const delivery = { receiver } as MimeDelivery
  const count = async (): Promise<readonly [string, number]> => {
    asked = 0
    return [await mailboxes.room(receiver), asked]
  }
  expect([await count(), await count()]).toEqual([
    ['free', 1],
    ['free', 0],
  ])
  now = 10_000
  expect(await count()).toEqual(['free', 1])
  isFull = true
  expect(await count()).toEqual(['free', 0])
  expect(await mailboxes.deliver(delivery)).toBe('full')
  expect([await count(), await count()]).toEqual([
    ['full', 1],
    ['full', 1],
  ])
})
