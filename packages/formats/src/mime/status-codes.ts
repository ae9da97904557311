/** Why a message did not reach a recipient, in the numbers of MAPI ([MS-OXOMSG] 2.2.2.30, 2.2.2.31). */
export interface NonDeliveryCodes {
  /** PidTagNonDeliveryReportReasonCode. */
  readonly reason: number
  /** PidTagNonDeliveryReportDiagCode. */
  readonly diagnosis: number
  /** PidTagNonDeliveryReportStatusCode: 5.1.1 is 511. */
  readonly status: number
}

/** MAPI_REASON_TRANSFER_FAILED, MAPI_REASON_TRANSFER_IMPOSSIBLE and MAPI_REASON_RESTRICTED_DELIVERY. */
const REASON = { failed: 0, impossible: 1, restricted: 5 } as const
/** MAPI_DIAG_NO_DIAGNOSTIC. */
const NO_DIAGNOSTIC = -1
/** Diagnoses by the subject and detail of a status (RFC 3463 3). */
const DIAGNOSES: ReadonlyMap<string, number> = new Map([
  // MAPI_DIAG_OR_NAME_UNRECOGNIZED
  ['1.1', 0],
  ['1.0', 0],
  ['1.2', 0],
  // MAPI_DIAG_OR_NAME_AMBIGUOUS
  ['1.4', 1],
  // MAPI_DIAG_MTS_CONGESTED
  ['4.5', 2],
  // MAPI_DIAG_LOOP_DETECTED
  ['4.6', 3],
  // MAPI_DIAG_RECIPIENT_UNAVAILABLE
  ['2.1', 4],
  ['2.2', 4],
  // MAPI_DIAG_MAXIMUM_TIME_EXPIRED
  ['4.7', 5],
  // MAPI_DIAG_CONTENT_TOO_LONG
  ['3.4', 7],
  ['2.3', 7],
  // MAPI_DIAG_SUBMISSION_PROHIBITED
  ['7.1', 29],
  ['7.2', 29],
])
/** What is about who may send to whom (RFC 3463 3.8). */
const SECURITY = '7'

/** The codes for an enhanced status code (RFC 3463), `5.1.1`. */
export function nonDeliveryCodes(status: string): NonDeliveryCodes {
  const [kind, subject, detail] = status.split('.')
  const isPermanent = kind === '5'
  return {
    reason: !isPermanent ? REASON.failed : subject === SECURITY ? REASON.restricted : REASON.impossible,
    diagnosis: DIAGNOSES.get(`${subject}.${detail}`) ?? NO_DIAGNOSTIC,
    status: Number(status.replaceAll('.', '').slice(0, 9)),
  }
}
