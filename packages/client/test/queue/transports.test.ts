import { memoryQueueStorage, SERVICE_RETRY_PAUSE } from '@bourse/client'
import { ErrorCode, MapiError } from '@bourse/mapi'
import { expect, it } from 'vitest'
import { type FakeTransport, fakeClock, fakeTransport, transportProvider } from '../support/fakes.ts'
import { compose, openLocalSession, temporaryDirectory } from '../support/local-session.ts'

const SERVICE = { name: 'post', kind: 'transport', provider: 'post', settings: {} } as const

it('a message waits for a transport that cannot be opened', async () => {
  await using directory = await temporaryDirectory()
  const clock = fakeClock()
  const transport = fakeTransport('SMTP')
  let isDown = true
  const provider = transportProvider('post', () => {
    if (isDown) throw new MapiError(ErrorCode.LogonFailed, { message: 'The password is wrong' })
    return transport
  })
  await using session = await openLocalSession(directory.path, [SERVICE], [provider], { clock })
  await session.send(await compose(session.store, 'Hello', 'bob@example.com'))
  await session.queue.flush()
  const [entry] = await session.queue.list()
  expect(entry?.recipients[0]?.progress).toEqual({
    state: 'pending',
    reason: 'The transport "post" cannot be used: LogonFailed: The password is wrong.',
  })
  isDown = false
  await clock.advance(Math.max(SERVICE_RETRY_PAUSE, 60_000))
  await session.queue.flush()
  expect(transport.sent.length).toBe(1)
})

it('a message does not wait for a transport that takes long to be opened', async () => {
  await using directory = await temporaryDirectory()
  const clock = fakeClock()
  const { promise, resolve } = Promise.withResolvers<FakeTransport>()
  const provider = transportProvider('post', () => promise)
  await using session = await openLocalSession(directory.path, [SERVICE], [provider], { clock })
  let isTaken = false
  const sending = session.send(await compose(session.store, 'Hello', 'bob@example.com')).then(() => {
    isTaken = true
  })
  await expect
    .poll(async () => {
      await clock.advance(1_000)
      return isTaken
    })
    .toBe(true)
  await sending
  const transport = fakeTransport('SMTP')
  resolve(transport)
  await session.queue.flush()
  expect(transport.sent.length).toBe(1)
})

it('what a session leaves, the next one sends', async () => {
  await using directory = await temporaryDirectory()
  const clock = fakeClock()
  const storage = memoryQueueStorage()
  const transport = fakeTransport('SMTP')
  transport.answer = () => ({ kind: 'deferred', reason: 'Busy.' })
  const provider = transportProvider('post', () => transport)
  {
    await using session = await openLocalSession(directory.path, [SERVICE], [provider], {
      clock,
      queue: storage,
    })
    await session.send(await compose(session.store, 'Hello', 'bob@example.com'))
  }
  // The end of the session tries what is due.
  expect(transport.sent.length).toBe(1)
  transport.answer = () => ({ kind: 'sent' })
  await clock.advance(60_000)
  {
    await using session = await openLocalSession(directory.path, [SERVICE], [provider], {
      clock,
      queue: storage,
    })
    await session.queue.flush()
    expect(await session.queue.list()).toEqual([])
  }
  expect(transport.sent.length).toBe(2)
})

it('one session at a time sends what is in a queue', async () => {
  await using directory = await temporaryDirectory()
  const storage = memoryQueueStorage()
  const transport = fakeTransport('SMTP')
  const provider = transportProvider('post', () => transport)
  using _held = await storage.lock()
  await using session = await openLocalSession(directory.path, [SERVICE], [provider], { queue: storage })
  await session.send(await compose(session.store, 'Hello', 'bob@example.com'))
  await session.queue.flush()
  expect(transport.sent).toEqual([])
  _held![Symbol.dispose]()
  await session.queue.flush()
  expect(transport.sent.length).toBe(1)
})
