import type { SMTPServerDataStream } from 'smtp-server'
import type { Log } from '../../log/index.ts'
import type { PostingResult, ReceiverResult } from '../posting/index.ts'
import { refusal, type SmtpRefusal, TRY_AGAIN } from './reply.ts'
import type { SpooledMessage } from './spool.ts'

/** The answer to who has sent a message, and what is counted. */
export type Outcome =
  | { readonly result: 'delivered' | 'duplicate'; readonly refusal?: undefined }
  | RefusedOutcome

/** The answer to who is not rid of a message. */
export interface RefusedOutcome {
  readonly result: 'refused' | 'postponed'
  readonly refusal: SmtpRefusal
}

/** Everybody has it, or it is tried again; who has it already does not get it twice then. */
export function outcomeOf({ receivers, outside }: PostingResult): Outcome {
  const results = new Set<ReceiverResult | PostingResult['outside']>([...receivers.values(), outside])
  if (results.has('failed')) return { result: 'postponed', refusal: TRY_AGAIN }
  const isNew = results.has('delivered') || results.has('queued')
  if (!results.has('full')) return { result: isNew ? 'delivered' : 'duplicate' }
  return isNew || results.has('duplicate')
    ? {
        result: 'postponed',
        refusal: refusal(452, '4.2.2', 'The mailbox of one recipient is full.'),
      }
    : { result: 'refused', refusal: refusal(552, '5.2.2', 'The mailbox is full.') }
}

/** A message that is coming in, and who is to hear what becomes of it. */
export interface Taking {
  readonly stream: SMTPServerDataStream
  /** Whose it is, in logs: `from outside`, `of a user`. */
  readonly whose: string
  readonly fields: object
  readonly log: Log
  observe(result: Outcome['result']): void
}

/** Tells of what becomes of a message; what fails unexpectedly may go well another time. Rejects if not all of it came. */
export async function settle(
  { stream, whose, fields, log, observe }: Taking,
  take: Promise<Outcome>,
): Promise<SmtpRefusal | undefined> {
  const { result, refusal } = await take.catch((error: Error): Outcome => {
    // There is nobody to answer, and nothing to count.
    if (stream.errored !== null) throw error
    log.error({ ...fields, err: error }, `a message ${whose} could not be taken`)
    return { result: 'postponed', refusal: TRY_AGAIN }
  })
  observe(result)
  log.info(
    { ...fields, size: stream.byteLength, result, ...(refusal && { status: refusal.status }) },
    `a message ${whose}`,
  )
  return refusal
}

/** The outcome of a message that is too long: all of it, or its header. */
export function sizeOutcome(message: SpooledMessage | undefined, maxSize: number): Outcome {
  const text =
    message === undefined ? `A message may have ${maxSize} bytes.` : 'The header of this message is too long.'
  return { result: 'refused', refusal: refusal(552, '5.3.4', text) }
}
