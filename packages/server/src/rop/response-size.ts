import type { Columns } from '@bourse/mapi'
import type { RopRequest } from '@bourse/wire/rop'
import type { RopRequests } from './input.ts'

/** Bytes before a response's body: RopId, handle index and ReturnValue. */
export const RESPONSE_HEAD = 6
/** Bytes of RopBufferTooSmall before the requests. */
export const BUFFER_TOO_SMALL_HEAD = 3

const NO_COLUMNS: Columns = []

/** The fewest bytes that the response to a request can take, if the request succeeds. */
export function minimumResponseSize({ rop, fields }: RopRequest): number {
  if (!rop.hasResponse) return 0
  return RESPONSE_HEAD + (rop.body(0, { request: fields, columns: NO_COLUMNS })?.minSize ?? 0)
}

/**
 * For each request, how many bytes its response must leave: for a RopBufferTooSmall that gives back the requests that follow
 * ([MS-OXCROPS] 3.2.4.3), and for the shortest responses to them, so that nothing is begun that a larger buffer has room for
 * as a whole. With the largest there is, which has `room`, as many requests are worked on as it has room for.
 */
export function reservesOf({ requests, offsets }: RopRequests, room: number, isLargest: boolean): number[] {
  const reserves: number[] = new Array(requests.length)
  const end = offsets.at(-1)!
  let responses = 0
  for (let i = requests.length - 1; i >= 0; i--) {
    reserves[i] = responses
    responses += minimumResponseSize(requests[i]!)
  }
  const canAnswerAll = !isLargest || responses <= room
  return reserves.map((shortest, i) => {
    if (shortest === 0) return 0
    const givingBack = BUFFER_TOO_SMALL_HEAD + end - offsets[i + 1]!
    return canAnswerAll ? Math.max(shortest, givingBack) : givingBack
  })
}
