import {
  ErrorCode,
  fileTimeFromDate,
  instantToFileTime,
  type NotificationSink,
  PidLidReminderSet,
  PidTagBody,
  PidTagHasAttachments,
  PidTagMessageDeliveryTime,
  PidTagMessageSize,
  PidTagRead,
  PidTagSenderName,
  PidTagSubject,
} from '@bourse/mapi'
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest'
import {
  after,
  and,
  asc,
  before,
  between,
  contains,
  desc,
  equals,
  exists,
  hasAttachment,
  isUnread,
  type MailFolder,
  type MailSession,
  not,
  or,
  startsWith,
} from '../../src/mail/index.ts'
import { type EngineSession, openEngineSession } from './engine-session.ts'

describe('a folder', () => {
  let opened: EngineSession
  let session: MailSession
  let inbox: MailFolder

  beforeEach(async () => {
    opened = await openEngineSession()
    session = opened.session
    inbox = await session.store.inbox()
  })

  afterEach(() => session[Symbol.asyncDispose]())

  async function receive(subject: string, day = 1, folder = inbox): Promise<bigint> {
    await using message = await folder.store.createMessage(folder.id)
    await message.setSubject(subject)
    await message.set(PidTagSenderName, 'Ann')
    await message.set(PidTagMessageDeliveryTime, fileTimeFromDate(new Date(Date.UTC(2026, 0, day))))
    const id = await message.save()
    await folder.markUnread([id])
    return id
  }

  async function subjects(
    query: Parameters<MailFolder['messages']>[0] = {},
  ): Promise<(string | undefined)[]> {
    const list = inbox.messages({
      ...query,
      select: [PidTagSubject],
      orderBy: asc(PidTagMessageDeliveryTime),
    })
    return Array.fromAsync(list, (message) => message.get(PidTagSubject))
  }

  describe('lists messages', () => {
    it('with the properties that were selected, typed, in order', async () => {
      await receive('old invoice', 1)
      await receive('Lunch?', 2)
      await receive('INVOICE 7', 3)
      const lines: unknown[] = []
      for await (const message of inbox.messages({
        select: [PidTagSubject, PidTagSenderName, PidTagMessageDeliveryTime],
        where: and(contains(PidTagSubject, 'invoice'), after(PidTagMessageDeliveryTime, new Date(0))),
        orderBy: desc(PidTagMessageDeliveryTime),
      })) {
        const subject = message.get(PidTagSubject)
        expectTypeOf(subject).toEqualTypeOf<string | undefined>()
        // @ts-expect-error not selected, though its values are text too
        expect(message.get(PidTagBody)).toBeUndefined()
        // @ts-expect-error not selected
        expect(message.get(PidTagMessageSize)).toBeUndefined()
        lines.push([subject, message.get(PidTagSenderName)])
      }
      expect(lines).toEqual([
        ['INVOICE 7', 'Ann'],
        ['old invoice', 'Ann'],
      ])
    })

    it('with named properties, in columns, conditions and order', async () => {
      const id = await receive('with a reminder')
      await receive('without')
      {
        await using message = await inbox.openMessage(id)
        await message.set(PidLidReminderSet, true)
        await message.save()
      }
      const found = await Array.fromAsync(
        inbox.messages({
          select: [PidLidReminderSet, PidTagSubject],
          where: and(equals(PidLidReminderSet, true), exists(PidLidReminderSet)),
          orderBy: [desc(PidLidReminderSet), asc(PidTagSubject)],
        }),
      )
      expect(found.map((message) => message.values())).toEqual([[true, 'with a reminder']])
      expectTypeOf(found[0]!.get(PidLidReminderSet)).toEqualTypeOf<boolean | undefined>()
      expect(await inbox.count(not(exists(PidLidReminderSet)))).toBe(1)
    })

    it('by times in any form', async () => {
      for (const day of [1, 2, 3, 4]) await receive(`day ${day}`, day)
      const second = Temporal.Instant.from('2026-01-02T00:00Z')
      const fourth = Temporal.Instant.from('2026-01-04T00:00Z').toZonedDateTimeISO('Europe/Berlin')
      expect(await subjects({ where: after(PidTagMessageDeliveryTime, second) })).toEqual(['day 3', 'day 4'])
      expect(await subjects({ where: before(PidTagMessageDeliveryTime, instantToFileTime(second)) })).toEqual(
        ['day 1'],
      )
      expect(await subjects({ where: between(PidTagMessageDeliveryTime, second, fourth) })).toEqual([
        'day 2',
        'day 3',
      ])
      expect(await subjects({ where: equals(PidTagMessageDeliveryTime, fourth) })).toEqual(['day 4'])
    })

    it('by any of several conditions', async () => {
      await receive('Re: plans', 1)
      await receive('invoice', 2)
      await receive('other', 3)
      const where = or(startsWith(PidTagSubject, 're:'), equals(PidTagSubject, 'INVOICE'))
      expect(await subjects({ where })).toEqual(['Re: plans', 'invoice'])
      expect(await subjects({ where: not(where) })).toEqual(['other'])
    })

    it('page by page, as many as are wanted', async () => {
      for (let i = 0; i < 120; i++) await receive(`message ${i}`, i + 1)
      expect(await subjects()).toHaveLength(120)
      expect(await subjects({ limit: 60 })).toHaveLength(60)
      expect(await subjects({ limit: 0 })).toEqual([])
      let seen = 0
      for await (const message of inbox.messages()) {
        expect(message.get(PidTagSenderName)).toBe('Ann')
        if (++seen === 3) break
      }
      expect(seen).toBe(3)
    })

    it('while they are moved and marked', async () => {
      for (let i = 0; i < 70; i++) await receive(`message ${i}`, i + 1)
      const archive = await inbox.createFolder('Archive')
      let seen = 0
      for await (const message of inbox.messages({ orderBy: asc(PidTagMessageDeliveryTime) })) {
        if (seen++ % 2 === 0) await message.moveTo(archive)
        else await message.markRead()
      }
      expect(seen).toBe(70)
      expect(await archive.count()).toBe(35)
      expect(await inbox.count(isUnread())).toBe(0)
    })

    it('until the signal aborts', async () => {
      for (let i = 0; i < 3; i++) await receive(`message ${i}`)
      const abort = new AbortController()
      const list = (async () => {
        for await (const _ of inbox.messages({ signal: abort.signal })) abort.abort()
      })()
      await expect(list).rejects.toMatchObject({ code: ErrorCode.UserCanceled })
    })
  })

  it('counts', async () => {
    await receive('one')
    const id = await receive('two')
    await inbox.markRead([id])
    expect(await inbox.count()).toBe(2)
    expect(await inbox.unreadCount()).toBe(1)
    expect(await inbox.count(equals(PidTagSubject, 'two'))).toBe(1)
    expect(await inbox.count(hasAttachment())).toBe(0)
    const read = await inbox
      .messages({ select: [PidTagHasAttachments, PidTagRead], where: not(isUnread()) })
      .next()
    expect(read.value?.values()).toEqual([false, true])
  })

  it('makes, finds, renames, moves and deletes folders', async () => {
    const projects = await inbox.createFolder('Projects')
    await projects.createFolder('2026', { comment: 'this year' })
    await expect(inbox.createFolder('Projects')).rejects.toMatchObject({ code: ErrorCode.CollidingNames })
    const again = await inbox.createFolder('Projects', { openExisting: true })
    expect(again.id).toBe(projects.id)

    const year = await session.store.folder('Inbox/projects/2026')
    expect(await year.name()).toBe('2026')
    expect((await inbox.folder('Projects/2026')).id).toBe(year.id)
    expect((await session.store.folder(['Inbox', 'Projects'])).id).toBe(projects.id)
    expect((await session.store.folder('')).id).toBe((await session.store.root()).id)
    await expect(session.store.folder('Inbox/Nothing')).rejects.toMatchObject({ code: ErrorCode.NotFound })

    await year.rename('2027')
    const names = await Array.fromAsync(inbox.folders({ recursive: true }), (folder) => folder.name)
    expect(names.sort()).toEqual(['2027', 'Projects'])

    const copies = await inbox.createFolder('Copies')
    await projects.copyTo(copies)
    await year.moveTo(inbox, { name: 'Year' })
    expect(await Array.fromAsync(projects.folders())).toEqual([])
    expect(
      (await Array.fromAsync(copies.folders({ recursive: true }))).map(({ name }) => name).sort(),
    ).toEqual(['2027', 'Projects'])

    await projects.delete()
    expect((await session.store.folder('Deleted Items/Projects')).id).toBe(projects.id)
    await copies.delete({ mode: 'forever' })
    expect((await Array.fromAsync(inbox.folders())).map(({ name }) => name)).toEqual(['Year'])
    const [listed] = await Array.fromAsync(inbox.folders())
    expect(listed).toMatchObject({ parentId: inbox.id, containerClass: 'IPF.Note', messageCount: 0 })
    expect((await listed!.open()).id).toBe(year.id)
  })

  it('deletes two folders of one name', async () => {
    await (await inbox.createFolder('Old')).delete()
    await (await inbox.createFolder('Old')).delete()
    const bin = await session.store.deletedItems()
    expect((await Array.fromAsync(bin.folders())).map(({ name }) => name).sort()).toEqual(['Old', 'Old (2)'])
    await bin.empty()
    expect(await Array.fromAsync(bin.folders())).toEqual([])
  })

  it('deletes messages into Deleted Items, from there for recovery, or for good', async () => {
    const bin = await session.store.deletedItems()
    const [a, b, c] = [await receive('a'), await receive('b'), await receive('c')]
    await inbox.deleteMessages([a!])
    expect(await bin.count()).toBe(1)
    await bin.deleteMessages(await bin.messageIds())
    expect(await bin.count()).toBe(0)
    expect(await Array.fromAsync(bin.messages({ kind: 'recoverable' }))).toHaveLength(1)
    await inbox.deleteMessages([b!], { mode: 'recoverable' })
    await inbox.deleteMessages([c!], { mode: 'forever' })
    const left = await Array.fromAsync(inbox.messages({ kind: 'recoverable' }))
    expect(left.map((message) => message.get(PidTagSubject))).toEqual(['b'])
    expect(await inbox.messageIds()).toEqual([])
    await inbox.deleteMessages([])
  })

  it('copies messages', async () => {
    const id = await receive('a')
    await inbox.copyMessages([id], await session.store.drafts())
    expect(await (await session.store.drafts()).count()).toBe(1)
    expect(await inbox.messageIds(equals(PidTagSubject, 'a'))).toEqual([id])
  })

  it('knows the special folders', async () => {
    const { store } = session
    const names = ['calendar', 'contacts', 'tasks', 'notes', 'journal'] as const
    const folders = await Promise.all(names.map((name) => store.specialFolder(name)))
    expect(await Promise.all(folders.map((folder) => folder.name()))).toEqual([
      'Calendar',
      'Contacts',
      'Tasks',
      'Notes',
      'Journal',
    ])
    expect(await (await store.sentItems()).name()).toBe('Sent Items')
    expect(await (await store.outbox()).name()).toBe('Outbox')
    expect(await (await store.junkEmail()).name()).toMatch(/Junk/)
    expect((await store.folder('Calendar')).id).toBe(await store.specialFolderId('calendar'))
  })

  describe('is watched', () => {
    it('also where the connection was lost meanwhile: then it says that it is to be read anew', async () => {
      const { subscribe } = inbox.store.raw
      let tell: NotificationSink = () => {}
      inbox.store.raw.subscribe = (options, sink) => {
        tell = sink
        return subscribe.call(inbox.store.raw, options, sink)
      }
      try {
        await using watch = inbox.watch()
        await watch.ready
        tell([{ kind: 'tableChanged' }])
        const { value } = await watch.next()
        expect(value).toMatchObject({ kind: 'missed', object: 'folder', id: inbox.id })
        await expect(value!.open()).rejects.toThrow('NotFound')
      } finally {
        inbox.store.raw.subscribe = subscribe
      }
    })

    it('for what happens in it', async () => {
      await using watch = inbox.watch({ events: ['created', 'moved', 'deleted'] })
      await watch.ready
      const id = await receive('new')
      const created = (await watch.next()).value!
      expect(created).toMatchObject({ kind: 'created', object: 'message', id, folderId: inbox.id })
      await using message = await created.open()
      expect(await message.subject()).toBe('new')
      const drafts = await session.store.drafts()
      await inbox.moveMessages([id], drafts)
      expect((await watch.next()).value).toMatchObject({ kind: 'moved', direction: 'out' })
    })

    it('until the signal aborts or the loop is left', async () => {
      const abort = new AbortController()
      const watch = inbox.watch({ events: ['created'], signal: abort.signal })
      await watch.ready
      await receive('one')
      const seen: string[] = []
      for await (const change of watch) {
        seen.push(await (await change.open()).subject())
        abort.abort()
      }
      expect(seen).toEqual(['one'])
      expect(await inbox.watch({ signal: abort.signal }).next()).toEqual({ done: true, value: undefined })

      const other = inbox.watch({ events: ['created'] })
      await other.ready
      await receive('two')
      for await (const _ of other) break
      expect(await other.next()).toEqual({ done: true, value: undefined })
    })

    it('and tells of folders too', async () => {
      await using watch = inbox.watch({ events: ['created'] })
      await watch.ready
      const made = await inbox.createFolder('Sub')
      expect((await watch.next()).value).toMatchObject({ object: 'folder', id: made.id })
    })
  })
})
