import { type CodecValue, reserved, reservedBytes, struct, u8, u16, u32 } from '@bourse/mapi/bytes'

// Times are in milliseconds; identification numbers are those of the blocks in `client-blocks.ts`.

/** AUX_PERF_DEFMDB_SUCCESS ([MS-OXCRPC] 2.2.2.2.7): a call to the messaging server that succeeded earlier. */
export const auxPerfDefMdbSuccess = struct('AUX_PERF_DEFMDB_SUCCESS', {
  timeSinceRequest: u32,
  timeToCompleteRequest: u32,
  requestId: u16,
  reserved: reserved(u16),
})
export type AuxPerfDefMdbSuccess = CodecValue<typeof auxPerfDefMdbSuccess>

/** AUX_PERF_DEFGC_SUCCESS ([MS-OXCRPC] 2.2.2.2.8): a call to the directory that succeeded earlier. */
export const auxPerfDefGcSuccess = struct('AUX_PERF_DEFGC_SUCCESS', {
  serverId: u16,
  sessionId: u16,
  timeSinceRequest: u32,
  timeToCompleteRequest: u32,
  /** Defined by the client. */
  requestOperation: u8,
  reserved: reservedBytes(3),
})
export type AuxPerfDefGcSuccess = CodecValue<typeof auxPerfDefGcSuccess>

/** AUX_PERF_MDB_SUCCESS ([MS-OXCRPC] 2.2.2.2.9): a call to the messaging server that succeeded earlier. */
export const auxPerfMdbSuccess = struct('AUX_PERF_MDB_SUCCESS', {
  clientId: u16,
  serverId: u16,
  sessionId: u16,
  requestId: u16,
  timeSinceRequest: u32,
  timeToCompleteRequest: u32,
})
export type AuxPerfMdbSuccess = CodecValue<typeof auxPerfMdbSuccess>

/** AUX_PERF_MDB_SUCCESS_V2 ([MS-OXCRPC] 2.2.2.2.10): the same and the process. */
export const auxPerfMdbSuccessV2 = struct('AUX_PERF_MDB_SUCCESS_V2', {
  processId: u16,
  clientId: u16,
  serverId: u16,
  sessionId: u16,
  requestId: u16,
  reserved: reserved(u16),
  timeSinceRequest: u32,
  timeToCompleteRequest: u32,
})
export type AuxPerfMdbSuccessV2 = CodecValue<typeof auxPerfMdbSuccessV2>

/** AUX_PERF_GC_SUCCESS ([MS-OXCRPC] 2.2.2.2.11): a call to the directory that succeeded earlier. */
export const auxPerfGcSuccess = struct('AUX_PERF_GC_SUCCESS', {
  clientId: u16,
  serverId: u16,
  sessionId: u16,
  reserved1: reserved(u16),
  timeSinceRequest: u32,
  timeToCompleteRequest: u32,
  /** Defined by the client. */
  requestOperation: u8,
  reserved2: reservedBytes(3),
})
export type AuxPerfGcSuccess = CodecValue<typeof auxPerfGcSuccess>

/** AUX_PERF_GC_SUCCESS_V2 ([MS-OXCRPC] 2.2.2.2.12): the same and the process. */
export const auxPerfGcSuccessV2 = struct('AUX_PERF_GC_SUCCESS_V2', {
  processId: u16,
  clientId: u16,
  serverId: u16,
  sessionId: u16,
  timeSinceRequest: u32,
  timeToCompleteRequest: u32,
  /** Defined by the client. */
  requestOperation: u8,
  reserved: reservedBytes(3),
})
export type AuxPerfGcSuccessV2 = CodecValue<typeof auxPerfGcSuccessV2>

/** AUX_PERF_FAILURE ([MS-OXCRPC] 2.2.2.2.13): a call to the messaging server or the directory that failed earlier. */
export const auxPerfFailure = struct('AUX_PERF_FAILURE', {
  clientId: u16,
  serverId: u16,
  sessionId: u16,
  requestId: u16,
  timeSinceRequest: u32,
  timeToFailRequest: u32,
  /** The error, in whatever terms the client has. */
  resultCode: u32,
  /** Defined by the client. */
  requestOperation: u8,
  reserved: reservedBytes(3),
})
export type AuxPerfFailure = CodecValue<typeof auxPerfFailure>

/** AUX_PERF_FAILURE_V2 ([MS-OXCRPC] 2.2.2.2.14): the same and the process. */
export const auxPerfFailureV2 = struct('AUX_PERF_FAILURE_V2', {
  processId: u16,
  clientId: u16,
  serverId: u16,
  sessionId: u16,
  requestId: u16,
  reserved1: reserved(u16),
  timeSinceRequest: u32,
  timeToFailRequest: u32,
  /** The error, in whatever terms the client has. */
  resultCode: u32,
  /** Defined by the client. */
  requestOperation: u8,
  reserved2: reservedBytes(3),
})
export type AuxPerfFailureV2 = CodecValue<typeof auxPerfFailureV2>
