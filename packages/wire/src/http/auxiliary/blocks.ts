import type { Codec } from '@bourse/mapi/bytes'
import { AuxVersion } from './aux-header.ts'
import {
  auxClientConnectionInfo,
  auxPerfAccountInfo,
  auxPerfClientInfo,
  auxPerfProcessInfo,
  auxPerfRequestId,
  auxPerfServerInfo,
  auxPerfSessionInfo,
  auxPerfSessionInfoV2,
} from './client-blocks.ts'
import {
  auxPerfDefGcSuccess,
  auxPerfDefMdbSuccess,
  auxPerfFailure,
  auxPerfFailureV2,
  auxPerfGcSuccess,
  auxPerfGcSuccessV2,
  auxPerfMdbSuccess,
  auxPerfMdbSuccessV2,
} from './performance-blocks.ts'
import {
  auxClientControl,
  auxEndpointCapabilities,
  auxExOrgInfo,
  auxOsVersionInfo,
  auxProtocolDeviceIdentification,
  auxServerCapabilities,
  auxServerSessionInfo,
} from './server-blocks.ts'

interface BlockType {
  readonly version: number
  readonly type: number
  readonly body: Codec<unknown>
}

const { AUX_VERSION_1, AUX_VERSION_2 } = AuxVersion

function v1<const T extends number, B>(type: T, body: B) {
  return { version: AUX_VERSION_1, type, body } as const
}

function v2<const T extends number, B>(type: T, body: B) {
  return { version: AUX_VERSION_2, type, body } as const
}

/**
 * All types of auxiliary blocks by the names that [MS-OXCRPC] 2.2.2.2 gives them, `_V2` added for version 2.
 * BG stands for a request in the background, FG for one that the user waits for, GC for one to the directory.
 */
export const auxBlockTypes = {
  AUX_TYPE_PERF_REQUESTID: v1(0x01, auxPerfRequestId),
  AUX_TYPE_PERF_CLIENTINFO: v1(0x02, auxPerfClientInfo),
  AUX_TYPE_PERF_SERVERINFO: v1(0x03, auxPerfServerInfo),
  AUX_TYPE_PERF_SESSIONINFO: v1(0x04, auxPerfSessionInfo),
  AUX_TYPE_PERF_DEFMDB_SUCCESS: v1(0x05, auxPerfDefMdbSuccess),
  AUX_TYPE_PERF_DEFGC_SUCCESS: v1(0x06, auxPerfDefGcSuccess),
  AUX_TYPE_PERF_MDB_SUCCESS: v1(0x07, auxPerfMdbSuccess),
  AUX_TYPE_PERF_GC_SUCCESS: v1(0x08, auxPerfGcSuccess),
  AUX_TYPE_PERF_FAILURE: v1(0x09, auxPerfFailure),
  AUX_TYPE_CLIENT_CONTROL: v1(0x0a, auxClientControl),
  AUX_TYPE_PERF_PROCESSINFO: v1(0x0b, auxPerfProcessInfo),
  AUX_TYPE_PERF_BG_DEFMDB_SUCCESS: v1(0x0c, auxPerfDefMdbSuccess),
  AUX_TYPE_PERF_BG_DEFGC_SUCCESS: v1(0x0d, auxPerfDefGcSuccess),
  AUX_TYPE_PERF_BG_MDB_SUCCESS: v1(0x0e, auxPerfMdbSuccess),
  AUX_TYPE_PERF_BG_GC_SUCCESS: v1(0x0f, auxPerfGcSuccess),
  AUX_TYPE_PERF_BG_FAILURE: v1(0x10, auxPerfFailure),
  AUX_TYPE_PERF_FG_DEFMDB_SUCCESS: v1(0x11, auxPerfDefMdbSuccess),
  AUX_TYPE_PERF_FG_DEFGC_SUCCESS: v1(0x12, auxPerfDefGcSuccess),
  AUX_TYPE_PERF_FG_MDB_SUCCESS: v1(0x13, auxPerfMdbSuccess),
  AUX_TYPE_PERF_FG_GC_SUCCESS: v1(0x14, auxPerfGcSuccess),
  AUX_TYPE_PERF_FG_FAILURE: v1(0x15, auxPerfFailure),
  AUX_TYPE_OSVERSIONINFO: v1(0x16, auxOsVersionInfo),
  AUX_TYPE_EXORGINFO: v1(0x17, auxExOrgInfo),
  AUX_TYPE_PERF_ACCOUNTINFO: v1(0x18, auxPerfAccountInfo),
  AUX_TYPE_SERVER_CAPABILITIES: v1(0x46, auxServerCapabilities),
  AUX_TYPE_ENDPOINT_CAPABILITIES: v1(0x48, auxEndpointCapabilities),
  AUX_CLIENT_CONNECTION_INFO: v1(0x4a, auxClientConnectionInfo),
  AUX_SERVER_SESSION_INFO: v1(0x4b, auxServerSessionInfo),
  AUX_PROTOCOL_DEVICE_IDENTIFICATION: v1(0x4e, auxProtocolDeviceIdentification),
  AUX_TYPE_PERF_SESSIONINFO_V2: v2(0x04, auxPerfSessionInfoV2),
  AUX_TYPE_PERF_MDB_SUCCESS_V2: v2(0x07, auxPerfMdbSuccessV2),
  AUX_TYPE_PERF_GC_SUCCESS_V2: v2(0x08, auxPerfGcSuccessV2),
  AUX_TYPE_PERF_FAILURE_V2: v2(0x09, auxPerfFailureV2),
  AUX_TYPE_PERF_PROCESSINFO_V2: v2(0x0b, auxPerfProcessInfo),
  AUX_TYPE_PERF_BG_MDB_SUCCESS_V2: v2(0x0e, auxPerfMdbSuccessV2),
  AUX_TYPE_PERF_BG_GC_SUCCESS_V2: v2(0x0f, auxPerfGcSuccessV2),
  AUX_TYPE_PERF_BG_FAILURE_V2: v2(0x10, auxPerfFailureV2),
  AUX_TYPE_PERF_FG_MDB_SUCCESS_V2: v2(0x13, auxPerfMdbSuccessV2),
  AUX_TYPE_PERF_FG_GC_SUCCESS_V2: v2(0x14, auxPerfGcSuccessV2),
  AUX_TYPE_PERF_FG_FAILURE_V2: v2(0x15, auxPerfFailureV2),
} as const satisfies Readonly<Record<string, BlockType>>

export type AuxBlockKind = keyof typeof auxBlockTypes
