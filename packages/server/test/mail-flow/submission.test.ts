import {
  ErrorCode,
  fileTimeFromDate,
  isMapiError,
  type MessageStore,
  PidTagBody,
  PidTagDeferredSendTime,
  PidTagDeleteAfterSubmit,
  PidTagEntryId,
  PidTagExpiryTime,
  PidTagFolderId,
  PidTagMessageFlags,
  PidTagSentMailEntryId,
  PidTagSentMailSvrEID,
  PidTagSentRepresentingEmailAddress,
  PidTagSubject,
} from '@bourse/mapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSmallOrganization, type SmallOrganization } from './support/small-organization.ts'

const SUBMITTED = 0x4
const UNSENT = 0x8

describe('submission', { timeout: 60_000 }, () => {
  let organization: SmallOrganization
  let ann: MessageStore
  let bob: MessageStore

  beforeAll(async () => {
    organization = await openSmallOrganization({ pickupDelay: 300 })
    ann = await organization.open('ann')
    bob = await organization.open('bob')
  })
  afterAll(() => organization[Symbol.asyncDispose]())

  async function subjects(store: MessageStore, folderId: bigint): Promise<readonly string[]> {
    const rows = await organization.rows(store, folderId, [PidTagSubject])
    return rows.map((row) => row.get(PidTagSubject) ?? '')
  }

  it('can be called back before it is picked up, and handed over again', async () => {
    await using message = await organization.draft(ann, ['bob'], [[PidTagSubject, 'Back']])
    await message.submit()
    const folderId = ann.logon.folders.outbox!
    await ann.abortSubmit(folderId, message.id!)
    await using draft = await ann.openMessage(folderId, message.id!, { mode: 'readWrite' })
    expect((await draft.get(PidTagMessageFlags))! & (SUBMITTED | UNSENT)).toBe(UNSENT)
    await organization.send(ann, ['bob'], [[PidTagSubject, 'After']])
    await organization.arrived(bob, 'After')
    expect(await subjects(bob, bob.logon.folders.inbox!)).not.toContain('Back')
    await draft.submit()
    await organization.arrived(bob, 'Back')
    await organization.sent(ann)
    await expect(ann.abortSubmit(folderId, message.id!)).rejects.toSatisfy((error) =>
      isMapiError(error, ErrorCode.NotFound),
    )
  })

  it('cannot be called back while it is being sent', async () => {
    await using message = await organization.draft(ann, ['bob'], [[PidTagSubject, 'Too late']])
    let aborted: Promise<unknown> | undefined
    organization.beginning = () => {
      aborted ??= ann.abortSubmit(ann.logon.folders.outbox!, message.id!).catch((error) => error)
    }
    await message.submit()
    await organization.arrived(bob, 'Too late')
    delete organization.beginning
    expect(isMapiError(await aborted, ErrorCode.AbortFailed)).toBe(true)
  })

  it('at once is done when it resolves', async () => {
    await using message = await organization.draft(ann, ['bob'], [[PidTagSubject, 'Now']])
    await message.save()
    expect((await message.transportSend()).size).toBe(0)
    expect(await subjects(bob, bob.logon.folders.inbox!)).toContain('Now')
  })

  it('waits for its time; that it expires meanwhile is for its readers', async () => {
    const at = Date.now() + 900
    await organization.send(
      ann,
      ['bob'],
      [
        [PidTagSubject, 'Later'],
        [PidTagDeferredSendTime, fileTimeFromDate(new Date(at))],
        [PidTagExpiryTime, fileTimeFromDate(new Date(at - 500))],
      ],
    )
    const message = await organization.arrived(bob, 'Later')
    expect(Date.now()).toBeGreaterThanOrEqual(at)
    expect(await message.get(PidTagDeferredSendTime)).toBeUndefined()
    expect(await message.get(PidTagExpiryTime)).toBeDefined()
  })

  it('leaves nothing of what is to be deleted afterwards', async () => {
    await organization.send(
      ann,
      ['bob'],
      [
        [PidTagSubject, 'Gone'],
        [PidTagDeleteAfterSubmit, true],
      ],
    )
    await organization.arrived(bob, 'Gone')
    await organization.sent(ann)
    expect(await subjects(ann, ann.logon.folders.sentItems!)).not.toContain('Gone')
  })

  it('keeps what was sent in the folder that PidTagSentMailEntryId names', async () => {
    await using root = await ann.openFolder(ann.logon.folders.ipmSubtree!)
    const { folder } = await root.createFolder({ displayName: 'Kept' })
    await using kept = folder
    await using message = await organization.draft(ann, ['bob'], [[PidTagSubject, 'Kept']])
    await message.deleteProperties([PidTagSentMailSvrEID])
    await message.setProperties([[PidTagSentMailEntryId, (await kept.get(PidTagEntryId))!]])
    await message.submit()
    await organization.arrived(ann, 'Kept', kept.id)
  })

  it('reaches a public folder that has an address', async () => {
    await organization.send(ann, ['news'], [[PidTagSubject, 'Posted']])
    const store = await organization.open('public')
    const news = async (): Promise<bigint | undefined> => {
      await using top = await store.openFolder(store.logon.folders.ipmSubtree!)
      await using table = await top.hierarchyTable()
      const { rows } = await (await table.setColumns([PidTagFolderId])).queryRows(1)
      return rows[0]?.get(PidTagFolderId)
    }
    await organization.arrived(store, 'Posted', (await news())!)
  })

  it('to a full mailbox comes back', async () => {
    await organization.fill('cid')
    await organization.send(ann, ['cid', 'bob'], [[PidTagSubject, 'Full']])
    const report = await organization.arrived(ann, 'Undeliverable: Full')
    expect(await report.get(PidTagBody)).toContain('The mailbox is full. (5.2.2)')
    await organization.arrived(bob, 'Full')
  })

  it('to a group comes back to who may not send to it', async () => {
    await organization.send(ann, ['closed'], [[PidTagSubject, 'Closed']])
    const report = await organization.arrived(ann, 'Undeliverable: Closed')
    expect(await report.get(PidTagBody)).toContain('Closed does not take mail from this sender. (5.7.1)')
  })

  it('without the right to a name comes back', async () => {
    const ownDn = (await organization.directory.find('ann'))!.legacyDn
    await organization.send(
      bob,
      ['cid', 'someone@elsewhere.test'],
      [
        [PidTagSubject, 'As Ann'],
        [PidTagSentRepresentingEmailAddress, ownDn],
      ],
    )
    const report = await organization.arrived(bob, 'Undeliverable: As Ann')
    expect(await report.get(PidTagBody)).toContain('You may not send mail in the name of')
    expect(await report.getRecipients()).toHaveLength(2)
    expect(organization.queue.size).toBe(0)
  })
})
