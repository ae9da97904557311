import { type CodecValue, guid, reserved, struct, u16, u32 } from '@bourse/mapi/bytes'
import { bytesAtOffset, offsetStruct, unicodeAtOffset } from './offset-struct.ts'

/** AUX_PERF_REQUESTID ([MS-OXCRPC] 2.2.2.2.1): the request and the session that go together. */
export const auxPerfRequestId = struct('AUX_PERF_REQUESTID', { sessionId: u16, requestId: u16 })
export type AuxPerfRequestId = CodecValue<typeof auxPerfRequestId>

/** AUX_PERF_SESSIONINFO ([MS-OXCRPC] 2.2.2.2.2): the session that performance data is about. */
export const auxPerfSessionInfo = struct('AUX_PERF_SESSIONINFO', {
  sessionId: u16,
  reserved: reserved(u16),
  sessionGuid: guid,
})
export type AuxPerfSessionInfo = CodecValue<typeof auxPerfSessionInfo>

/** AUX_PERF_SESSIONINFO_V2 ([MS-OXCRPC] 2.2.2.2.3): the same and its connection. */
export const auxPerfSessionInfoV2 = struct('AUX_PERF_SESSIONINFO_V2', {
  sessionId: u16,
  reserved: reserved(u16),
  sessionGuid: guid,
  connectionId: u32,
})
export type AuxPerfSessionInfoV2 = CodecValue<typeof auxPerfSessionInfoV2>

/** `clientMode` of an {@link AuxPerfClientInfo}. */
export const ClientMode = {
  /** The client does not say. */
  CLIENTMODE_UNKNOWN: 0x00,
  /** Online: each action is a request. */
  CLIENTMODE_CLASSIC: 0x01,
  /** On a local copy of the mailbox. */
  CLIENTMODE_CACHED: 0x02,
} as const

/** AUX_PERF_CLIENTINFO ([MS-OXCRPC] 2.2.2.2.4): the client that performance data is about. */
export const auxPerfClientInfo = offsetStruct('AUX_PERF_CLIENTINFO', {
  /** Speed of the network adapter, in kilobits per second. */
  adapterSpeed: u32,
  clientId: u16,
  machineName: unicodeAtOffset,
  userName: unicodeAtOffset,
  clientIp: bytesAtOffset,
  clientIpMask: bytesAtOffset,
  adapterName: unicodeAtOffset,
  macAddress: bytesAtOffset,
  /** {@link ClientMode}. */
  clientMode: u16,
  reserved: reserved(u16),
})
export type AuxPerfClientInfo = CodecValue<typeof auxPerfClientInfo>

/** `serverType` of an {@link AuxPerfServerInfo}: what the connection serves. */
export const ServerType = {
  SERVERTYPE_UNKNOWN: 0x00,
  /** Mailboxes. */
  SERVERTYPE_PRIVATE: 0x01,
  /** Public folders. */
  SERVERTYPE_PUBLIC: 0x02,
  /** The directory. */
  SERVERTYPE_DIRECTORY: 0x03,
  /** Referrals. */
  SERVERTYPE_REFERRAL: 0x04,
} as const

/** AUX_PERF_SERVERINFO ([MS-OXCRPC] 2.2.2.2.5): the server that performance data is about. */
export const auxPerfServerInfo = offsetStruct('AUX_PERF_SERVERINFO', {
  serverId: u16,
  /** {@link ServerType}. */
  serverType: u16,
  serverDn: unicodeAtOffset,
  serverName: unicodeAtOffset,
})
export type AuxPerfServerInfo = CodecValue<typeof auxPerfServerInfo>

/** AUX_PERF_PROCESSINFO ([MS-OXCRPC] 2.2.2.2.6): the client's process that performance data is about. */
export const auxPerfProcessInfo = offsetStruct('AUX_PERF_PROCESSINFO', {
  processId: u16,
  reserved1: reserved(u16),
  processGuid: guid,
  processName: unicodeAtOffset,
  reserved2: reserved(u16),
})
export type AuxPerfProcessInfo = CodecValue<typeof auxPerfProcessInfo>

/** AUX_PERF_ACCOUNTINFO ([MS-OXCRPC] 2.2.2.2.18): the account of the client that `clientId` names. */
export const auxPerfAccountInfo = struct('AUX_PERF_ACCOUNTINFO', {
  clientId: u16,
  reserved: reserved(u16),
  account: guid,
})
export type AuxPerfAccountInfo = CodecValue<typeof auxPerfAccountInfo>

/** `connectionFlags` of an {@link AuxClientConnectionInfo}. */
export const ConnectionFlags = {
  /** The client works on a local copy of the mailbox. */
  CachedMode: 0x0001,
} as const

/** AUX_CLIENT_CONNECTION_INFO ([MS-OXCRPC] 2.2.2.2.21): what the server is to log of the connection. */
export const auxClientConnectionInfo = offsetStruct('AUX_CLIENT_CONNECTION_INFO', {
  connectionGuid: guid,
  connectionContextInfo: unicodeAtOffset,
  reserved: reserved(u16),
  connectionAttempts: u32,
  /** {@link ConnectionFlags}. */
  connectionFlags: u32,
})
export type AuxClientConnectionInfo = CodecValue<typeof auxClientConnectionInfo>
