import { providerRegistry } from '@bourse/client'
import {
  type MapiMessage,
  mapiAddress,
  mapiDeleteMail,
  mapiDetails,
  mapiFindNext,
  mapiLogoff,
  mapiLogon,
  mapiReadMail,
  mapiResolveName,
  mapiSaveMail,
  mapiSendDocuments,
  mapiSendMail,
} from '@bourse/client/simple-mapi'
import { type AddressBookProvider, ErrorCode, PidTagDisplayName, type Session } from '@bourse/mapi'
import { localStoreProvider } from '@bourse/store/provider'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { expectError } from '../../../store/test/support/behaviour.ts'
import {
  entryIdOf,
  type FakeTransport,
  fakeBook,
  fakeTransport,
  transportProvider,
} from '../support/fakes.ts'
import { localService, temporaryDirectory } from '../support/local-session.ts'

let directory: Awaited<ReturnType<typeof temporaryDirectory>>
let transport: FakeTransport
let session: Session

const book: AddressBookProvider = {
  kind: 'addressBook',
  name: 'book',
  open: async () => fakeBook(1, ['Ann Adams', 'Bob Baker', 'Bob Brown']),
}

beforeEach(async () => {
  directory = await temporaryDirectory()
  transport = fakeTransport('SMTP')
  session = await mapiLogon(
    {
      name: 'simple',
      services: [
        localService(directory.path),
        { name: 'people', kind: 'addressBook', provider: 'book', settings: {} },
        { name: 'post', kind: 'transport', provider: 'post', settings: {} },
      ],
    },
    {
      registry: providerRegistry({
        providers: [localStoreProvider, book, transportProvider('post', () => transport)],
      }),
    },
  )
})

afterEach(async () => {
  await mapiLogoff(session)
  await directory[Symbol.asyncDispose]()
})

const BYTES = new Uint8Array(100_000).map((_, i) => i)

const LETTER: MapiMessage = {
  subject: 'Minutes',
  noteText: 'As attached.',
  recips: [
    { recipClass: 'to', name: 'Bob', address: 'SMTP:bob@example.com' },
    { recipClass: 'cc', name: 'carol@example.com' },
  ],
  files: [{ fileName: 'minutes.txt', data: BYTES }],
}

async function contentsOf(data: Uint8Array | AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: number[] = []
  for await (const piece of data instanceof Uint8Array ? [data] : data)
    for (const byte of piece) pieces.push(byte)
  return Uint8Array.from(pieces)
}

