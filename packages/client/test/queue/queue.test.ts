import { DEFAULT_QUEUE_SETTINGS, memoryQueueStorage, type ProfileSession } from '@bourse/client'
import {
  ErrorCode,
  type Folder,
  MapiError,
  type Message,
  MessageFlags,
  PidTagBody,
  PidTagDisplayName,
  PidTagEmailAddress,
  PidTagInternetMessageId,
  PidTagMessageClass,
  PidTagMessageFlags,
  PidTagMid,
  PidTagNonDeliveryReportDiagCode,
  PidTagOriginalSubject,
  PidTagOriginatorDeliveryReportRequested,
  PidTagOriginatorNonDeliveryReportRequested,
  PidTagSubject,
  PidTagSupplementaryInfo,
  PropertyBag,
  type SpecialFolder,
} from '@bourse/mapi'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { expectError } from '../../../store/test/support/behaviour.ts'
import {
  type FakeClock,
  type FakeTransport,
  fakeClock,
  fakeTransport,
  transportProvider,
} from '../support/fakes.ts'
import { compose, openLocalSession, temporaryDirectory } from '../support/local-session.ts'

const MINUTE = 60_000

let directory: Awaited<ReturnType<typeof temporaryDirectory>>
let clock: FakeClock
let smtp: FakeTransport
let fax: FakeTransport
let session: ProfileSession

/** A session with two transports, of which the first takes Internet addresses. */
function open(storage = memoryQueueStorage()): Promise<ProfileSession> {
  return openLocalSession(
    directory.path,
    [
      { name: 'smtp', kind: 'transport', provider: 'smtp', settings: {} },
      { name: 'fax', kind: 'transport', provider: 'fax', settings: {} },
    ],
    [transportProvider('smtp', () => smtp), transportProvider('fax', () => fax)],
    { clock, queue: storage, queueSettings: { pollInterval: 24 * 60 * MINUTE } },
  )
}

beforeEach(async () => {
  directory = await temporaryDirectory()
  clock = fakeClock()
  smtp = fakeTransport('SMTP')
  fax = fakeTransport('FAX', 'SMTP')
  session = await open()
})

afterEach(async () => {
  await session[Symbol.asyncDispose]()
  await directory[Symbol.asyncDispose]()
})

async function send(subject: string, ...addresses: readonly string[]): Promise<Message> {
  const message = await compose(session.store, subject, ...addresses)
  await session.send(message)
  return message
}

async function folder(role: SpecialFolder): Promise<Folder> {
  return session.store.openFolder(session.store.logon.folders[role]!)
}

async function messagesIn(role: SpecialFolder): Promise<readonly Message[]> {
  const place = await folder(role)
  await using table = await place.contentsTable()
  const messages: Message[] = []
  for await (const row of await table.setColumns([PidTagMid])) {
    messages.push(await session.store.openMessage(place.id, row.get(PidTagMid)!))
  }
  return messages
}

async function subjectsIn(role: SpecialFolder): Promise<readonly (string | undefined)[]> {
  const messages = await messagesIn(role)
  return Promise.all(messages.map((message) => message.get(PidTagSubject)))
}

/** Lets time pass, and what is due be sent. */
async function pass(milliseconds: number): Promise<void> {
  await clock.advance(milliseconds)
  await session.queue.flush()
}

async function states(): Promise<readonly string[]> {
  return (await session.queue.list()).flatMap(({ recipients }) =>
    recipients.map(({ progress }) => progress.state),
  )
}

