import {
  ErrorCode,
  fileTimeFromDate,
  oneOffEntryId,
  PidLidAddressBookProviderArrayType,
  PidLidAddressBookProviderEmailList,
  PidLidBirthdayLocal,
  PidLidEmail1DisplayName,
  PidLidEmail1OriginalEntryId,
  PidLidFileUnder,
  PidLidNoteColor,
  PidLidPercentComplete,
  PidLidTaskComplete,
  PidLidTaskDueDate,
  PidLidTaskState,
  PidLidTaskStatus,
  PidLidWorkAddress,
  PidNameKeywords,
  PidTagBirthday,
  PidTagIconIndex,
  PidTagMessageClass,
  PidTagNormalizedSubject,
  PidTagPostalCode,
  PidTagSubject,
  PidTagSurname,
} from '@bourse/mapi'
import { decodeWith } from '@bourse/mapi/bytes'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { asc, type MailSession, startsWith } from '../../src/mail/index.ts'
import { openEngineSession } from '../mail/engine-session.ts'

let session: MailSession

beforeEach(async () => {
  session = (await openEngineSession()).session
})

afterEach(() => session[Symbol.asyncDispose]())

describe('contacts', () => {
  it('are made with what others need to show and to address them', async () => {
    const contacts = await session.store.contacts()
    const ann = await contacts.create({
      givenName: 'Ann',
      surname: 'Adams',
      company: 'Example',
      emails: [{ address: 'ann@example.com' }, { address: 'a@home.example', name: 'Ann at home' }],
      phones: { mobile: '+49 1', business: '+49 2' },
      addresses: { business: { street: 'Street 1', city: 'Town', postalCode: '12345', country: 'Land' } },
      birthday: Temporal.PlainDate.from('1990-02-03'),
      categories: ['Friends'],
      text: 'Met in March',
    })
    expect(ann).toMatchObject({
      displayName: 'Ann Adams',
      fileUnder: 'Adams, Ann',
      company: 'Example',
      emails: [{ address: 'ann@example.com' }, { address: 'a@home.example', name: 'Ann at home' }],
      phones: { mobile: '+49 1', business: '+49 2' },
      addresses: { business: { street: 'Street 1', city: 'Town', postalCode: '12345', country: 'Land' } },
      categories: ['Friends'],
      importance: 'normal',
    })
    expect(ann.birthday?.toString()).toBe('1990-02-03')
    expect(await ann.text()).toContain('Met in March')

    await using message = await ann.open()
    const read = await message.read([
      PidTagMessageClass,
      PidTagSubject,
      PidTagIconIndex,
      PidLidFileUnder,
      PidLidEmail1DisplayName,
      PidLidAddressBookProviderEmailList,
      PidLidAddressBookProviderArrayType,
      PidLidWorkAddress,
      PidTagPostalCode,
      PidTagBirthday,
      PidLidBirthdayLocal,
    ])
    expect(read.values()).toEqual([
      'IPM.Contact',
      'Ann Adams',
      0x200,
      'Adams, Ann',
      'Ann Adams (ann@example.com)',
      [0, 1],
      0b11,
      'Street 1\r\nTown, 12345\r\nLand',
      '12345',
      fileTimeFromDate(new Date('1990-02-03T11:59Z')),
      fileTimeFromDate(new Date('1990-02-03T00:00Z')),
    ])
    const entryId = decodeWith(oneOffEntryId, (await message.get(PidLidEmail1OriginalEntryId))!)
    expect(entryId).toMatchObject({ addressType: 'SMTP', emailAddress: 'ann@example.com' })
  })

  it('change as far as is said, and keep the rest', async () => {
    const contacts = await session.store.contacts()
    const ann = await contacts.create({ givenName: 'Ann', surname: 'Adams', phones: { home: '1' } })
    {
      await using message = await ann.open()
      await message.set(PidNameKeywords, ['Other program'])
      await message.save()
    }
    const married = await ann.change({ surname: 'Baker', phones: {}, emails: [{ address: 'b@example.com' }] })
    expect(married).toMatchObject({
      displayName: 'Ann Baker',
      fileUnder: 'Baker, Ann',
      phones: {},
      categories: ['Other program'],
    })
    const renamed = await married.change({ displayName: 'Annie', givenName: undefined })
    expect(renamed).toMatchObject({ displayName: 'Annie', givenName: undefined })
    const later = await renamed.change({ surname: 'Carter' })
    expect(later).toMatchObject({ displayName: 'Annie', surname: 'Carter' })
    await expect(
      later.change({ emails: ['a', 'b', 'c', 'd'].map((address) => ({ address })) }),
    ).rejects.toThrow(RangeError)
  })

  it('are listed, found and deleted', async () => {
    const contacts = await session.store.contacts()
    for (const surname of ['Carter', 'Adams', 'Baker']) await contacts.create({ surname })
    {
      await using other = await session.store.createMessage(contacts.folder.id)
      await other.set(PidTagMessageClass, 'IPM.DistList')
      await other.setSubject('A list')
      await other.save()
    }
    const names = async (query = {}) =>
      Array.fromAsync(contacts.list({ orderBy: asc(PidTagSurname), ...query }), (contact) => contact.surname)
    expect(await names()).toEqual(['Adams', 'Baker', 'Carter'])
    expect(await names({ where: startsWith(PidTagSurname, 'B') })).toEqual(['Baker'])
    const [first] = await Array.fromAsync(contacts.list({ limit: 1, orderBy: asc(PidTagSurname) }))
    await first!.delete()
    expect(await names()).toEqual(['Baker', 'Carter'])
    const list = await contacts.folder.messageIds(startsWith(PidTagSubject, 'A list'))
    await expect(contacts.get(list[0]!)).rejects.toMatchObject({ code: ErrorCode.InvalidObject })
  })
})

