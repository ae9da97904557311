import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import {
  descending,
  ErrorCode,
  namedTags,
  PidLidReminderSet,
  PidTagAttachDataBinary,
  PidTagBody,
  PidTagDisplayName,
  PidTagEntryId,
  PidTagMessageClass,
  PidTagMessageDeliveryTime,
  PidTagMid,
  PidTagSubject,
  PropertyBag,
  sortBy,
} from '@bourse/mapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { comfortable, type MailFolder, type MailSession } from '../../src/mail/index.ts'
import { PstStore, pstStoreProvider } from '../../src/node/pst/index.ts'
import { openSession } from '../../src/session/index.ts'
import { testMessageStoreProvider } from '../../src/testing/index.ts'
import { openEngineSession } from '../mail/engine-session.ts'

/** Files that `pst-extractor` brings along for its own tests. */
const TESTDATA = join(
  dirname(createRequire(import.meta.url).resolve('pst-extractor/package.json')),
  'example/testdata',
)
const PST = join(TESTDATA, 'enron.pst')
const OST = join(TESTDATA, 'pstextractortest@outlook.com.ost')

function openPst(path: string): Promise<MailSession> {
  const settings = { path }
  const services = [{ name: 'archive', kind: 'messageStore', provider: 'pst', settings } as const]
  return openSession({ name: 'archive', services }).then(comfortable)
}

describe('a PST file', () => {
  let session: MailSession

  beforeAll(async () => {
    session = await openPst(PST)
  })

  afterAll(() => session[Symbol.asyncDispose]())

  it('is a message store of a profile, with its folders', async () => {
    const root = await session.store.root()
    expect(await root.name()).toBe('Top of Personal Folders')
    expect(await Array.fromAsync(root.folders(), ({ name }) => name)).toEqual(['Deleted Items', 'lokay-m'])
    expect(await (await session.store.deletedItems()).name()).toBe('Deleted Items')
    const all = await Array.fromAsync(root.folders({ recursive: true }))
    expect(all.map(({ name, messageCount }) => [name, messageCount])).toContainEqual([
      'TW-Commercial Group',
      14,
    ])
    const systems = await session.store.folder('lokay-m/MLOKAY (Non-Privileged)/Systems')
    expect([await systems.count(), await systems.unreadCount()]).toEqual([7, 0])
    await expect(session.store.folder('Nothing')).rejects.toMatchObject({ code: ErrorCode.NotFound })
    await expect(session.store.inbox()).rejects.toMatchObject({ code: ErrorCode.NotFound })
  })

  it('has messages in tables, sorted and restricted', async () => {
    const folder = await session.store.folder('lokay-m/MLOKAY (Non-Privileged)/TW-Commercial Group')
    const table = await (await folder.raw.contentsTable()).setColumns([PidTagMid, PidTagMessageDeliveryTime])
    await table.sort(sortBy(descending(PidTagMessageDeliveryTime)))
    const { rows } = await table.queryRows(100)
    expect(rows).toHaveLength(14)
    const times = rows.map((row) => row.get(PidTagMessageDeliveryTime) ?? 0n)
    expect(times).toEqual([...times].sort((a, b) => (a < b ? 1 : -1)))
    expect(await folder.raw.contentsTable({ associated: true })).toBeDefined()
  })

  it('has messages with their properties, bodies and recipients', async () => {
    const personal = await session.store.folder('lokay-m/MLOKAY (Non-Privileged)/Personal')
    const listed = await Array.fromAsync(personal.messages({ select: [PidTagSubject, PidTagMessageClass] }))
    expect(listed).toHaveLength(47)
    expect(new Set(listed.map((message) => message.get(PidTagMessageClass)))).toContain('IPM.Note')
    // The mark before the prefix is no part of a subject.
    for (const message of listed) expect(message.get(PidTagSubject)?.charCodeAt(0)).not.toBe(1)
    let bodies = 0
    let recipients = 0
    for (const { id } of listed) {
      await using message = await personal.openMessage(id)
      if ((await message.text()) !== '') bodies++
      recipients += (await message.recipients()).length
      expect(message.raw.summary.recipientCount).toBe((await message.recipients()).length)
    }
    expect(bodies).toBeGreaterThan(40)
    expect(recipients).toBeGreaterThan(40)
    await using stream = await (await personal.openMessage(listed[0]!.id)).raw.openStream(PidTagBody)
    expect(await stream.getSize()).toBe(
      (await (await personal.openMessage(listed[0]!.id)).get(PidTagBody))!.length * 2,
    )
  })

  it('has attachments, whole and as streams', async () => {
    const root = await session.store.root()
    const sizes: number[] = []
    for await (const { id, messageCount } of root.folders({ recursive: true })) {
      if (messageCount === 0) continue
      const folder = await session.store.openFolder(id)
      for await (const { id: messageId } of folder.messages({ select: [] })) {
        await using message = await folder.openMessage(messageId)
        for (const attachment of await message.attachments()) {
          if (attachment.kind !== 'file') continue
          const whole = await attachment.bytes()
          await using raw = await attachment.open()
          expect((await raw.get(PidTagAttachDataBinary))!.length).toBe(whole.length)
          sizes.push(whole.length)
        }
      }
    }
    expect(sizes.length).toBeGreaterThan(0)
    expect(Math.max(...sizes)).toBeGreaterThan(10_000)
  })

  it('has IDs and names that can be asked for', async () => {
    const { raw } = session.store
    const root = raw.logon.folders.ipmSubtree!
    const long = await raw.longTermIdFromId(root)
    expect(await raw.idFromLongTermId(long)).toBe(root)
    await expect(
      raw.idFromLongTermId({ ...long, databaseGuid: '11111111-2222-3333-4444-555555555555' }),
    ).rejects.toMatchObject({
      code: ErrorCode.NotFound,
    })
    const [reminder] = await namedTags(raw, [PidLidReminderSet])
    expect(reminder >>> 16).toBeGreaterThanOrEqual(0x8000)
    expect(await raw.getPropertyNames([reminder >>> 16])).toMatchObject([
      { set: PidLidReminderSet.set, lid: 0x8503 },
    ])
    await using folder = await raw.openFolder(root)
    expect((await folder.get(PidTagEntryId))!).toHaveLength(46)
    expect((await folder.getProperties([PidTagDisplayName, PidTagBody])).error(PidTagBody)).toBe(
      ErrorCode.NotFound,
    )
  })

  it('has messages that can be copied into a mailbox', async () => {
    const { session: mailbox } = await openEngineSession()
    try {
      const personal = await session.store.folder('lokay-m/MLOKAY (Non-Privileged)/Personal')
      const ids = await personal.messageIds()
      const imported = await (await mailbox.store.root()).createFolder('Imported')
      await personal.copyMessages(ids.slice(0, 5), imported)
      const subjects = (folder: MailFolder) =>
        Array.fromAsync(folder.messages({ limit: 5 }), (message) => message.get(PidTagSubject) ?? '')
      expect((await subjects(imported)).sort()).toEqual((await subjects(personal)).sort())
      await using copy = await imported.openMessage((await imported.messageIds())[0]!)
      expect(await copy.text()).not.toBe('')
    } finally {
      await mailbox[Symbol.asyncDispose]()
    }
  })

  it('is only read', async () => {
    const folder = await session.store.folder('lokay-m')
    await expect(folder.rename('x')).rejects.toMatchObject({ code: ErrorCode.AccessDenied })
    await expect(folder.createFolder('x')).rejects.toMatchObject({ code: ErrorCode.AccessDenied })
    await expect(session.store.createMessage(folder.id)).rejects.toMatchObject({
      code: ErrorCode.AccessDenied,
    })
    await expect(folder.raw.exportContents({} as never)).rejects.toMatchObject({
      code: ErrorCode.NotSupported,
    })
    const personal = await session.store.folder('lokay-m/MLOKAY (Non-Privileged)/Personal')
    const [id] = await personal.messageIds()
    await expect(personal.markRead([id!])).rejects.toMatchObject({ code: ErrorCode.AccessDenied })
    await expect(
      session.store.raw.openMessage(personal.id, id!, { mode: 'readWrite' }),
    ).rejects.toMatchObject({ code: ErrorCode.AccessDenied })
    await using message = await personal.openMessage(id!)
    await expect(message.save()).rejects.toMatchObject({ code: ErrorCode.AccessDenied })
    expect(await message.raw.setProperties(new PropertyBag()).catch((error) => error.code)).toBe(
      ErrorCode.AccessDenied,
    )
    await using watch = personal.watch()
    await watch.ready
  })
})