describe('the outgoing queue', () => {
  it('hands each recipient to the first transport that takes its address', async () => {
    await send('Hello', 'bob@example.com', 'FAX:+1 555 0100', 'carol@example.com')
    await session.queue.flush()
    expect(smtp.sent).toEqual([{ subject: 'Hello', addresses: ['bob@example.com', 'carol@example.com'] }])
    expect(fax.sent).toEqual([{ subject: 'Hello', addresses: ['+1 555 0100'] }])
    expect(await session.queue.list()).toEqual([])
  })

  it('sends without being told to', async () => {
    await send('Hello', 'bob@example.com')
    await expect
      .poll(async () => {
        await clock.advance(1)
        return smtp.sent.length
      })
      .toBe(1)
  })

  it('files what was sent with the messages that were sent', async () => {
    const message = await send('Hello', 'bob@example.com')
    expect((await message.get(PidTagMessageFlags))! & MessageFlags.Submitted).toBe(MessageFlags.Submitted)
    expect(await subjectsIn('outbox')).toEqual(['Hello'])
    await session.queue.flush()
    expect(await subjectsIn('outbox')).toEqual([])
    const [sent] = await messagesIn('sentItems')
    expect(await sent?.get(PidTagSubject)).toBe('Hello')
    expect((await sent?.get(PidTagMessageFlags))! & (MessageFlags.Submitted | MessageFlags.Unsent)).toBe(0)
    expect(await sent?.get(PidTagInternetMessageId)).toMatch(/^<[0-9a-f-]+@[^@]+>$/)
  })

  it('refuses what cannot be sent, and keeps nothing of it', async () => {
    await expectError(session.send(await compose(session.store, 'To nobody')), ErrorCode.NoRecipients)
    const unresolved = await compose(session.store, 'To Bob')
    const properties = new PropertyBag([[PidTagDisplayName, 'Bob']])
    await unresolved.modifyRecipients([{ rowId: 0, recipient: { rowId: 0, type: 1, properties } }])
    await expectError(session.send(unresolved), ErrorCode.InvalidRecipients)
    const twice = await send('Twice', 'bob@example.com')
    await expectError(session.send(twice), ErrorCode.AlreadySent)
    expect((await session.queue.list()).map(({ subject }) => subject)).toEqual(['Twice'])
  })

  it('tries again what is put off, at growing intervals', async () => {
    smtp.answer = () => ({ kind: 'deferred', reason: 'The mailbox is busy.' })
    await send('Hello', 'bob@example.com')
    await session.queue.flush()
    const attempts = [smtp.sent.length]
    for (const delay of DEFAULT_QUEUE_SETTINGS.retryDelays) {
      await pass(delay - 1)
      attempts.push(smtp.sent.length)
      await pass(1)
      attempts.push(smtp.sent.length)
    }
    expect(attempts).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8])
    const [entry] = await session.queue.list()
    expect(entry?.recipients[0]?.progress).toEqual({ state: 'pending', reason: 'The mailbox is busy.' })
  })

  it('waits as long as the transport asks for', async () => {
    smtp.answer = () => ({ kind: 'deferred', reason: 'Not before noon.', retryAfter: 3 * MINUTE })
    await send('Hello', 'bob@example.com')
    await session.queue.flush()
    await pass(3 * MINUTE - 1)
    expect(smtp.sent.length).toBe(1)
    await pass(1)
    expect(smtp.sent.length).toBe(2)
  })

  it('never sends again to who has it', async () => {
    smtp.answer = (address) =>
      address.startsWith('bob') ? { kind: 'sent' } : { kind: 'deferred', reason: 'Busy.' }
    await send('Hello', 'bob@example.com', 'carol@example.com')
    await session.queue.flush()
    expect(await states()).toEqual(['sent', 'pending'])
    smtp.answer = () => ({ kind: 'sent' })
    await pass(MINUTE)
    expect(smtp.sent.map(({ addresses }) => addresses)).toEqual([
      ['bob@example.com', 'carol@example.com'],
      ['carol@example.com'],
    ])
    expect(await subjectsIn('sentItems')).toEqual(['Hello'])
  })

  it('reports what cannot be delivered, in plain words, with the message attached', async () => {
    smtp.answer = (address) =>
      address.startsWith('bob')
        ? { kind: 'failed', reason: 'Nobody has this address.', status: '5.1.1' }
        : { kind: 'sent' }
    await send('Hello', 'bob@example.com', 'carol@example.com')
    await session.queue.flush()
    const [report] = await messagesIn('inbox')
    const properties = await report!.getProperties([
      PidTagMessageClass,
      PidTagSubject,
      PidTagOriginalSubject,
      PidTagBody,
    ])
    expect(properties.get(PidTagMessageClass)).toBe('REPORT.IPM.Note.NDR')
    expect(properties.get(PidTagSubject)).toBe('Undeliverable: Hello')
    expect(properties.get(PidTagOriginalSubject)).toBe('Hello')
    expect(properties.get(PidTagBody)).toBe(
      [
        'Your message "Hello" could not be delivered to one recipient:',
        '',
        '  bob@example.com',
        '    Nobody has this address. (5.1.1)',
        '',
        'It will not be tried again. The message is attached; you can correct the address and send it once more.',
      ].join('\r\n'),
    )
    expect((await report!.get(PidTagMessageFlags))! & MessageFlags.Unsent).toBe(0)
    const recipients = await report!.getRecipients()
    expect(recipients.map((one) => one.properties.get(PidTagEmailAddress))).toEqual(['bob@example.com'])
    expect(recipients[0]?.properties.get(PidTagSupplementaryInfo)).toBe('Nobody has this address.')
    expect(recipients[0]?.properties.get(PidTagNonDeliveryReportDiagCode)).toBe(0)
    const attachment = await report!.openAttachment((await report!.getAttachmentNumbers())[0]!)
    const original = await attachment.openEmbeddedMessage()
    expect(await original.get(PidTagBody)).toBe('Body of Hello')
    expect((await original.getRecipients()).length).toBe(2)
    // The others have it, so it was sent.
    expect(await subjectsIn('sentItems')).toEqual(['Hello'])
    expect(await session.queue.list()).toEqual([])
  })

  it('reports recipients that no transport takes', async () => {
    await send('Hello', 'X400:/c=de/s=bob')
    await session.queue.flush()
    const [report] = await messagesIn('inbox')
    expect(await report?.get(PidTagBody)).toContain(
      'No transport of the profile sends to addresses of the type X400. (5.4.4)',
    )
  })

  it('gives up after a while', async () => {
    smtp.answer = () => ({ kind: 'deferred', reason: 'Busy.' })
    await send('Hello', 'bob@example.com')
    await session.queue.flush()
    await pass(DEFAULT_QUEUE_SETTINGS.expiresAfter)
    const [report] = await messagesIn('inbox')
    expect(await report?.get(PidTagBody)).toContain(
      'It could not be sent for 5 days. Last time: Busy. (4.4.7)',
    )
    expect(await session.queue.list()).toEqual([])
  })

  it('makes no report of failure for who does not want it', async () => {
    smtp.answer = () => ({ kind: 'failed', reason: 'No.' })
    const message = await compose(session.store, 'Hello', 'bob@example.com')
    await message.setProperties([[PidTagOriginatorNonDeliveryReportRequested, false]])
    await session.send(message)
    await session.queue.flush()
    expect(await messagesIn('inbox')).toEqual([])
  })

  it('reports delivery to who asks for it', async () => {
    const message = await compose(session.store, 'Hello', 'bob@example.com')
    await message.setProperties([[PidTagOriginatorDeliveryReportRequested, true]])
    await session.send(message)
    await session.queue.flush()
    const [report] = await messagesIn('inbox')
    expect(await report?.get(PidTagMessageClass)).toBe('REPORT.IPM.Note.DR')
    expect(await report?.get(PidTagBody)).toBe(
      'Your message "Hello" was handed on for one recipient:\r\n\r\n  bob@example.com',
    )
  })

  it('puts off what a transport fails with as a whole, or says nothing about', async () => {
    smtp.answer = () => {
      throw new MapiError(ErrorCode.NetworkError, { message: 'The server cannot be reached' })
    }
    await send('Hello', 'bob@example.com')
    await session.queue.flush()
    const reasons = async () => (await session.queue.list()).map(({ recipients }) => recipients[0]?.progress)
    expect(await reasons()).toEqual([
      { state: 'pending', reason: 'NetworkError: The server cannot be reached.' },
    ])
    smtp.send = async () => []
    await pass(MINUTE)
    expect(await reasons()).toEqual([
      { state: 'pending', reason: 'The transport "smtp" did not say what became of it.' },
    ])
  })

  it('does not wait for a transport for ever', async () => {
    smtp.send = (_message, _recipients, options) =>
      new Promise((_, reject) =>
        options?.signal?.addEventListener('abort', () => reject(new Error('stopped'))),
      )
    await send('Hello', 'bob@example.com')
    const flushed = session.queue.flush()
    await expect
      .poll(async () => {
        await clock.advance(DEFAULT_QUEUE_SETTINGS.attemptTimeout)
        return (await session.queue.list())[0]?.recipients[0]?.progress
      })
      .toEqual({ state: 'pending', reason: 'The transport "smtp" took too long.' })
    await flushed
  })

  it('holds a message and lets it go', async () => {
    smtp.answer = () => ({ kind: 'deferred', reason: 'Busy.' })
    await send('Hello', 'bob@example.com')
    await session.queue.flush()
    const [entry] = await session.queue.list()
    expect(await session.queue.hold(entry!.id)).toBe(true)
    await pass(60 * MINUTE)
    expect(smtp.sent.length).toBe(1)
    expect((await session.queue.list())[0]?.state).toBe('held')
    expect(await session.queue.release(entry!.id)).toBe(true)
    await session.queue.flush()
    expect(smtp.sent.length).toBe(2)
    expect(await session.queue.hold('nothing')).toBe(false)
  })

  it('tries a message, or all of them, when told to', async () => {
    smtp.answer = () => ({ kind: 'deferred', reason: 'Busy.' })
    await send('One', 'bob@example.com')
    await send('Two', 'bob@example.com')
    await session.queue.flush()
    const [one] = await session.queue.list()
    await session.queue.retry(one!.id)
    await session.queue.flush()
    expect(smtp.sent.map(({ subject }) => subject)).toEqual(['One', 'Two', 'One'])
    await session.queue.flush({ all: true })
    expect(smtp.sent.map(({ subject }) => subject)).toEqual(['One', 'Two', 'One', 'One', 'Two'])
  })

  it('gives a message back as a draft', async () => {
    smtp.answer = () => ({ kind: 'deferred', reason: 'Busy.' })
    await send('Hello', 'bob@example.com')
    await session.queue.flush()
    const [entry] = await session.queue.list()
    let changes = 0
    const end = session.queue.subscribe(() => changes++)
    expect(await session.queue.remove(entry!.id)).toBe(true)
    end()
    expect(changes).toBe(1)
    expect(await session.queue.remove(entry!.id)).toBe(false)
    const [draft] = await messagesIn('outbox')
    expect((await draft?.get(PidTagMessageFlags))! & (MessageFlags.Submitted | MessageFlags.Unsent)).toBe(
      MessageFlags.Unsent,
    )
    await pass(60 * MINUTE)
    expect(smtp.sent.length).toBe(1)
  })

  it('forgets a message that was deleted meanwhile', async () => {
    smtp.answer = () => ({ kind: 'deferred', reason: 'Busy.' })
    const message = await send('Hello', 'bob@example.com')
    await session.queue.flush()
    const outbox = await folder('outbox')
    await session.store.spoolerLock(message.id!, 'unlock')
    await session.store.abortSubmit(outbox.id, message.id!)
    await outbox.deleteMessages([message.id!], { hard: true })
    await pass(60 * MINUTE)
    expect(await session.queue.list()).toEqual([])
    expect(smtp.sent.length).toBe(1)
  })

  it('leaves to a store what the store sends itself', async () => {
    await session[Symbol.asyncDispose]()
    smtp = { ...fakeTransport('SMTP') }
    session = await open()
    Object.assign(smtp, { mailboxGuid: session.store.logon.mailboxGuid })
    const message = await send('Hello', 'bob@example.com')
    expect((await message.get(PidTagMessageFlags))! & MessageFlags.Submitted).toBe(MessageFlags.Submitted)
    expect(await session.queue.list()).toEqual([])
    // What it cannot send to itself goes through the queue.
    await send('Mixed', 'bob@example.com', 'FAX:+1 555 0100')
    expect((await session.queue.list()).map(({ subject }) => subject)).toEqual(['Mixed'])
  })
})
