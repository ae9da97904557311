import { ErrorCode, MapiError, PropertyError, type TaggedValue } from '@bourse/mapi'
import {
  abortSubmit,
  getAddressTypes,
  getTransportFolder,
  optionsData,
  SpoolerLockState,
  SubmitFlags,
  setSpooler,
  spoolerLockMessage,
  submitMessage,
  transportNewMail,
  transportSend,
} from '@bourse/wire/rop'
import { handler } from './handler.ts'
import { fromString8 } from './string8.ts'

const LOCK_STATES = new Map([
  [SpoolerLockState.lstLock, 'lock'],
  [SpoolerLockState.lstUnlock, 'unlock'],
  [SpoolerLockState.lstFinished, 'finished'],
] as const)

export const transportHandlers = [
  // RopSubmitMessage: [MS-OXOMSG] 3.2.5.1
  handler(submitMessage, async (call) => {
    const { message } = call.input('message')
    const { submitFlags } = call.request
    call.requireFlags(submitFlags, SubmitFlags.PreProcess | SubmitFlags.NeedsSpooler)
    await message.submit({
      preprocess: (submitFlags & SubmitFlags.PreProcess) !== 0,
      needsSpooler: (submitFlags & SubmitFlags.NeedsSpooler) !== 0,
    })
    return {}
  }),
  // RopAbortSubmit: [MS-OXOMSG] 3.2.5.2
  handler(abortSubmit, async (call) => {
    const { store } = call.input('logon')
    await store.abortSubmit(call.request.folderId, call.request.messageId)
    return {}
  }),
  // RopGetAddressTypes: [MS-OXOMSG] 3.2.5.3
  handler(getAddressTypes, async (call) => ({
    body: { addressTypes: await call.input('logon').store.getAddressTypes() },
  })),
  // RopSetSpooler: [MS-OXOMSG] 3.2.5.4
  handler(setSpooler, async (call) => {
    await call.input('logon').store.setSpooler()
    return {}
  }),
  // RopSpoolerLockMessage: [MS-OXOMSG] 3.2.5.5
  handler(spoolerLockMessage, async (call) => {
    const { store } = call.input('logon')
    const state = (LOCK_STATES as ReadonlyMap<number, 'lock' | 'unlock' | 'finished'>).get(
      call.request.lockState,
    )
    if (state === undefined) throw new MapiError(ErrorCode.InvalidParameter)
    await store.spoolerLock(call.request.messageId, state)
    return {}
  }),
  // RopTransportSend: [MS-OXOMSG] 3.2.5.6
  handler(transportSend, async (call) => {
    const bag = await call.input('message').message.transportSend()
    const propertyValues: TaggedValue[] = []
    for (const [tag, value] of bag) if (!(value instanceof PropertyError)) propertyValues.push({ tag, value })
    return { body: { noPropertiesReturned: propertyValues.length === 0, propertyValues } }
  }),
  // RopTransportNewMail: [MS-OXOMSG] 3.2.5.7
  handler(transportNewMail, async (call) => {
    const { store } = call.input('logon')
    const { messageId, folderId, messageClass, messageFlags } = call.request
    await store.transportNewMail({
      messageId,
      folderId,
      messageFlags,
      messageClass: fromString8(call.session, messageClass),
    })
    return {}
  }),
  // RopGetTransportFolder: [MS-OXOMSG] 3.2.5.9
  handler(getTransportFolder, async (call) => ({
    body: { folderId: await call.input('logon').store.getTransportFolder() },
  })),
  // RopOptionsData: [MS-OXOMSG] 3.2.5.8
  handler(optionsData, async (call) => {
    const { options, helpFile, helpFileName } = await call
      .input('logon')
      .store.getOptionsData(fromString8(call.session, call.request.addressType))
    return {
      body: {
        optionsInfo: options,
        helpFile,
        ...(helpFile.length > 0 ? { helpFileName: helpFileName ?? '' } : {}),
      },
    }
  }),
]
