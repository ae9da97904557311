import { type CodecValue, reserved, reservedBytes, struct, u16, u32 } from '@bourse/mapi/bytes'
import { offsetStruct, unicodeAtOffset } from './offset-struct.ts'

/** `enableFlags` of an {@link AuxClientControl}: behaviour to turn on; what is not set is to be turned off. */
export const ClientControlFlags = {
  /** Send performance data to the server. */
  ENABLE_PERF_SENDTOSERVER: 0x0000_0001,
  /** Reserved. */
  ENABLE_PERF_SENDTOMAILBOX: 0x0000_0002,
  /** Compress what is sent to the server, as is the default. */
  ENABLE_COMPRESSION: 0x0000_0004,
  /** Use RPC over HTTP if it is configured. */
  ENABLE_HTTP_TUNNELING: 0x0000_0008,
  /** Send performance data of the directory along. */
  ENABLE_PERF_SENDGCDATA: 0x0000_0010,
} as const

/** AUX_CLIENT_CONTROL ([MS-OXCRPC] 2.2.2.2.15): asks the client to change its behaviour. */
export const auxClientControl = struct('AUX_CLIENT_CONTROL', {
  /** {@link ClientControlFlags}. */
  enableFlags: u32,
  /** How long the client keeps performance data that it could not send, in milliseconds. */
  expiryTime: u32,
})
export type AuxClientControl = CodecValue<typeof auxClientControl>

/** Bytes of an AUX_OSVERSIONINFO, which it holds itself. */
const OS_VERSION_INFO_SIZE = 156

/** AUX_OSVERSIONINFO ([MS-OXCRPC] 2.2.2.2.16): the operating system of the server. */
export const auxOsVersionInfo = struct('AUX_OSVERSIONINFO', {
  osVersionInfoSize: reserved(u32, OS_VERSION_INFO_SIZE),
  majorVersion: u32,
  minorVersion: u32,
  buildNumber: u32,
  reserved1: reservedBytes(132),
  servicePackMajor: u16,
  servicePackMinor: u16,
  reserved2: reservedBytes(4),
})
export type AuxOsVersionInfo = CodecValue<typeof auxOsVersionInfo>

/** `orgFlags` of an {@link AuxExOrgInfo}. */
export const OrgFlags = {
  /** The organization has public folders. */
  PUBLIC_FOLDERS_ENABLED: 0x0000_0001,
  /** The client finds them with Autodiscover. */
  USE_AUTODISCOVER_FOR_PUBLIC_FOLDER_CONFIGURATION: 0x0000_0002,
} as const

/** AUX_EXORGINFO ([MS-OXCRPC] 2.2.2.2.17): the organization that the server belongs to. Without this block a client assumes that there are public folders. */
export const auxExOrgInfo = struct('AUX_EXORGINFO', {
  /** {@link OrgFlags}. */
  orgFlags: u32,
})
export type AuxExOrgInfo = CodecValue<typeof auxExOrgInfo>

/** `serverCapabilityFlags` of an {@link AuxServerCapabilities}. */
export const ServerCapabilityFlags = {
  /** RopFastTransferDestinationPutBuffer and its extended form may come in several extended buffers. */
  PACKED_FAST_TRANSFER_UPLOAD_BUFFERS: 0x0000_0001,
  /** RopWriteStreamExtended may come in several extended buffers. */
  PACKED_WRITE_STREAM_UPLOAD_BUFFERS: 0x0000_0002,
  /** Responses may be asked for that have up to 1 MB. */
  ULTRA_LARGE_PACKED_DOWNLOAD_BUFFERS: 0x0000_0008,
} as const

/** AUX_SERVER_CAPABILITIES ([MS-OXCRPC] 2.2.2.2.19): what a client may ask of the server. */
export const auxServerCapabilities = struct('AUX_SERVER_CAPABILITIES', {
  /** {@link ServerCapabilityFlags}. */
  serverCapabilityFlags: u32,
})
export type AuxServerCapabilities = CodecValue<typeof auxServerCapabilities>

/** `endpointCapabilityFlag` of an {@link AuxEndpointCapabilities}. */
export const EndpointCapabilityFlags = {
  /** RFRI, NSPI and EMSMDB are reached through one HTTP endpoint. */
  ENDPOINT_CAPABILITIES_SINGLE_ENDPOINT: 0x0000_0001,
} as const

/** AUX_ENDPOINT_CAPABILITIES ([MS-OXCRPC] 2.2.2.2.20): what the endpoint serves. */
export const auxEndpointCapabilities = struct('AUX_ENDPOINT_CAPABILITIES', {
  /** {@link EndpointCapabilityFlags}. */
  endpointCapabilityFlag: u32,
})
export type AuxEndpointCapabilities = CodecValue<typeof auxEndpointCapabilities>

/** AUX_SERVER_SESSION_INFO ([MS-OXCRPC] 2.2.2.2.22): what the client is to log of the server. */
export const auxServerSessionInfo = offsetStruct('AUX_SERVER_SESSION_INFO', {
  serverSessionContextInfo: unicodeAtOffset,
})
export type AuxServerSessionInfo = CodecValue<typeof auxServerSessionInfo>

/** AUX_PROTOCOL_DEVICE_IDENTIFICATION ([MS-OXCRPC] 2.2.2.2.23): a device between client and server. */
export const auxProtocolDeviceIdentification = offsetStruct('AUX_PROTOCOL_DEVICE_IDENTIFICATION', {
  deviceManufacturer: unicodeAtOffset,
  deviceModel: unicodeAtOffset,
  deviceSerialNumber: unicodeAtOffset,
  deviceVersion: unicodeAtOffset,
  deviceFirmwareVersion: unicodeAtOffset,
})
export type AuxProtocolDeviceIdentification = CodecValue<typeof auxProtocolDeviceIdentification>
