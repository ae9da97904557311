import {
  type AddressBook,
  conversationIndexCodec,
  ErrorCode,
  fileTimeFromDate,
  MapiError,
  PidLidFlagRequest,
  PidLidTaskDueDate,
  PidLidToDoTitle,
  PidTagAddressType,
  PidTagBody,
  PidTagClientSubmitTime,
  PidTagConversationIndex,
  PidTagConversationTopic,
  PidTagDisplayName,
  PidTagEmailAddress,
  PidTagFlagStatus,
  PidTagHtml,
  PidTagImportance,
  PidTagInReplyToId,
  PidTagInternetMessageId,
  PidTagInternetReferences,
  PidTagLastVerbExecuted,
  PidTagNormalizedSubject,
  PidTagReadReceiptRequested,
  PidTagReplyRecipientEntries,
  PidTagReplyRecipientNames,
  PidTagSentRepresentingAddressType,
  PidTagSentRepresentingEmailAddress,
  PidTagSentRepresentingName,
  PidTagSubject,
  PidTagSubjectPrefix,
  Row,
} from '@bourse/mapi'
import { decodeWith } from '@bourse/mapi/bytes'
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest'
import { dnOf } from '../../../store/test/support/fixture.ts'
import type { MailMessage, MailSession } from '../../src/mail/index.ts'
import { type EngineSession, openEngineSession } from './engine-session.ts'

const ADDRESS_BOOK: Partial<AddressBook> = {
  resolveNames: async ([name]) => {
    if (name === 'Bob') {
      const columns = [PidTagDisplayName, PidTagAddressType, PidTagEmailAddress]
      return [{ kind: 'resolved', entry: new Row(columns, ['Bob Baker', 'EX', dnOf('bob')]) }]
    }
    return [{ kind: name === 'B' ? 'ambiguous' : 'unresolved' }]
  },
}

