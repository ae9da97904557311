import { createHash } from 'node:crypto'
import {
  decodePcl,
  decodeXid,
  ErrorCode,
  isMapiError,
  PidTagAttachDataBinary,
  PidTagBody,
  PidTagConversationIndex,
  PidTagDisplayName,
  PidTagDisplayTo,
  PidTagHtml,
  PidTagImportance,
  PidTagMessageClass,
  PidTagMessageDeliveryTime,
  PidTagMessageFlags,
  PidTagNonReceiptNotificationRequested,
  PidTagNormalizedSubject,
  PidTagReadReceiptRequested,
  PidTagRecipientType,
  PidTagSearchKey,
  PidTagSentRepresentingName,
  PidTagSubject,
  PidTagSubjectPrefix,
  PropertyBag,
  type PropertyTag,
  xidToGid,
} from '@bourse/mapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BlobRef } from '../../src/blob/blob-ref.ts'
import type { Change } from '../../src/change/change.ts'
import { insertFolder } from '../../src/folder/insert.ts'
import type { MailboxTransaction } from '../../src/mailbox/mailbox.ts'
import { setQuotas } from '../../src/mailbox/quotas.ts'
import {
  copyMessages,
  deleteMessages,
  getMessage,
  getMessages,
  insertMessage,
  type MessageDraft,
  MessageFlag,
  moveMessages,
  readMessage,
  setMessageStatus,
  setReadFlags,
  setReadState,
  updateMessage,
} from '../../src/message/index.ts'
import { PackedProperties, type StoredValue } from '../../src/record/packed-properties.ts'
import { expectError } from '../support/behaviour.ts'
import { type EngineFixture, openEngineFixture, principalOf } from '../support/fixture.ts'

const OWNER = principalOf('owner')

interface Counts {
  readonly [column: string]: number
}

function draft(values: readonly (readonly [PropertyTag<unknown>, StoredValue])[] = []): MessageDraft {
  return { properties: new Map(values) }
}

