import type { Guid } from '@bourse/mapi'
import { PidTagSubject, type PropertyTag } from '@bourse/mapi'
import {
  createMessage,
  deleteMessages,
  getContentsTable,
  openFolder,
  PrivateFolder,
  queryRows,
  saveChangesMessage,
  setColumns,
  setProperties,
} from '@bourse/wire/rop'
import { describe, expect, it } from 'vitest'
import type { MailboxWork } from '../../src/administration/mailbox-work.ts'
import { silentLog } from '../../src/log/index.ts'
import { Maintenance } from '../../src/maintenance/index.ts'
import { isCheckDay, untilTimeOfDay } from '../../src/maintenance/maintenance.ts'
import { dnOf, type LiveServer, startLiveServer } from '../support/live-server.ts'

const START = 60_000

/** Of GetContentsTable ([MS-OXCFOLD] 2.2.1.14.1). */
const SOFT_DELETES = 0x20

const SETTINGS = { at: undefined, deletedItemRetention: 1000, checkEvery: 1, repair: true }

const GUIDS = [0, 1, 2, 3, 4, 5].map((n) => `0000000${n}-0000-4000-8000-000000000000` as Guid)

describe('maintenance', () => {
  it('comes at a time of day, today or tomorrow', () => {
    const noon = new Date(2026, 5, 15, 12)
    expect(untilTimeOfDay(12 * 60 + 30, noon)).toBe(30 * 60_000)
    expect(untilTimeOfDay(2 * 60, noon)).toBe(14 * 3_600_000)
    expect(untilTimeOfDay(12 * 60, noon)).toBe(24 * 3_600_000)
  })

  it('checks each mailbox once in so many days, and about as many each day', () => {
    const days = [0, 1, 2].map((day) => GUIDS.filter((guid) => isCheckDay(guid, 20_000 + day, 3)))
    expect(days.map(({ length }) => length)).toEqual([2, 2, 2])
    expect(new Set(days.flat()).size).toBe(GUIDS.length)
    expect(GUIDS.some((guid) => isCheckDay(guid, 20_000, 0))).toBe(false)
  })

  it('goes on with the next mailbox when one cannot be maintained, and tells what it found', async () => {
    const done: MailboxWork[] = []
    const maintenance = new Maintenance({
      settings: SETTINGS,
      mailboxes: async () => GUIDS.slice(0, 3),
      administer: async (work) => {
        if (work.mailbox === GUIDS[1]) throw new Error('broken')
        done.push(work)
        return work.kind === 'check' ? [{ description: 'counts: wrong', repaired: true }] : []
      },
      log: silentLog,
    })
    const reports = await Promise.all([maintenance.run(), maintenance.run()])
    expect(reports[0]).toEqual({ mailboxes: 3, checked: 2, problems: 2, failures: 1 })
    expect(reports[1]).toBe(reports[0])
    expect(done.slice(0, 2)).toEqual([
      { kind: 'removeDeleted', mailbox: GUIDS[0], olderThan: 1000 },
      { kind: 'check', mailbox: GUIDS[0], repair: true, contents: false },
    ])
  })

  it('stops after the mailbox that it is at', async () => {
    const { promise: isHeld, resolve: release } = Promise.withResolvers<void>()
    const seen: Guid[] = []
    const maintenance = new Maintenance({
      settings: { ...SETTINGS, checkEvery: 0 },
      mailboxes: async () => GUIDS,
      administer: async ({ mailbox }) => {
        seen.push(mailbox)
        await isHeld
        return []
      },
      log: silentLog,
    })
    const round = maintenance.run()
    await new Promise((resolve) => setImmediate(resolve))
    const stopped = maintenance.stop()
    release()
    await stopped
    expect((await round).mailboxes).toBe(1)
    expect(seen).toEqual([GUIDS[0]])
    maintenance.start()
  })
})

describe('the maintenance of a running server', () => {
  /** Subjects of what can be recovered in the Inbox of alice, where one message has been deleted. */
  async function recoverable(live: LiveServer, act: () => Promise<unknown>): Promise<readonly unknown[]> {
    const { rops } = await live.connect('alice')
    const { body, handle } = await rops.logOn(dnOf('alice'))
    const { folderIds } = body as unknown as { readonly folderIds: readonly bigint[] }
    const folderId = folderIds[PrivateFolder.inbox]!
    const folder = (await rops.ok(openFolder, handle, { folderId, openModeFlags: 0 })).handle
    const request = { codePageId: 0x0fff, folderId, associatedFlag: false }
    const message = (await rops.ok(createMessage, handle, request)).handle
    await rops.ok(setProperties, message, {
      propertyValues: [{ tag: PidTagSubject as PropertyTag, value: 'Gone' }],
    })
    const saved = await rops.ok(saveChangesMessage, message, { saveFlags: 0xc } as never)
    const { messageId } = saved as unknown as { readonly messageId: bigint }
    await rops.ok(deleteMessages, folder, {
      wantAsynchronous: false,
      notifyNonRead: false,
      messageIds: [messageId],
    } as never)
    await act()
    const table = (await rops.ok(getContentsTable, folder, { tableFlags: SOFT_DELETES })).handle
    await rops.ok(setColumns, table, { setColumnsFlags: 0, propertyTags: [PidTagSubject as PropertyTag] })
    const rows = await rops.ok(queryRows, table, { queryRowsFlags: 0, forwardRead: true, rowCount: 9 })
    return rows.rowData.map((row) => row[0])
  }

  it(
    'removes what was deleted longer ago than settings say, and checks all mailboxes',
    async () => {
      await using kept = await startLiveServer(
        'maintenance: { at: null, deletedItemRetention: 1d, checkEvery: 0 }',
      )
      expect(await recoverable(kept, () => kept.server.maintain())).toEqual(['Gone'])
      await using live = await startLiveServer(
        'maintenance: { at: null, deletedItemRetention: 0ms, checkEvery: 1 }',
      )
      // Three users, a room and the public folders.
      const report = { mailboxes: 5, checked: 5, problems: 0, failures: 0 }
      const act = async () => expect(await live.server.maintain()).toEqual(report)
      expect(await recoverable(live, act)).toEqual([])
    },
    START,
  )
})
