import { bool8, i64, latin1z, reserved, sized, sizedBytes, u8, u16, u32, when } from '@bourse/mapi/bytes'
import { defineRop } from './definition.ts'
import { countOf, folderId, handleIndex, itemsOf, messageId, taggedValues } from './fields.ts'

/** Transport ROPs ([MS-OXCROPS] 2.2.7); what they do is said in [MS-OXOMSG]. */

/** SubmitFlags of RopSubmitMessage ([MS-OXOMSG] 2.2.4.1.1). */
export const SubmitFlags = {
  None: 0x00,
  /** The server is to look at the message before it goes out. */
  PreProcess: 0x01,
  /** A client with its own transport sends the message. */
  NeedsSpooler: 0x02,
} as const

/** RopSubmitMessage ([MS-OXCROPS] 2.2.7.1, [MS-OXOMSG] 2.2.4.1). */
export const submitMessage = defineRop({
  id: 0x32,
  name: 'RopSubmitMessage',
  section: '2.2.7.1',
  request: {
    inputHandleIndex: handleIndex,
    /** Bits of {@link SubmitFlags}. */
    submitFlags: u8,
  },
})

/** RopAbortSubmit ([MS-OXCROPS] 2.2.7.2, [MS-OXOMSG] 2.2.4.2). */
export const abortSubmit = defineRop({
  id: 0x34,
  name: 'RopAbortSubmit',
  section: '2.2.7.2',
  request: { inputHandleIndex: handleIndex, folderId, messageId },
})

/** RopGetAddressTypes ([MS-OXCROPS] 2.2.7.3, [MS-OXOMSG] 2.2.4.3). */
export const getAddressTypes = defineRop({
  id: 0x49,
  name: 'RopGetAddressTypes',
  section: '2.2.7.3',
  request: { inputHandleIndex: handleIndex },
  success: {
    addressTypeCount: countOf(u16, 'addressTypes'),
    /** AddressTypeSize and AddressTypes, such as `SMTP` and `EX`. */
    addressTypes: sized(u16, itemsOf('addressTypes', latin1z)),
  },
})

/** RopSetSpooler ([MS-OXCROPS] 2.2.7.4, [MS-OXOMSG] 2.2.5.1). */
export const setSpooler = defineRop({
  id: 0x47,
  name: 'RopSetSpooler',
  section: '2.2.7.4',
  request: { inputHandleIndex: handleIndex },
})

/** LockState of RopSpoolerLockMessage ([MS-OXOMSG] 2.2.5.3.1). */
export const SpoolerLockState = {
  /** The client is going to send the message. */
  lstLock: 0x00,
  /** It isn't any more. */
  lstUnlock: 0x01,
  /** It has. */
  lstFinished: 0x02,
} as const

/** RopSpoolerLockMessage ([MS-OXCROPS] 2.2.7.5, [MS-OXOMSG] 2.2.5.3). */
export const spoolerLockMessage = defineRop({
  id: 0x48,
  name: 'RopSpoolerLockMessage',
  section: '2.2.7.5',
  request: {
    inputHandleIndex: handleIndex,
    messageId,
    /** One of {@link SpoolerLockState}. */
    lockState: u8,
  },
})

/** RopTransportSend ([MS-OXCROPS] 2.2.7.6, [MS-OXOMSG] 2.2.5.4). */
export const transportSend = defineRop({
  id: 0x4a,
  name: 'RopTransportSend',
  section: '2.2.7.6',
  request: { inputHandleIndex: handleIndex },
  success: {
    noPropertiesReturned: bool8,
    /** PropertyValueCount and PropertyValues, unless `noPropertiesReturned`: what to copy to the sent message. */
    propertyValues: when(
      (parent: { noPropertiesReturned: boolean }) => !parent.noPropertiesReturned,
      taggedValues,
    ),
  },
})

/** RopTransportNewMail ([MS-OXCROPS] 2.2.7.7, [MS-OXOMSG] 2.2.5.5). */
export const transportNewMail = defineRop({
  id: 0x51,
  name: 'RopTransportNewMail',
  section: '2.2.7.7',
  request: {
    inputHandleIndex: handleIndex,
    messageId,
    folderId,
    messageClass: latin1z,
    /** PidTagMessageFlags ([MS-OXCMSG] 2.2.1.6). */
    messageFlags: u32,
  },
})

/** RopGetTransportFolder ([MS-OXCROPS] 2.2.7.8, [MS-OXOMSG] 2.2.5.2). */
export const getTransportFolder = defineRop({
  id: 0x6d,
  name: 'RopGetTransportFolder',
  section: '2.2.7.8',
  request: { inputHandleIndex: handleIndex },
  success: {
    /** The folder that holds messages on their way out. */
    folderId: i64,
  },
})

/** RopOptionsData ([MS-OXCROPS] 2.2.7.9, [MS-OXOMSG] 2.2.4.4). */
export const optionsData = defineRop({
  id: 0x6f,
  name: 'RopOptionsData',
  section: '2.2.7.9',
  request: {
    inputHandleIndex: handleIndex,
    addressType: latin1z,
    /** Whether the help file is to be one for 32-bit machines. */
    wantWin32: bool8,
  },
  success: {
    reserved: reserved(u8, 0x01),
    /** Opaque; clients ignore it. */
    optionsInfo: sizedBytes(u16),
    helpFile: sizedBytes(u16),
    /** There if `helpFile` is not empty. */
    helpFileName: when((parent: { helpFile: Uint8Array }) => parent.helpFile.length > 0, latin1z),
  },
})

/** All ROPs of [MS-OXCROPS] 2.2.7. */
export const transportRops = [
  submitMessage,
  abortSubmit,
  getAddressTypes,
  setSpooler,
  spoolerLockMessage,
  transportSend,
  transportNewMail,
  getTransportFolder,
  optionsData,
] as const