describe('tasks', () => {
  it('are made, done and opened again', async () => {
    const tasks = await session.store.tasks()
    const task = await tasks.create({
      subject: 'RE: not a prefix',
      due: Temporal.PlainDate.from('2026-05-31'),
      reminder: Temporal.Instant.from('2026-05-30T08:00Z'),
      importance: 'high',
    })
    expect(task).toMatchObject({
      subject: 'RE: not a prefix',
      status: 'notStarted',
      importance: 'high',
      owner: 'owner',
    })
    expect([task.due?.toString(), task.reminder?.toString(), task.start]).toEqual([
      '2026-05-31',
      '2026-05-30T08:00:00Z',
      undefined,
    ])
    {
      await using message = await task.open()
      const read = await message.read([
        PidTagMessageClass,
        PidTagNormalizedSubject,
        PidLidTaskState,
        PidLidTaskDueDate,
        PidTagIconIndex,
      ])
      expect(read.values()).toEqual([
        'IPM.Task',
        'RE: not a prefix',
        1,
        fileTimeFromDate(new Date('2026-05-31T00:00Z')),
        0x500,
      ])
    }
    const done = await task.change({ percentComplete: 1 })
    expect(done).toMatchObject({ status: 'complete', percentComplete: 1 })
    expect(done.completed).toBeDefined()
    {
      await using message = await done.open()
      const read = await message.read([PidLidTaskStatus, PidLidPercentComplete, PidLidTaskComplete])
      expect(read.values()).toEqual([2, 1, true])
    }
    const again = await done.change({ status: 'inProgress', reminder: undefined })
    expect(again).toMatchObject({ status: 'inProgress', percentComplete: 0, completed: undefined })
    expect(again.reminder).toBeUndefined()
    expect(await Array.fromAsync(tasks.list(), ({ subject }) => subject)).toEqual(['RE: not a prefix'])
  })
})

describe('notes', () => {
  it('have a text, of which the first line is the subject, and a color', async () => {
    const notes = await session.store.notes()
    const note = await notes.create({ text: 'Milk\nBread', color: 'green' })
    expect(note).toMatchObject({ subject: 'Milk', color: 'green' })
    expect(await note.text()).toMatch(/^Milk\r?\nBread/)
    const changed = await note.change({ text: 'Eggs' })
    expect(changed).toMatchObject({ subject: 'Eggs', color: 'green' })
    await using message = await note.open()
    expect((await message.read([PidTagMessageClass, PidLidNoteColor, PidTagIconIndex])).values()).toEqual([
      'IPM.StickyNote',
      1,
      0x301,
    ])
  })
})