describe('a message', () => {
  let opened: EngineSession
  let session: MailSession

  beforeEach(async () => {
    opened = await openEngineSession(ADDRESS_BOOK)
    session = opened.session
  })

  afterEach(() => session[Symbol.asyncDispose]())

  /** A message from Ann to the owner of the mailbox and Carl, with a copy to Dora. */
  async function received(body: { text?: string; html?: string } = { text: 'Hello' }): Promise<MailMessage> {
    const inbox = await session.store.inbox()
    const message = await session.store.createMessage(inbox.id)
    await message.setSubject('Plans')
    await message.set(PidTagSentRepresentingName, 'Ann')
    await message.set(PidTagSentRepresentingAddressType, 'SMTP')
    await message.set(PidTagSentRepresentingEmailAddress, 'ann@example.com')
    await message.set(PidTagInternetMessageId, '<1@example.com>')
    await message.set(PidTagInternetReferences, '<0@example.com>')
    await message.set(PidTagClientSubmitTime, fileTimeFromDate(new Date(Date.UTC(2026, 0, 2, 3, 4))))
    if (body.html !== undefined) await message.setHtml(body.html)
    else await message.setText(body.text!)
    const owner = new Row(
      [PidTagDisplayName, PidTagAddressType, PidTagEmailAddress],
      ['owner', 'EX', dnOf('owner')],
    )
    await message.addRecipients('to', [owner, 'Carl <carl@example.com>'])
    await message.addRecipients('cc', 'dora@example.com')
    await message.save()
    return message
  }

  async function addresses(message: MailMessage): Promise<string[]> {
    return (await message.recipients()).map(({ kind, name, address }) => `${kind} ${address ?? name}`)
  }

  it('is read and changed by its properties', async () => {
    const message = await received()
    const read = await message.read([PidTagSubject, PidLidFlagRequest, PidTagBody])
    expectTypeOf(read.values()).toEqualTypeOf<
      readonly [string | undefined, string | undefined, string | undefined]
    >()
    expect(read.values()).toEqual(['Plans', undefined, 'Hello'])
    // @ts-expect-error not read
    expect(read.get(PidTagImportance)).toBeUndefined()
    await message.set(PidLidFlagRequest, 'Call')
    await message.save()
    expect(await message.get(PidLidFlagRequest)).toBe('Call')
    await message.remove(PidLidFlagRequest)
    await message.save()
    expect(await message.get(PidLidFlagRequest)).toBeUndefined()
    expect(await message.from()).toEqual({ name: 'Ann', address: 'ann@example.com' })
  })

  it('has a body in every format', async () => {
    await using text = await received({ text: 'a < b' })
    expect(await text.text()).toBe('a < b')
    expect(await text.html()).toContain('a &lt; b')
    await using html = await received({ html: '<p>Grüße, <b>Ann</b> €</p>' })
    expect(await html.html()).toContain('Grüße, <b>Ann</b> €')
    expect((await html.text()).trim()).toBe('Grüße, Ann €')
    await html.setText('plain again')
    await html.save()
    expect(await html.text()).toBe('plain again')
  })

  it('has long bodies whole', async () => {
    const text = 'long '.repeat(50_000)
    await using message = await received({ text })
    await using again = await session.store.openMessage(message.folderId!, message.id!)
    expect(await again.text()).toBe(text)
    expect((await again.read([PidTagBody])).get(PidTagBody)).toBe(text)
  })

  it('has recipients, by address and by name', async () => {
    await using draft = await session.compose({
      to: ['"Baker, Bob" <bob@example.com>', 'Bob', { address: 'eve@example.com', name: 'Eve' }],
      bcc: 'hidden@example.com',
    })
    expect((await draft.recipients()).map(({ kind, name, address }) => [kind, name, address])).toEqual([
      ['to', 'Baker, Bob', 'bob@example.com'],
      ['to', 'Bob Baker', undefined],
      ['to', 'Eve', 'eve@example.com'],
      ['bcc', 'hidden@example.com', 'hidden@example.com'],
    ])
    await draft.setRecipients('to', 'carl@example.com')
    expect(await addresses(draft)).toEqual(['bcc hidden@example.com', 'to carl@example.com'])
    await expect(session.compose({ to: 'B' })).rejects.toMatchObject({ code: ErrorCode.AmbiguousRecipient })
    await expect(session.compose({ to: 'Nobody' })).rejects.toMatchObject({ code: ErrorCode.NotFound })
  })

  it('has attachments, whole, in pieces and from any source', async () => {
    const large = new Uint8Array(300_000).map((_, i) => i)
    await using draft = await session.compose({
      subject: 'Files',
      attachments: [
        { name: 'a.txt', content: 'Grüße', contentType: 'text/plain' },
        { name: 'A long name.docx', content: new Blob(['blob']) },
        { name: 'logo.png', content: new Uint8Array([1, 2]), contentId: 'logo@1' },
      ],
    })
    async function* pieces() {
      yield large.subarray(0, 100_000)
      yield large.subarray(100_000)
    }
    await draft.attach({ name: 'large.bin', content: pieces() })
    await draft.attach({ name: 'noext', content: new Blob(['stream']).stream() })
    await draft.attach(await received({ text: 'within' }))
    await draft.save()
    const attachments = await draft.attachments()
    expect(attachments.map(({ kind, name }) => [kind, name])).toEqual([
      ['file', 'a.txt'],
      ['file', 'A long name.docx'],
      ['file', 'logo.png'],
      ['file', 'large.bin'],
      ['file', 'noext'],
      ['message', 'Plans'],
    ])
    expect(attachments[0]).toMatchObject({ contentType: 'text/plain', contentId: undefined, isHidden: false })
    expect(attachments[2]).toMatchObject({ contentId: 'logo@1', isHidden: true })
    expect(new TextDecoder().decode(await attachments[0]!.bytes())).toBe('Grüße')
    expect(Buffer.compare(await attachments[3]!.bytes(), large)).toBe(0)
    expect(new TextDecoder().decode(await attachments[4]!.bytes())).toBe('stream')
    const lengths: number[] = []
    for await (const piece of attachments[3]!.stream()) lengths.push(piece.length)
    expect(lengths.reduce((sum, length) => sum + length)).toBe(large.length)
    {
      await using within = await attachments[5]!.openMessage()
      expect([await within.subject(), (await within.text()).trim()]).toEqual(['Plans', 'within'])
      expect(await addresses(within)).toContain('to carl@example.com')
      await expect(within.delete()).rejects.toBeInstanceOf(MapiError)
    }
    await attachments[0]!.remove()
    await draft.save()
    expect(await draft.attachments()).toHaveLength(5)
  })

  it('is marked, moved, copied and deleted', async () => {
    const message = await received()
    await message.markUnread()
    expect(await message.isRead()).toBe(false)
    await message.markRead()
    expect(await message.isRead()).toBe(true)
    const drafts = await session.store.drafts()
    await message.copyTo(drafts)
    await message.moveTo(drafts)
    expect(await drafts.count()).toBe(2)
    const [id] = await drafts.messageIds()
    await (await drafts.openMessage(id!)).delete()
    expect([await drafts.count(), await (await session.store.deletedItems()).count()]).toEqual([1, 1])
  })

  it('is flagged, done and unflagged', async () => {
    const message = await received()
    const due = Temporal.PlainDate.from('2026-03-04')
    await message.flag({ due, request: 'Call', remind: new Date() })
    const flagged = [PidTagFlagStatus, PidLidFlagRequest, PidLidToDoTitle, PidLidTaskDueDate] as const
    expect((await message.read(flagged)).values()).toEqual([
      2,
      'Call',
      'Plans',
      fileTimeFromDate(new Date('2026-03-04T00:00Z')),
    ])
    await message.completeFlag()
    expect(await message.get(PidTagFlagStatus)).toBe(1)
    await message.clearFlag()
    expect((await message.read(flagged)).values()).toEqual([undefined, undefined, undefined, undefined])
  })

  it('is composed, saved and sent', async () => {
    const draft = await session.compose({
      to: 'bob@example.com',
      subject: 'RE: Lunch?',
      html: '<p>At one?</p>',
      importance: 'high',
      receipts: ['read'],
      replyTo: ['ann@example.com', 'Eve <eve@example.com>'],
      from: 'Team <team@example.com>',
    })
    const id = await draft.save()
    const drafts = await session.store.drafts()
    {
      await using saved = await drafts.openMessage(id)
      const read = await saved.read([
        PidTagSubjectPrefix,
        PidTagNormalizedSubject,
        PidTagConversationTopic,
        PidTagImportance,
        PidTagReadReceiptRequested,
        PidTagReplyRecipientNames,
        PidTagSentRepresentingEmailAddress,
      ])
      expect(read.values()).toEqual([
        'RE: ',
        'Lunch?',
        'Lunch?',
        2,
        true,
        'ann@example.com;Eve',
        'team@example.com',
      ])
      expect(await saved.get(PidTagHtml)).toBeDefined()
      expect(await saved.get(PidTagReplyRecipientEntries)).toBeDefined()
    }
    await draft.send()
    expect(opened.sent).toEqual([id])
  })

  describe('is answered', () => {
    it('to its sender', async () => {
      const original = await received()
      await using draft = await original.reply({ text: 'Yes.', timeZone: 'UTC', locale: 'en-GB' })
      expect(await draft.subject()).toBe('RE: Plans')
      expect(await addresses(draft)).toEqual(['to ann@example.com'])
      const text = (await draft.text()).replaceAll('\r\n', '\n').replace('Friday, 2', 'Friday 2')
      expect(text).toContain(
        'Yes.\n\n-----Original Message-----\nFrom: Ann <ann@example.com>\nSent: Friday 2 January 2026 at 03:04\nTo: owner; Carl\nCc: dora@example.com\nSubject: Plans\n\nHello',
      )
      const thread = await draft.read([
        PidTagInReplyToId,
        PidTagInternetReferences,
        PidTagConversationTopic,
        PidTagConversationIndex,
      ])
      expect(thread.values().slice(0, 3)).toEqual([
        '<1@example.com>',
        '<0@example.com> <1@example.com>',
        'Plans',
      ])
      const index = decodeWith(conversationIndexCodec, thread.get(PidTagConversationIndex)!)
      const parent = await original.get(PidTagConversationIndex)
      expect(index.responseLevels).toHaveLength(parent === undefined ? 0 : 1)
    })

    it('again and again in one conversation', async () => {
      await using first = await session.compose({ to: 'bob@example.com', subject: 'Topic' })
      await first.save()
      await using second = await first.reply()
      await second.save()
      await using third = await second.reply()
      const [a, b, c] = await Promise.all(
        [first, second, third].map(async (message) =>
          decodeWith(conversationIndexCodec, (await message.get(PidTagConversationIndex))!),
        ),
      )
      expect([a!.guid, b!.guid]).toEqual([b!.guid, c!.guid])
      expect([a, b, c].map((index) => index!.responseLevels.length)).toEqual([0, 1, 2])
      expect(await third.subject()).toBe('RE: Topic')
    })

    it('to all, but not to oneself', async () => {
      const original = await received()
      await using draft = await original.replyAll({ text: 'Yes.', cc: 'Bob', quote: 'none' })
      expect(await addresses(draft)).toEqual([
        'to ann@example.com',
        'to carl@example.com',
        'cc dora@example.com',
        'cc Bob Baker',
      ])
      expect((await draft.text()).trim()).toBe('Yes.')
    })

    it('to those it asks for', async () => {
      const original = await session.compose({ replyTo: 'list@example.com', subject: 'x' })
      await original.save()
      await using draft = await original.reply()
      expect(await addresses(draft)).toEqual(['to list@example.com'])
    })

    it('in HTML, with the pictures it quotes, but no other attachments', async () => {
      const original = await received({
        html: '<html><body class="a"><p>Hi</p><img src="cid:logo"></body></html>',
      })
      await original.attach({ name: 'logo.png', content: new Uint8Array([1]), contentId: 'logo' })
      await original.attach({ name: 'a.txt', content: 'a' })
      await original.save()
      await using draft = await original.reply({ text: '1 < 2' })
      const html = await draft.html()
      expect(html).toMatch(
        /<body class="a"><div>.*1 &lt; 2.*<b>From:<\/b> Ann &lt;ann@example.com&gt;.*<p>Hi<\/p>/s,
      )
      expect((await draft.attachments()).map(({ name }) => name)).toEqual(['logo.png'])
    })

    it('and says so when the answer is sent', async () => {
      const original = await received()
      const draft = await original.reply({ text: 'Yes.' })
      await draft.send()
      const inbox = await session.store.inbox()
      await using again = await inbox.openMessage(original.id!)
      expect(await again.get(PidTagLastVerbExecuted)).toBe(102)
    })
  })

  it('is passed on, inline with its attachments or as one', async () => {
    const original = await received()
    await original.attach({ name: 'a.txt', content: 'a' })
    await original.save()
    await using inline = await original.forward({ to: 'eve@example.com', text: 'FYI' })
    expect(await inline.subject()).toBe('FW: Plans')
    expect(await addresses(inline)).toEqual(['to eve@example.com'])
    expect(await inline.text()).toContain('Hello')
    expect((await inline.attachments()).map(({ name }) => name)).toEqual(['a.txt'])
    expect(await inline.get(PidTagInReplyToId)).toBeUndefined()
    await using attached = await original.forward({ to: 'eve@example.com', as: 'attachment', text: 'FYI' })
    expect((await attached.text()).trim()).toBe('FYI')
    const [within] = await attached.attachments()
    expect(within).toMatchObject({ kind: 'message', name: 'Plans' })
  })
})
