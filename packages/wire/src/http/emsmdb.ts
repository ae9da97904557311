import {
  type Codec,
  type CodecValue,
  constant,
  latin1z,
  mapped,
  reserved,
  sized,
  sizedBytes,
  struct,
  u32,
  utf16z,
} from '@bourse/mapi/bytes'
import { extendedBuffer, type PackOptions, type UnpackLimits } from '../rpc/index.ts'
import { MailboxRequestType } from './request-type.ts'
import { responseBody } from './response-body.ts'

/** Bytes that the RopBuffer of a request may have ([MS-OXCRPC] 3.1.4.2, `cbIn`). */
export const MAX_ROP_BUFFER_SIZE = 0x0004_0000

/** The most that MaxRopOut may ask for ([MS-OXCRPC] 3.1.4.2, `pcbOut`). */
export const MAX_ROP_OUT = 0x0004_0000

/** The same when the server has told that it has ULTRA_LARGE_PACKED_DOWNLOAD_BUFFERS ([MS-OXCRPC] 3.1.4.2, `pcbOut`). */
export const MAX_ROP_OUT_ULTRA_LARGE = 0x0010_0000

/** Bytes that an AuxiliaryBuffer may have ([MS-OXCRPC] 2.2.1.4, 3.1.4.1 and 3.1.4.2, `cbAuxIn` and `pcbAuxOut`). */
export const MAX_AUXILIARY_BUFFER_SIZE = 0x1008

/** Flags of a Connect request ([MS-OXCRPC] 3.1.4.1, `ulFlags`). */
export const ConnectFlags = {
  /** Asks for the behaviour for administrators; the server checks that the user is one. */
  RequestAdministrator: 0x0000_0001,
  /** Clients before version 12: connect even though the organization has no public folders. */
  IgnoreNoPublicFolders: 0x0000_8000,
} as const

/** Flags of an Execute request ([MS-OXCRPC] 3.1.4.2, `pulFlags`): how the response is to be made. */
export const ExecuteFlags = {
  /** Do not compress the payloads of RopBuffer and AuxiliaryBuffer. */
  NoCompression: 0x0000_0001,
  /** Do not obfuscate them. */
  NoXorMagic: 0x0000_0002,
  /** RopBuffer may hold more than one payload. */
  Chain: 0x0000_0004,
} as const

/**
 * AuxiliaryBufferSize and AuxiliaryBuffer: an extended buffer of auxiliary blocks, or nothing; see
 * `auxiliary/`.
 */
const auxiliaryBuffer = sizedBytes(u32)

/** [MS-OXCMAPIHTTP] 2.2.4.1.1. */
export const connectRequest = struct('Connect request', {
  /** The DN of the user who connects, `/o=…/ou=…/cn=Recipients/cn=…`. */
  userDn: latin1z,
  /** {@link ConnectFlags}. */
  flags: u32,
  /** Code page of 8-bit strings. */
  defaultCodePage: u32,
  /** Language code identifier for sorting. */
  lcidSort: u32,
  /** Language code identifier for all else. */
  lcidString: u32,
  auxiliaryBuffer,
})
export type ConnectRequest = CodecValue<typeof connectRequest>

/** The failure body of Connect, Execute, Disconnect and NotificationWait ([MS-OXCMAPIHTTP] 2.2.4.1.3, 2.2.4.2.3, 2.2.4.3.3, 2.2.4.4.3). */
export const mailboxFailure = struct('failure response', {
  /** Not zero. */
  statusCode: u32,
  auxiliaryBuffer,
})
export type MailboxFailure = CodecValue<typeof mailboxFailure>

/** [MS-OXCMAPIHTTP] 2.2.4.1.2. */
export const connectSuccess = struct('Connect success response', {
  statusCode: constant(u32, 0),
  /** Zero, or one of the return values of [MS-OXCRPC] 3.1.4.1. */
  errorCode: u32,
  /** The longest that a client may wait between two polls, in milliseconds. */
  pollsMax: u32,
  /** How often to retry a request that failed. */
  retryCount: u32,
  /** How long to wait before each retry, in milliseconds. */
  retryDelay: u32,
  /** What the DNs of recipients begin with. */
  dnPrefix: latin1z,
  /** Display name of the user of the request. */
  displayName: utf16z,
  auxiliaryBuffer,
})
export type ConnectSuccess = CodecValue<typeof connectSuccess>

/** [MS-OXCMAPIHTTP] 2.2.4.1.2 and 2.2.4.1.3. */
export const connectResponse = responseBody('Connect response', connectSuccess, mailboxFailure)
export type ConnectResponse = CodecValue<typeof connectResponse>

/** [MS-OXCMAPIHTTP] 2.2.4.2.1. */
export const executeRequest = struct('Execute request', {
  /** {@link ExecuteFlags}. */
  flags: u32,
  /** RopBufferSize and RopBuffer: an extended buffer whose payloads are ROP input buffers. */
  ropBuffer: sizedBytes(u32),
  /** The most bytes that the RopBuffer of the response may have. */
  maxRopOut: u32,
  auxiliaryBuffer,
})
export type ExecuteRequest = CodecValue<typeof executeRequest>

/**
 * The same with the payloads of RopBuffer in its place, to be packed as `options` say: saves a copy of them on either
 * side. Those that are not compressed are read as views of the body.
 */