describe('Simple MAPI', () => {
  it('sends a message', async () => {
    await mapiSendMail(session, LETTER)
    await expect
      .poll(() => transport.sent)
      .toEqual([{ subject: 'Minutes', addresses: ['bob@example.com', 'carol@example.com'] }])
  })

  it('shows a message before it is sent', async () => {
    const compose = async (message: MapiMessage) => ({ ...message, subject: `${message.subject} of June` })
    await mapiSendMail(session, LETTER, { compose })
    await expect.poll(() => transport.sent[0]?.subject).toBe('Minutes of June')
    await expectError(
      mapiSendMail(session, LETTER, { compose: async () => undefined }),
      ErrorCode.UserCanceled,
    )
  })

  it('sends nothing to nobody', async () => {
    await expectError(mapiSendMail(session, { subject: 'x' }), ErrorCode.NoRecipients)
    const recips = [{ recipClass: 'to', name: 'Nobody' }] as const
    await expectError(mapiSendMail(session, { recips }), ErrorCode.NotFound)
    await expectError(
      mapiSendMail(session, { recips: [{ recipClass: 'to', name: 'Bob' }] }),
      ErrorCode.AmbiguousRecipient,
    )
  })

  it('sends documents', async () => {
    const files = [
      { fileName: 'a.txt', data: BYTES },
      { fileName: 'b.txt', data: BYTES },
    ]
    await mapiSendDocuments(session, files, async (message) => {
      expect(message.files).toEqual(files)
      return { ...message, recips: LETTER.recips! }
    })
    await expect.poll(() => transport.sent[0]?.subject).toBe('a.txt, b.txt')
  })

  it('saves a message, reads it, and puts another in its place', async () => {
    const dateReceived = new Date('2026-06-01T12:00:00Z')
    const id = await mapiSaveMail(session, { ...LETTER, dateReceived })
    const read = await mapiReadMail(session, id)
    expect(read).toMatchObject({
      subject: 'Minutes',
      noteText: 'As attached.',
      messageType: 'IPM.Note',
      dateReceived,
      recips: [
        { recipClass: 'to', name: 'Bob', address: 'SMTP:bob@example.com' },
        { recipClass: 'cc', name: 'carol@example.com', address: 'SMTP:carol@example.com' },
      ],
      files: [{ fileName: 'minutes.txt' }],
    })
    expect(await contentsOf(read.files![0]!.data)).toEqual(BYTES)
    const again = await mapiSaveMail(session, { subject: 'Agenda', dateReceived }, id)
    expect(again).toBe(id)
    const changed = await mapiReadMail(session, id)
    expect([changed.subject, changed.noteText, changed.recips, changed.files]).toEqual(['Agenda', '', [], []])
  })

  it('reads as much of a message as is asked for, and marks it as read unless told not to', async () => {
    const id = await mapiSaveMail(session, LETTER)
    const envelope = await mapiReadMail(session, id, { envelopeOnly: true })
    expect([envelope.noteText, envelope.files]).toEqual([undefined, undefined])
    const text = await mapiReadMail(session, id, { suppressFiles: true, peek: true })
    expect([text.noteText, text.files]).toEqual(['As attached.', undefined])
    const read = await mapiReadMail(session, id)
    expect((await mapiReadMail(session, id)).isUnread).toBe(false)
    expect(read.isSent).toBe(false)
  })

  it('goes through the inbox in the order of delivery, though messages are deleted on the way', async () => {
    const at = (minute: number) => new Date(Date.UTC(2026, 5, 1, 12, minute))
    // Two of them came at the same time.
    const times = [3, 1, 2, 2, 5]
    for (const [i, minute] of times.entries()) {
      await mapiSaveMail(session, { subject: `Message ${i}`, dateReceived: at(minute) })
    }
    await mapiSaveMail(session, {
      subject: 'A report',
      messageType: 'REPORT.IPM.Note.NDR',
      dateReceived: at(1),
    })
    const subjects: unknown[] = []
    let id = await mapiFindNext(session)
    while (id !== undefined) {
      subjects.push((await mapiReadMail(session, id, { peek: true })).subject)
      if (subjects.length % 2 === 0) await mapiDeleteMail(session, id)
      id = await mapiFindNext(session, { seed: id })
    }
    expect(subjects).toEqual(['Message 1', 'Message 2', 'Message 3', 'Message 0', 'Message 4'])
    expect(await mapiFindNext(session, { messageType: 'REPORT' })).toBeDefined()
  })

  it('finds only messages that have not been read', async () => {
    const first = await mapiSaveMail(session, { subject: 'First', dateReceived: new Date(0) })
    const second = await mapiSaveMail(session, { subject: 'Second', dateReceived: new Date(1000) })
    const inbox = await session.store.openFolder(session.store.logon.folders.inbox!)
    await inbox.setReadFlags([], { read: false })
    expect(await mapiFindNext(session, { unreadOnly: true })).toBe(first)
    await mapiReadMail(session, first)
    expect(await mapiFindNext(session, { unreadOnly: true })).toBe(second)
  })

  it('deletes a message once', async () => {
    const id = await mapiSaveMail(session, LETTER)
    await mapiDeleteMail(session, id)
    await expectError(mapiDeleteMail(session, id), ErrorCode.NotFound)
    await expectError(mapiReadMail(session, id), ErrorCode.NotFound)
    await expectError(mapiReadMail(session, 'nonsense'), ErrorCode.InvalidParameter)
  })

  it('resolves names', async () => {
    expect(await mapiResolveName(session, 'Ann')).toEqual({
      recipClass: 'to',
      name: 'Ann Adams',
      entryId: entryIdOf(1, 0),
    })
    expect(await mapiResolveName(session, 'Dora <dora@example.com>')).toMatchObject({
      name: 'Dora',
      address: 'SMTP:dora@example.com',
    })
    await expectError(mapiResolveName(session, 'Bob'), ErrorCode.AmbiguousRecipient)
    await expectError(mapiResolveName(session, 'Nobody'), ErrorCode.NotFound)
  })

  it('has recipients chosen', async () => {
    const chosen = await mapiAddress(session, [], async () => [{ recipClass: 'bcc', name: 'Ann' }])
    expect(chosen).toEqual([{ recipClass: 'bcc', name: 'Ann Adams', entryId: entryIdOf(1, 0) }])
    await expectError(
      mapiAddress(session, [], async () => undefined),
      ErrorCode.UserCanceled,
    )
  })

  it('shows the details of somebody', async () => {
    const entry = await mapiDetails(session, { recipClass: 'to', name: 'Ann' })
    expect(await entry.get(PidTagDisplayName)).toBe('Ann Adams')
    const nobody = { recipClass: 'to', name: 'x', entryId: entryIdOf(1, 99) } as const
    await expectError(mapiDetails(session, nobody), ErrorCode.NotFound)
  })
})
