import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  ErrorCode,
  globcntOf,
  type Notification,
  PidTagBody,
  PidTagMessageFlags,
  PidTagSubject,
} from '@bourse/mapi'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ANONYMOUS } from '../../src/access/principal.ts'
import { beginDelivery, wasDelivered } from '../../src/delivery/delivery.ts'
import { waitingMessages } from '../../src/delivery/outgoing.ts'
import { StoreEngine } from '../../src/engine.ts'
import type { StoreObject } from '../../src/object/store-object.ts'
import { expectError } from '../support/behaviour.ts'

const GUID = '11111111-2222-3333-4444-555555555555'

describe('delivery', () => {
  let folder: string
  let engine: StoreEngine
  let store: StoreObject

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bourse-delivery-'))
    engine = await StoreEngine.open(folder)
    await engine.createMailbox({
      kind: 'private',
      guid: GUID,
      ownerDn: '/o=x/cn=ann',
      displayName: 'Ann',
      quotas: { receive: 200_000 },
    })
    store = await engine.logOn(GUID, { ...ANONYMOUS, key: '/o=x/cn=ann', displayName: 'Ann' })
  })

  afterEach(async () => {
    await engine[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true, force: true })
  })

  async function deliver(key: string, text = 'Hello'): Promise<boolean> {
    const { message, save } = await beginDelivery(store.logon, globcntOf(store.logon.folders.inbox!), key)
    await message.setProperties([
      [PidTagSubject, key],
      [PidTagBody, text],
    ])
    return save()
  }

  it('makes unread mail that is no draft, and tells of it', async () => {
    const seen: Notification[] = []
    const folderId = store.logon.folders.inbox!
    await using _ = await store.subscribe({ events: ['newMail'], folderId }, (each) => seen.push(...each))
    expect(await deliver('one')).toBe(true)
    await using inbox = await store.openFolder(store.logon.folders.inbox!)
    await using table = await inbox.contentsTable()
    const { rows } = await (await table.setColumns([PidTagSubject, PidTagMessageFlags])).queryRows(10)
    expect(rows).toHaveLength(1)
    expect(rows[0]!.get(PidTagMessageFlags)! & 0x9).toBe(0)
    expect(seen).toMatchObject([{ kind: 'newMail', messageClass: 'IPM.Note' }])
  })

  it('delivers under one key once, also after the mailbox was closed', async () => {
    expect(await wasDelivered(store.logon, 'key')).toBe(false)
    expect(await deliver('key')).toBe(true)
    expect(await wasDelivered(store.logon, 'key')).toBe(true)
    expect(await deliver('key')).toBe(false)
    await engine.closeMailbox(GUID)
    store = await engine.logOn(GUID, { ...ANONYMOUS, key: '/o=x/cn=ann', displayName: 'Ann' })
    expect(await deliver('key')).toBe(false)
    expect(await deliver('other')).toBe(true)
  })

  it('refuses what there is no room for, and may be tried again', async () => {
    await expectError(deliver('large', 'x'.repeat(300_000)), ErrorCode.ShutoffQuotaExceeded)
    expect(await deliver('large', 'small')).toBe(true)
  })

  it('finds what waits to be sent', async () => {
    expect(await waitingMessages(await engine.openMailbox(GUID))).toEqual([])
  })
})