export function packedExecuteRequest(options: PackOptions, limits: UnpackLimits = {}) {
  return struct('Execute request', {
    /** {@link ExecuteFlags}. */
    flags: u32,
    /** RopBufferSize and RopBuffer: ROP input buffers. */
    payloads: sized(u32, extendedBuffer(options, limits)),
    /** The most bytes that the RopBuffer of the response may have. */
    maxRopOut: u32,
    auxiliaryBuffer,
  })
}
export type PackedExecuteRequest = CodecValue<ReturnType<typeof packedExecuteRequest>>

/** [MS-OXCMAPIHTTP] 2.2.4.2.2. */
export const executeSuccess = struct('Execute success response', {
  statusCode: constant(u32, 0),
  /** Zero, or one of the return values of [MS-OXCRPC] 3.1.4.2. */
  errorCode: u32,
  flags: reserved(u32),
  /** RopBufferSize and RopBuffer: an extended buffer whose payloads are ROP output buffers. */
  ropBuffer: sizedBytes(u32),
  auxiliaryBuffer,
})
export type ExecuteSuccess = CodecValue<typeof executeSuccess>

/** [MS-OXCMAPIHTTP] 2.2.4.2.2 and 2.2.4.2.3. */
export const executeResponse = responseBody('Execute response', executeSuccess, mailboxFailure)
export type ExecuteResponse = CodecValue<typeof executeResponse>

/**
 * [MS-OXCMAPIHTTP] 2.2.4.3.1. As 3.1.5.4 says that a Disconnect request has no body, one that is empty
 * is read as well, with an empty auxiliary buffer; it is always written in full.
 */
export const disconnectRequest = struct('Disconnect request', {
  auxiliaryBuffer: {
    ...auxiliaryBuffer,
    minSize: 0,
    decode: (reader) => (reader.remaining === 0 ? new Uint8Array(0) : auxiliaryBuffer.decode(reader)),
  } satisfies Codec<Uint8Array>,
})
export type DisconnectRequest = CodecValue<typeof disconnectRequest>

/** [MS-OXCMAPIHTTP] 2.2.4.3.2. */
export const disconnectSuccess = struct('Disconnect success response', {
  statusCode: constant(u32, 0),
  /** Zero, or one of the return values of [MS-OXCRPC] 3.1.4.3. */
  errorCode: u32,
  auxiliaryBuffer,
})
export type DisconnectSuccess = CodecValue<typeof disconnectSuccess>

/** [MS-OXCMAPIHTTP] 2.2.4.3.2 and 2.2.4.3.3. */
export const disconnectResponse = responseBody('Disconnect response', disconnectSuccess, mailboxFailure)
export type DisconnectResponse = CodecValue<typeof disconnectResponse>

/** [MS-OXCMAPIHTTP] 2.2.4.4.1. */
export const notificationWaitRequest = struct('NotificationWait request', {
  flags: reserved(u32),
  auxiliaryBuffer,
})
export type NotificationWaitRequest = CodecValue<typeof notificationWaitRequest>

/** [MS-OXCMAPIHTTP] 2.2.4.4.2. */
export const notificationWaitSuccess = struct('NotificationWait success response', {
  statusCode: constant(u32, 0),
  /** Zero, or one of the return values of [MS-OXCRPC] 3.3.4.1. */
  errorCode: u32,
  /** Whether an event waits to be fetched with an Execute request; written as 1 or 0. */
  eventPending: mapped<number, boolean>(
    u32,
    (value) => value !== 0,
    (value) => (value ? 1 : 0),
  ),
  auxiliaryBuffer,
})
export type NotificationWaitSuccess = CodecValue<typeof notificationWaitSuccess>

/** [MS-OXCMAPIHTTP] 2.2.4.4.2 and 2.2.4.4.3. */
export const notificationWaitResponse = responseBody(
  'NotificationWait response',
  notificationWaitSuccess,
  mailboxFailure,
)
export type NotificationWaitResponse = CodecValue<typeof notificationWaitResponse>

/** The body of a PING request, of either endpoint: there is none ([MS-OXCMAPIHTTP] 2.2.6). */
export const pingRequest = struct('PING request', {})
export type PingRequest = CodecValue<typeof pingRequest>

/** The body of a PING response, of either endpoint: there is none ([MS-OXCMAPIHTTP] 2.2.6). */
export const pingResponse = struct('PING response', {})
export type PingResponse = CodecValue<typeof pingResponse>

/** The bodies of each request type of the mailbox server endpoint ([MS-OXCMAPIHTTP] 2.2.4, 2.2.6). */
export const mailboxBodies = {
  [MailboxRequestType.Connect]: { request: connectRequest, response: connectResponse },
  [MailboxRequestType.Execute]: { request: executeRequest, response: executeResponse },
  [MailboxRequestType.Disconnect]: { request: disconnectRequest, response: disconnectResponse },
  [MailboxRequestType.NotificationWait]: {
    request: notificationWaitRequest,
    response: notificationWaitResponse,
  },
  [MailboxRequestType.Ping]: { request: pingRequest, response: pingResponse },
} as const satisfies Readonly<
  Record<MailboxRequestType, { readonly request: Codec<unknown>; readonly response: Codec<unknown> }>
>
