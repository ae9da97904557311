import {
  AttachMethod,
  fileTimeFromDate,
  type MessageStore,
  PidTagAttachDataBinary,
  PidTagAttachLongFilename,
  PidTagAttachMethod,
  PidTagDisplayName,
  PidTagMessageDeliveryTime,
  PidTagRead,
  PidTagSenderSmtpAddress,
  PidTagSubject,
} from '@bourse/mapi'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openFixture, type StoreFixture } from '../../packages/store/test/support/fixture.ts'
import { fileInvoices } from './file-invoices.ts'
import { saveAttachments } from './save-attachments.ts'
import { listUnread } from './unread-mail.ts'

describe('the examples', () => {
  let fixture: StoreFixture
  let store: MessageStore

  beforeEach(async () => {
    fixture = await openFixture()
    store = await fixture.store()
  })

  afterEach(() => fixture.dispose())

  async function receive(subject: string, sender = 'ann@example.com', second = 5): Promise<bigint> {
    const inbox = store.logon.folders.inbox!
    await using message = await store.createMessage(inbox)
    await message.setProperties([
      [PidTagSubject, subject],
      [PidTagSenderSmtpAddress, sender],
      [PidTagMessageDeliveryTime, fileTimeFromDate(new Date(Date.UTC(2026, 0, 2, 3, 4, second)))],
    ])
    const id = await message.save()
    await using folder = await store.openFolder(inbox)
    await folder.setReadFlags([id], { read: false })
    return id
  }

  it('unread-mail lists what is unread and marks what came from one sender', async () => {
    await receive('Hello')
    const id = await receive('Trusted', 'bob@example.com', 4)
    expect(await listUnread(store, 'bob@example.com')).toEqual([
      '2026-01-02T03:04:05Z  ann@example.com  Hello',
      '2026-01-02T03:04:04Z  bob@example.com  Trusted',
    ])
    await using message = await store.openMessage(store.logon.folders.inbox!, id)
    expect(await message.get(PidTagRead)).toBe(true)
    expect(await listUnread(store, 'bob@example.com')).toHaveLength(1)
  })

  it('save-attachments saves files, piece by piece', async () => {
    const contents = new Uint8Array(300_000).map((_, i) => i)
    await using message = await store.createMessage(store.logon.folders.inbox!)
    await using attachment = await message.createAttachment()
    await attachment.setProperties([
      [PidTagAttachMethod, AttachMethod.byValue],
      [PidTagAttachLongFilename, 'data.bin'],
      [PidTagAttachDataBinary, contents],
    ])
    await attachment.save()
    await message.save()
    const saved = new Map<string, Uint8Array>()
    const count = await saveAttachments(message, async (name, pieces) => {
      const parts: Uint8Array[] = []
      for await (const piece of pieces) parts.push(piece)
      saved.set(name, Buffer.concat(parts))
    })
    expect(count).toBe(1)
    expect([...saved.keys()]).toEqual(['data.bin'])
    expect(Buffer.compare(saved.get('data.bin')!, contents)).toBe(0)
  })

  it('file-invoices moves what is there', async () => {
    await receive('Your INVOICE 1')
    await receive('Lunch?')
    const filed = vi.fn()
    await using _ = await fileInvoices(store, filed)
    await vi.waitFor(() => expect(filed).toHaveBeenCalledWith(1))
    await using inbox = await store.openFolder(store.logon.folders.inbox!)
    await using hierarchy = await inbox.hierarchyTable()
    const table = await hierarchy.setColumns([PidTagDisplayName])
    expect((await table.queryRows(10)).rows.map((row) => row.values())).toEqual([['Invoices']])
    await using contents = await inbox.contentsTable()
    expect((await contents.queryPosition()).rowCount).toBe(1)
  })
})