testMessageStoreProvider({ describe, it }, pstStoreProvider, {
  settings: { path: PST },
  wrongSettings: {},
  access: 'readOnly',
})

describe('an OST file', () => {
  it('is a copy of a mailbox', async () => {
    await using session = await openPst(OST)
    const inbox = await session.store.inbox()
    const subjects = await Array.fromAsync(inbox.messages(), (message) => message.get(PidTagSubject))
    expect(subjects).toHaveLength(10)
    expect(await (await session.store.sentItems()).count()).toBe(2)
    // No property says where these are, but what they hold does.
    expect(await (await session.store.tasks()).folder.name()).toBe('Tasks')
    for await (const listed of inbox.messages()) {
      await using message = await listed.open()
      for (const attachment of await message.attachments()) {
        if (attachment.kind !== 'message') continue
        await using within = await attachment.openMessage()
        expect(await within.subject()).not.toBe('')
      }
    }
  })
})

describe('what is no PST file', () => {
  it('is refused', async () => {
    expect(() => PstStore.open('/no/such/file.pst')).toThrow('there is no file')
    const directory = await mkdtemp(join(tmpdir(), 'bourse-pst-'))
    try {
      const path = join(directory, 'text.pst')
      await writeFile(path, 'this is no PST file '.repeat(100))
      await expect(openPst(path)).rejects.toMatchObject({ code: ErrorCode.CorruptStore })
    } finally {
      await rm(directory, { recursive: true })
    }
    expect(pstStoreProvider.validate!({})).toHaveLength(1)
    expect(pstStoreProvider.validate!({ path: 'x.pst' })).toEqual([])
  })
})