describe('rows of messages', () => {
  let fixture: EngineFixture
  let changes: Change[]
  let names = 0

  beforeAll(async () => {
    fixture = await openEngineFixture()
    fixture.mailbox.onChange((committed) => changes.push(...committed))
    changes = []
  })
  afterAll(() => fixture.dispose())

  function write<T>(work: (tx: MailboxTransaction) => Promise<T>): Promise<T> {
    return fixture.mailbox.write(work)
  }

  async function newFolder(): Promise<number> {
    const inbox = fixture.mailbox.info.folders.inbox!
    const fid = await write((tx) => insertFolder(tx, fixture.mailbox, inbox, { name: `Folder ${names++}` }))
    changes = []
    return fid
  }

  function insert(fid: number, message: MessageDraft = draft(), options = {}): Promise<number> {
    return write((tx) => insertMessage(tx, fixture.mailbox, fid, message, options))
  }

  async function row(mid: number): Promise<NonNullable<Awaited<ReturnType<typeof getMessage>>>> {
    return (await fixture.mailbox.read((tx) => getMessage(tx, mid)))!
  }

  async function counts(fid: number): Promise<Counts> {
    const row = await fixture.mailbox.read((tx) =>
      tx.get<Counts>(
        `SELECT message_count AS messages, unread_count AS unread, associated_count AS associated, message_size AS size,
         associated_size, deleted_message_count AS deleted, deleted_associated_count AS deleted_associated, deleted_size,
         deleted_count_total AS deleted_total FROM folder WHERE fid = ?`,
        fid,
      ),
    )
    return { ...row! }
  }

  /** The counts as they follow from the messages that there are. */
  async function recount(fid: number): Promise<Counts> {
    const row = await fixture.mailbox.read((tx) =>
      tx.get<Counts>(
        `SELECT
           COALESCE(SUM(deleted_at IS NULL AND associated = 0), 0) AS messages,
           COALESCE(SUM(deleted_at IS NULL AND associated = 0 AND is_read = 0), 0) AS unread,
           COALESCE(SUM(deleted_at IS NULL AND associated = 1), 0) AS associated,
           COALESCE(SUM(CASE WHEN deleted_at IS NULL AND associated = 0 THEN size ELSE 0 END), 0) AS size,
           COALESCE(SUM(CASE WHEN deleted_at IS NULL AND associated = 1 THEN size ELSE 0 END), 0) AS associated_size,
           COALESCE(SUM(deleted_at IS NOT NULL AND associated = 0), 0) AS deleted,
           COALESCE(SUM(deleted_at IS NOT NULL AND associated = 1), 0) AS deleted_associated,
           COALESCE(SUM(CASE WHEN deleted_at IS NOT NULL THEN size ELSE 0 END), 0) AS deleted_size
         FROM message WHERE fid = ?`,
        fid,
      ),
    )
    return { ...row! }
  }

  async function expectCounts(...fids: number[]): Promise<void> {
    for (const fid of fids) expect(await counts(fid)).toMatchObject(await recount(fid))
  }

  async function tombstones(fid: number): Promise<number[]> {
    return fixture.mailbox.read((tx) =>
      tx.column('SELECT id FROM tombstone WHERE fid = ? AND is_folder = 0 ORDER BY id', fid),
    )
  }

  describe('inserting', () => {
    it('repeats in columns what tables sort and filter by', async () => {
      const fid = await newFolder()
      const mid = await insert(
        fid,
        draft([
          [PidTagSubject, 'RE: Ärger im Büro'],
          [PidTagSentRepresentingName, 'Élodie'],
          [PidTagMessageDeliveryTime, 132_000_000_000_000_000n],
          [PidTagImportance, 2],
          [PidTagMessageClass, 'IPM.Note.Custom'],
        ]),
      )
      expect(await row(mid)).toMatchObject({
        fid,
        subject_key: 'arger im buro',
        sender_key: 'elodie',
        delivery_time: '132000000000000000',
        importance: 2,
        class_key: 'ipm.note.custom',
        has_attachments: 0,
        associated: 0,
        is_read: 0,
      })
    })

    it('keeps the subject in its parts and adds what every message has', async () => {
      const mid = await insert(await newFolder(), draft([[PidTagSubject, 'RE: Hello']]))
      const props = new PackedProperties((await row(mid)).props)
      expect(props.get(PidTagSubject)).toBeUndefined()
      expect(props.get(PidTagSubjectPrefix)).toBe('RE: ')
      expect(props.get(PidTagNormalizedSubject)).toBe('Hello')
      expect(props.get(PidTagMessageClass)).toBe('IPM.Note')
      expect(props.get(PidTagSearchKey)).toHaveLength(16)
      expect(props.get(PidTagDisplayTo)).toBe('')
      expect(props.get(PidTagMessageFlags)).toBeUndefined()
    })

    it('gives change key and predecessor change list of the change', async () => {
      const mid = await insert(await newFolder())
      const { cn, change_key, pcl } = await row(mid)
      const xid = decodeXid(change_key)
      expect(xidToGid(xid)).toEqual({
        databaseGuid: fixture.mailbox.info.replicaGuid,
        globalCounter: cn,
      })
      expect(decodePcl(pcl)).toEqual([xid])
    })

    it('tells of the message and of the counts of its folder', async () => {
      const fid = await newFolder()
      const mid = await insert(fid, draft(), { newMail: true })
      expect(changes).toEqual([
        expect.objectContaining({ object: 'folder', kind: 'modified', fid, messageCount: 1, unreadCount: 1 }),
        expect.objectContaining({
          object: 'message',
          kind: 'created',
          fid,
          mid,
          associated: false,
          newMail: { messageClass: 'IPM.Note', messageFlags: MessageFlag.Unmodified },
        }),
      ])
    })

    it('into a folder that is not there does nothing', async () => {
      const before = await fixture.mailbox.read((tx) => tx.column('SELECT COUNT(*) FROM message'))
      await expect(insert(999_999)).rejects.toSatisfy((error) => isMapiError(error, ErrorCode.NotFound))
      expect(await fixture.mailbox.read((tx) => tx.column('SELECT COUNT(*) FROM message'))).toEqual(before)
    })
  })

  describe('changing', () => {
    it('makes a new change key and keeps what went into the message in its list', async () => {
      const fid = await newFolder()
      const foreign = Uint8Array.from([...new Uint8Array(16).fill(7), 0, 0, 0, 0, 0, 9])
      const mid = await insert(fid, draft(), { changeKey: foreign })
      const before = await row(mid)
      expect(before.change_key).toEqual(foreign)
      await write((tx) => updateMessage(tx, fixture.mailbox, mid, { properties: new Map() }))
      const after = await row(mid)
      expect(after.cn).toBeGreaterThan(before.cn)
      expect(decodePcl(after.pcl)).toEqual(
        expect.arrayContaining([decodeXid(foreign), decodeXid(after.change_key)]),
      )
    })

    it('that somebody else was faster with fails', async () => {
      const mid = await insert(await newFolder())
      const { cn } = await row(mid)
      const change = (): Promise<unknown> =>
        write((tx) =>
          updateMessage(
            tx,
            fixture.mailbox,
            mid,
            { properties: new Map([[PidTagBody, 'x']]) },
            { baseCn: cn },
          ),
        )
      await change()
      await expect(change()).rejects.toSatisfy((error) => isMapiError(error, ErrorCode.ObjectModified))
    })

    it('leaves recipients and attachments alone that did not change', async () => {
      const fid = await newFolder()
      const mid = await insert(fid, {
        properties: new Map(),
        recipients: [
          {
            rowId: 0,
            properties: new Map<PropertyTag<unknown>, StoredValue>([
              [PidTagRecipientType, 1],
              [PidTagDisplayName, 'Ann'],
            ]),
          },
        ],
        attachments: [
          { number: 0, properties: new Map([[PidTagAttachDataBinary, new Uint8Array(50_000)]]) },
          { number: 1, properties: new Map([[PidTagAttachDataBinary, Uint8Array.of(1)]]) },
        ],
      })
      const { size } = await row(mid)
      expect(size).toBeGreaterThan(50_000)
      const record = (await fixture.mailbox.read((tx) => readMessage(tx, fixture.mailbox, mid)))!
      await write((tx) => updateMessage(tx, fixture.mailbox, mid, { properties: record.properties }))
      expect(await fixture.mailbox.read((tx) => readMessage(tx, fixture.mailbox, mid))).toEqual({
        ...record,
        properties: expect.anything(),
      })
      await write((tx) =>
        updateMessage(tx, fixture.mailbox, mid, {
          properties: record.properties,
          attachments: new Map([[0, undefined]]),
        }),
      )
      const after = (await fixture.mailbox.read((tx) => readMessage(tx, fixture.mailbox, mid)))!
      expect(after.attachments.map(({ number }) => number)).toEqual([1])
      expect((await row(mid)).size).toBeLessThan(10_000)
      await expectCounts(fid)
    })
  })

  describe('copying and moving', () => {
    it('makes a message of its own with the same search key', async () => {
      const from = await newFolder()
      const to = await newFolder()
      const mid = await insert(from, draft([[PidTagSubject, 'x']]))
      const [copy] = await write((tx) => copyMessages(tx, fixture.mailbox, [mid], from, to))
      const original = await row(mid)
      const copied = await row(copy!.mid)
      expect(copied.fid).toBe(to)
      expect(copied.props).toEqual(original.props)
      expect(copied.change_key).not.toEqual(original.change_key)
      expect(changes.at(-2)).toMatchObject({
        kind: 'copied',
        fid: to,
        mid: copy!.mid,
        oldFid: from,
        oldMid: mid,
      })
      await expectCounts(from, to)
    })

    it('moves a message to a new counter, and remembers where it was', async () => {
      const from = await newFolder()
      const to = await newFolder()
      const mid = await insert(from, {
        properties: new Map([[PidTagHtml, new Uint8Array(20_000)]]),
        attachments: [{ number: 3, properties: new Map([[PidTagAttachDataBinary, Uint8Array.of(1)]]) }],
      })
      const before = (await fixture.mailbox.read((tx) => readMessage(tx, fixture.mailbox, mid)))!
      const pcl = (await row(mid)).pcl
      const [moved] = await write((tx) => moveMessages(tx, fixture.mailbox, [mid], from, to))
      expect(await fixture.mailbox.read((tx) => getMessage(tx, mid))).toBeUndefined()
      expect(await fixture.mailbox.read((tx) => readMessage(tx, fixture.mailbox, moved!.mid))).toEqual(before)
      expect((await row(moved!.mid)).pcl).not.toEqual(pcl)
      expect(await tombstones(from)).toEqual([mid])
      await fixture.mailbox.blobs.collect()
      const html = before.properties.get(PidTagHtml) as BlobRef
      expect(html).toBeInstanceOf(BlobRef)
      const bytes = await fixture.mailbox.read((tx) => fixture.mailbox.blobs.readAll(tx, html))
      expect(bytes).toHaveLength(20_000)
      await expectCounts(from, to)
    })

    it('passes over what is not in the folder', async () => {
      const from = await newFolder()
      const other = await newFolder()
      const mid = await insert(other)
      expect(await write((tx) => moveMessages(tx, fixture.mailbox, [mid, 999_999], from, other))).toEqual([])
      expect(await write((tx) => copyMessages(tx, fixture.mailbox, [mid, 999_999], from, other))).toEqual([])
    })

    it('recovers a deleted message', async () => {
      const fid = await newFolder()
      const mid = await insert(fid)
      await write((tx) => deleteMessages(tx, fixture.mailbox, fid, [mid], { hard: false }))
      const [back] = await write((tx) => moveMessages(tx, fixture.mailbox, [mid], fid, fid))
      expect((await row(back!.mid)).deleted_at).toBeNull()
      expect(await tombstones(fid)).toEqual([mid])
      expect(changes.at(-2)).toMatchObject({ kind: 'created', fid, mid: back!.mid })
      await expectCounts(fid)
    })
  })

  describe('deleting', () => {
    it('softly keeps the message out of the counts, to be deleted for good later', async () => {
      const fid = await newFolder()
      const mids = [await insert(fid), await insert(fid, draft(), { associated: true })]
      expect(await write((tx) => deleteMessages(tx, fixture.mailbox, fid, mids, { hard: false }))).toBe(2)
      expect(await write((tx) => deleteMessages(tx, fixture.mailbox, fid, mids, { hard: false }))).toBe(0)
      expect(await counts(fid)).toMatchObject({
        messages: 0,
        associated: 0,
        deleted: 1,
        deleted_associated: 1,
      })
      await expectCounts(fid)
      changes = []
      expect(await write((tx) => deleteMessages(tx, fixture.mailbox, fid, mids, { hard: true }))).toBe(2)
      expect(changes).toEqual([])
      expect(await counts(fid)).toMatchObject({
        deleted: 0,
        deleted_associated: 0,
        deleted_size: 0,
        deleted_total: 2,
      })
      expect(await tombstones(fid)).toEqual(mids)
    })

    it('for good leaves nothing behind', async () => {
      const fid = await newFolder()
      const html = crypto.getRandomValues(new Uint8Array(30_000))
      const mid = await insert(fid, {
        properties: new Map([[PidTagHtml, html]]),
        attachments: [{ number: 0, properties: new Map([[PidTagAttachDataBinary, Uint8Array.of(1)]]) }],
      })
      await write((tx) => deleteMessages(tx, fixture.mailbox, fid, [mid], { hard: true }))
      expect(await fixture.mailbox.blobs.collect()).toBe(1)
      for (const table of ['message', 'attachment', 'blob_reference']) {
        expect(
          await fixture.mailbox.read((tx) => tx.column(`SELECT mid FROM ${table} WHERE mid = ?`, mid)),
        ).toEqual([])
      }
    })

    it('does not touch other folders', async () => {
      const fid = await newFolder()
      const other = await newFolder()
      const mid = await insert(other)
      expect(await write((tx) => deleteMessages(tx, fixture.mailbox, fid, [mid], { hard: true }))).toBe(0)
      expect((await row(mid)).deleted_at).toBeNull()
    })
  })

  describe('receipts', () => {
    const asked = draft([
      [PidTagReadReceiptRequested, true],
      [PidTagNonReceiptNotificationRequested, true],
    ])
    let due: { readonly kind: string; readonly mid: number }[]

    beforeAll(() => {
      fixture.mailbox.hooks.receiptDue = async (_tx, { kind, message }) => {
        due.push({ kind, mid: message.mid })
      }
    })
    afterAll(() => {
      delete fixture.mailbox.hooks.receiptDue
    })

    it('are due once, when a message is read', async () => {
      due = []
      const mid = await insert(await newFolder(), asked)
      await write((tx) => setReadState(tx, fixture.mailbox, mid, true, OWNER))
      await write((tx) => setReadState(tx, fixture.mailbox, mid, false, OWNER))
      await write((tx) => setReadState(tx, fixture.mailbox, mid, true, OWNER))
      expect(due).toEqual([{ kind: 'read', mid }])
    })

    it('are not due when they are suppressed or withdrawn', async () => {
      due = []
      for (const flags of [{ read: true, suppressReceipt: true }, { clear: 'read' }] as const) {
        const mid = await insert(await newFolder(), asked)
        await write((tx) => setReadFlags(tx, fixture.mailbox, mid, flags, OWNER))
        await write((tx) => setReadFlags(tx, fixture.mailbox, mid, { read: true }, OWNER))
      }
      expect(due).toEqual([])
    })

    it('are due without reading where only they are wanted', async () => {
      due = []
      const mid = await insert(await newFolder(), asked)
      await write((tx) => setReadFlags(tx, fixture.mailbox, mid, { receiptOnly: true }, OWNER))
      expect(due).toEqual([{ kind: 'read', mid }])
      expect((await row(mid)).is_read).toBe(0)
    })

    it('are due when a message is deleted unread, if that is to be told', async () => {
      due = []
      const fid = await newFolder()
      const [told, untold, read] = [
        await insert(fid, asked),
        await insert(fid, asked),
        await insert(fid, asked),
      ]
      await write((tx) =>
        setReadFlags(tx, fixture.mailbox, read, { read: true, suppressReceipt: true }, OWNER),
      )
      await write((tx) =>
        deleteMessages(tx, fixture.mailbox, fid, [told, read], { hard: true, notifyNonRead: OWNER }),
      )
      await write((tx) => deleteMessages(tx, fixture.mailbox, fid, [untold], { hard: true }))
      expect(due).toEqual([{ kind: 'nonRead', mid: told }])
    })
  })

  it('a read state has change numbers of its own', async () => {
    const mid = await insert(await newFolder())
    const before = await row(mid)
    await write((tx) => setReadState(tx, fixture.mailbox, mid, true, OWNER))
    const after = await row(mid)
    expect(after.read_cn).toBeGreaterThan(before.read_cn)
    expect(after.cn).toBe(before.cn)
    expect(BigInt(after.local_commit)).toBeGreaterThanOrEqual(BigInt(before.local_commit))
  })

  it('a status that does not change tells nobody', async () => {
    const mid = await insert(await newFolder())
    changes = []
    expect(await write((tx) => setMessageStatus(tx, mid, 0, 0xffff))).toBe(0)
    expect(changes).toEqual([])
    expect(await write((tx) => setMessageStatus(tx, 999_999, 0, 1))).toBeUndefined()
  })

  it('many messages are read in the order asked for', async () => {
    const fid = await newFolder()
    const mids = await write(async (tx) => {
      const made: number[] = []
      for (let i = 0; i < 150; i++) made.push(await insertMessage(tx, fixture.mailbox, fid, draft()))
      return made
    })
    const asked = [...mids].reverse()
    asked.splice(10, 0, 999_999)
    const rows = await fixture.mailbox.read((tx) => getMessages(tx, asked))
    expect(rows.map(({ mid }) => mid)).toEqual([...mids].reverse())
  })

  it('a conversation is known by its index or by its topic', async () => {
    const fid = await newFolder()
    const topic = draft([[PidTagSubject, 'RE: Budget']])
    const [first, second] = [
      await insert(fid, topic),
      await insert(fid, draft([[PidTagSubject, 'FW: budget']])),
    ]
    expect((await row(first)).conversation).toEqual((await row(second)).conversation)
    const other = await insert(fid, draft([[PidTagConversationIndex, new Uint8Array(22)]]))
    expect((await row(other)).conversation).toEqual(new Uint8Array(createHash('md5').digest()))
  })
})

