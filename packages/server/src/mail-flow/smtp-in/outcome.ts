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

/** The outcome of a message that is too long: all of it, or its header. */
export function sizeOutcome(message: SpooledMessage | undefined, maxSize: number): Outcome {
  const text =
    message === undefined ? `A message may have ${maxSize} bytes.` : 'The header of this message is too long.'
  return { result: 'refused', refusal: refusal(552, '5.3.4', text) }
}
