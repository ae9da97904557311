import {
  PidTagAddressType,
  PidTagDisplayName,
  PidTagEmailAddress,
  PidTagMessageFlags,
  PropertyBag,
} from '@bourse/mapi'
import {
  abortSubmit,
  getAddressTypes,
  getTransportFolder,
  OpenMessageFlags,
  optionsData,
  SpoolerLockState,
  SubmitFlags,
  setSpooler,
  spoolerLockMessage,
  submitMessage,
  transportSend,
} from '@bourse/wire/rop'
import { describe, expect, it } from 'vitest'
import { dnOf, useEngine } from './support/engine.ts'
import { get, inNewFolder, reopen } from './support/messages.ts'

const NOT_SUPPORTED = 0x80040102
const NOT_FOUND = 0x8004010f
const ACCESS_DENIED = 0x80070005
const INVALID_PARAMETER = 0x80070057

describe('transport ROPs', () => {
  const fixture = useEngine()

  it('objects of another kind are not supported', async () => {
    const { client, store, folder } = await inNewFolder(fixture)
    expect(await client.code(submitMessage, folder, { submitFlags: 0 })).toBe(NOT_SUPPORTED)
    expect(await client.code(transportSend, store, {})).toBe(NOT_SUPPORTED)
    expect(await client.code(getAddressTypes, folder, {})).toBe(NOT_SUPPORTED)
    expect(await client.code(setSpooler, folder, {})).toBe(NOT_SUPPORTED)
    expect(await client.code(getTransportFolder, folder, {})).toBe(NOT_SUPPORTED)
  })

  it('MS-OXCROPS_R2391 MS-OXCROPS_R2519 MS-OXCROPS_R2538 messages are sent to addresses of some types, by way of the outbox', async () => {
    const { client, store } = await inNewFolder(fixture)
    const { addressTypes } = await client.ok(getAddressTypes, store, {})
    expect(addressTypes).toEqual(expect.arrayContaining(['SMTP', 'EX']))
    await using owner = await fixture.engine.store()
    const { folderId } = await client.ok(getTransportFolder, store, {})
    expect(folderId).toBe(owner.logon.folders.outbox)
    const known = await client.ok(optionsData, store, { addressType: 'SMTP', wantWin32: true } as never)
    expect(known.helpFile).toHaveLength(0)
    const unknown = { addressType: 'X400', wantWin32: true } as never
    expect(await client.code(optionsData, store, unknown)).toBe(0)
  })

  it('MS-OXCROPS_R2426 only the spooler locks messages', async () => {
    const { client, store } = await inNewFolder(fixture)
    const lock = (lockState: number) =>
      client.code(spoolerLockMessage, store, { messageId: 0x0999000000000001n, lockState })
    expect(await lock(SpoolerLockState.lstLock)).toBe(ACCESS_DENIED)
    expect(await client.code(setSpooler, store, {})).toBe(0)
    expect(await lock(SpoolerLockState.lstLock)).toBe(NOT_FOUND)
    expect(await lock(0x03)).toBe(INVALID_PARAMETER)
  })

  it('a message that waits for the spooler can be taken back', async () => {
    const session = await inNewFolder(fixture)
    const { client, store, folderId } = session
    await using owner = await fixture.engine.store()
    const draft = await owner.createMessage(folderId)
    const properties = new PropertyBag([
      [PidTagDisplayName, 'delegate'],
      [PidTagEmailAddress, dnOf('delegate')],
      [PidTagAddressType, 'EX'],
    ])
    await draft.modifyRecipients([{ rowId: 0, recipient: { rowId: 0, type: 1, properties } }])
    const messageId = await draft.save()
    const { handle: message } = await reopen(session, messageId, OpenMessageFlags.ReadWrite)
    expect(await client.code(submitMessage, message, { submitFlags: 0x04 })).toBe(INVALID_PARAMETER)
    await client.ok(submitMessage, message, { submitFlags: SubmitFlags.NeedsSpooler })
    const isSubmitted = async () => ((await get(client, message, PidTagMessageFlags))[0] as number) & 4
    expect(await isSubmitted()).toBe(4)
    expect(await client.code(abortSubmit, store, { folderId, messageId })).toBe(0)
  })

  it('MS-OXCROPS_R2578 MS-OXCROPS_R2577 a message that is sent at once, or with X400, is no error where nothing is sent', async () => {
    const session = await inNewFolder(fixture)
    const { client, store, folderId } = session
    await using owner = await fixture.engine.store()
    const draft = await owner.createMessage(folderId)
    const properties = new PropertyBag([
      [PidTagDisplayName, 'delegate'],
      [PidTagEmailAddress, dnOf('delegate')],
      [PidTagAddressType, 'EX'],
    ])
    await draft.modifyRecipients([{ rowId: 0, recipient: { rowId: 0, type: 1, properties } }])
    const { handle: message } = await reopen(session, await draft.save(), OpenMessageFlags.ReadWrite)
    const sent = await client.ok(transportSend, message, {})
    expect(sent.noPropertiesReturned).toBe(true)
    const asked = await client.ok(optionsData, store, { addressType: 'X400', wantWin32: false } as never)
    expect(asked.optionsInfo).toHaveLength(0)
  })
})