describe('quotas', () => {
  it('stand against what clients save, and against sending', async () => {
    const fixture = await openEngineFixture()
    try {
      const { mailbox } = fixture
      const store = await fixture.store()
      const inbox = store.logon.folders.inbox!
      const save = async (bytes: number): Promise<bigint> => {
        const message = await store.createMessage(inbox)
        await message.setProperties([[PidTagHtml, new Uint8Array(bytes)]])
        return message.save()
      }
      const id = await save(50_000)
      await mailbox.write((tx) => setQuotas(tx, { receive: 100_000 }))
      await save(20_000)
      await expectError(save(50_000), ErrorCode.ShutoffQuotaExceeded)
      const grown = await store.openMessage(inbox, id, { mode: 'readWrite' })
      await grown.setProperties([[PidTagBody, 'x'.repeat(20_000)]])
      await grown.setProperties([[PidTagHtml, new Uint8Array(70_000)]])
      await expectError(grown.save(), ErrorCode.ShutoffQuotaExceeded)
      await (await store.openFolder(inbox)).deleteMessages([id])
      await save(50_000)
      await mailbox.write((tx) => setQuotas(tx, { send: 1000 }))
      const sent = await store.createMessage(inbox)
      await sent.setProperties([[PidTagBody, 'x'.repeat(1000)]])
      await sent.modifyRecipients([
        {
          rowId: 0,
          recipient: { rowId: 0, type: 1, properties: new PropertyBag([[PidTagDisplayName, 'Ann']]) },
        },
      ])
      await expectError(sent.submit(), ErrorCode.QuotaExceeded)
      await mailbox.write((tx) => setQuotas(tx, { submitSize: 10 }))
      await expectError(sent.submit(), ErrorCode.MaxSubmissionExceeded)
    } finally {
      await fixture.dispose()
    }
  })
})
