import { ErrorCode, MapiError } from '@bourse/mapi'
import { ByteReader, DecodeError } from '@bourse/mapi/bytes'
import {
  NULL_HANDLE,
  queryRows,
  type ResponseContext,
  type RopDefinition,
  type RopOutput,
  RopOutputWriter,
  type RopRequest,
  release,
  ropRequest,
} from '@bourse/wire/rop'
import { RopCall } from './call.ts'
import type { AnyOutcome } from './handler.ts'
import { handlerOf } from './handlers.ts'
import { type RopRequests, readRequests } from './input.ts'
import { minimumResponseSize, RESPONSE_HEAD, reservesOf } from './response-size.ts'
import type { ExecuteOptions, RopSession } from './session.ts'

/** What an Execute comes to: outputs, or an error code and no outputs. */
export interface ExecuteResult {
  /** 0, or a code of [MS-OXCRPC] 3.1.4.2: `RpcFormat`, `BufferTooSmall`, {@link SERVER_TOO_BUSY}. */
  readonly errorCode: number
  /** ROP output payloads, each to be put behind a RPC_HEADER_EXT of its own. */
  readonly outputs: readonly Uint8Array[]
}

/** The status of an Execute that a client too old for RopBackoff is to hold back ([MS-OXCROPS] 3.2.4.2). */
export const SERVER_TOO_BUSY = 0x000006bb

/** RPC_HEADER_EXT ([MS-OXCRPC] 2.2.2.1), which each payload is sent behind. */
const HEADER_SIZE = 8
/** What a payload may take ([MS-OXCRPC] 3.1.4.2.1). */
const MAX_PAYLOAD = 0x8000
/** How many payloads there may be, and how much room must be left for another one ([MS-OXCRPC] 3.1.4.2.1.2.2). */
const MAX_PAYLOADS = 96
const ROOM_FOR_ROWS = 0x8000
const ROOM_FOR_BYTES = 0x2000
const BACKOFF_SIZE = 9
const PENDING_SIZE = 3
/** RopBufferTooSmall has two bytes for it. */
const MAX_SIZE_NEEDED = 0xffff
/** The first client that knows RopBackoff ([MS-OXCROPS] 3.2.4.2) is newer than this. */
const LAST_WITHOUT_BACKOFF = [12, 0, 4228, 0] as const

/** Carries out the requests of one Execute; see `RopSession.execute`. */
export async function processRops(
  session: RopSession,
  payloads: readonly Uint8Array[],
  maxRopOut: number,
  { chained, requestId }: ExecuteOptions,
): Promise<ExecuteResult> {
  const isPublicLogon = (logonId: number) => session.logon(logonId)?.isPublic === true
  const input = readRequests(payloads, isPublicLogon, session.limits.ropsPerRequest)
  if (input === undefined) return failed(ErrorCode.RpcFormat)
  const { requests, handles } = input

  const first = new Output(capacityOf(maxRopOut), handles)
  if (first.room < 0) return failed(ErrorCode.BufferTooSmall)
  const reserves = reservesOf(input, first.room, first.capacity === MAX_PAYLOAD)
  let next: RopRequest | undefined
  for (let i = 0; i < requests.length; i++) {
    const request = requests[i]!
    if (request.rop === release) {
      await releaseInput(session, request, handles)
      continue
    }
    const delay = session.rate.take()
    if (delay > 0) {
      if (!knowsBackoff(session)) {
        if (i === 0) return failed(SERVER_TOO_BUSY)
      } else if (first.room >= BACKOFF_SIZE) {
        first.backOff(logonIdOf(request), delay)
        return { errorCode: ErrorCode.Success, outputs: [first.finish()] }
      }
    }
    const room = first.room - reserves[i]!
    const minimum = minimumResponseSize(request)
    const answer = room < minimum ? undefined : await carryOut(session, request, handles, room, requestId)
    // What is too small for the handler may not be so when the request comes again, with the whole of a larger buffer.
    const isHopeless = first.isEmpty && first.capacity === MAX_PAYLOAD
    if (answer !== undefined && (isHopeless || answer.isTooSmall !== true)) {
      if (respond(session, first, request, answer, reserves[i]!)) {
        next = nextOf(request, answer.outcome)
        continue
      }
    }
    if (answer !== undefined) await takeBack(session, answer, handles)
    return tooSmall(first, input, i, reserves[i]!, answer?.outcome)
  }

  const outputs = [first]
  let left = maxRopOut - HEADER_SIZE - first.size
  while (chained && next !== undefined && outputs.length < MAX_PAYLOADS && left >= roomToGoOn(next)) {
    const output = new Output(capacityOf(left), handles)
    const answer = await carryOut(session, next, handles, output.room, requestId)
    if ((answer.outcome.returnValue ?? 0) !== 0 || !respond(session, output, next, answer, 0)) break
    outputs.push(output)
    left -= HEADER_SIZE + output.size
    next = nextOf(next, answer.outcome)
  }
  appendNotifications(session, outputs.at(-1)!)
  return { errorCode: ErrorCode.Success, outputs: outputs.map((output) => output.finish()) }
}

// ---------------------------------------------------------------------------------------------------
// One request

/** What came of a request. */
interface Answer {
  readonly outcome: AnyOutcome
  readonly responseIndex: number
  /** Where a new object's handle was put, the handle, and what was there before. */
  readonly opened?: { readonly index: number; readonly handle: number; readonly previous: number }
  /** The handler found the room too small. */
  readonly isTooSmall?: boolean
}

interface OutputIndex {
  readonly logonId: number
  readonly inputHandleIndex?: number
  readonly outputHandleIndex?: number
}

/** Carries out one request. Never rejects. `room` is for the whole response. */
async function carryOut(
  session: RopSession,
  { rop, fields }: RopRequest,
  handles: number[],
  room: number,
  requestId: string | undefined,
): Promise<Answer> {
  const call = new RopCall(session, rop, fields, handles, room - RESPONSE_HEAD)
  const { responseIndex } = call
  const { logonId, inputHandleIndex, outputHandleIndex: index } = fields as OutputIndex
  const begin = session.observe && performance.now()
  let answer: Answer
  try {
    const outcome = await handlerOf(rop).handle(call)
    if (outcome.object === undefined) {
      answer = { outcome, responseIndex }
    } else {
      const handle = await openObject(session, outcome, logonId)
      answer = { outcome, responseIndex, opened: { index: index!, handle, previous: handles[index!]! } }
      handles[index!] = handle
    }
  } catch (error) {
    const returnValue = codeOf(session, rop, error, requestId)
    answer = {
      outcome: { returnValue, body: failureBody(rop, fields, returnValue) },
      responseIndex,
      isTooSmall: returnValue === ErrorCode.BufferTooSmall,
    }
    // What is undefined there ([MS-OXCROPS] 1.3.2) should be no object that later requests would take for the new one.
    if (index !== undefined && index !== inputHandleIndex) handles[index] = NULL_HANDLE
  }
  const returnValue = answer.outcome.returnValue ?? ErrorCode.Success
  if (begin !== undefined) session.observe!(rop.name, returnValue, (performance.now() - begin) / 1000)
  session.log.debug({ requestId, rop: rop.name, returnValue }, 'ROP')
  return answer
}

async function openObject(session: RopSession, outcome: AnyOutcome, logonId: number): Promise<number> {
  const object = outcome.object!
  let handle: number
  try {
    handle = await session.open(object, logonId)
  } catch (error) {
    await session.discard(object)
    throw error
  }
  try {
    await outcome.opened?.(handle)
  } catch (error) {
    await session.release(handle)
    throw error
  }
  return handle
}

/** Writes the response, unless less than `reserve` bytes would be left then. */
function respond(
  session: RopSession,
  output: Output,
  request: RopRequest,
  answer: Answer,
  reserve: number,
): boolean {
  const { rop, fields } = request
  try {
    return output.append(request, answer, reserve)
  } catch (error) {
    // A handler answered what the wire has no form for.
    session.log.error({ err: error, rop: rop.name }, 'a response could not be written')
    const returnValue = ErrorCode.GeneralFailure
    const outcome = { returnValue, body: failureBody(rop, fields, returnValue) }
    return output.append(request, { ...answer, outcome }, reserve)
  }
}

/** Undoes an answer that could not be sent, as far as the client would lose a handle by it. */
async function takeBack(session: RopSession, { opened }: Answer, handles: number[]): Promise<void> {
  if (opened === undefined) return
  await session.release(opened.handle)
  handles[opened.index] = opened.previous
}

/** RopRelease has no response, and its errors are ignored ([MS-OXCROPS] 3.2.5.3). */
async function releaseInput(session: RopSession, request: RopRequest, handles: number[]): Promise<void> {
  const { logonId, inputHandleIndex } = request.fields as OutputIndex
  const entry = session.handles.get(handles[inputHandleIndex!] ?? NULL_HANDLE)
  if (entry?.logon.logonId === logonId) await session.release(entry.handle)
}

function codeOf(
  session: RopSession,
  rop: RopDefinition,
  error: unknown,
  requestId: string | undefined,
): number {
  if (error instanceof MapiError && error.code !== ErrorCode.Success) return error.code
  // A value that is parsed only when its handler looks at it.
  if (error instanceof DecodeError) return ErrorCode.InvalidParameter
  session.log.error({ err: error, requestId, rop: rop.name }, 'a ROP failed unexpectedly')
  return ErrorCode.GeneralFailure
}

const zeros = new Uint8Array(64)

/** The body of a failure: where there is one, all its fields are 0 but DestHandleIndex. */
function failureBody(rop: RopDefinition, fields: unknown, returnValue: number): unknown {
  const codec = rop.body(returnValue, { request: fields })
  if (codec === undefined) return undefined
  const { destHandleIndex } = fields as { readonly destHandleIndex?: number }
  return { ...(codec.decode(new ByteReader(zeros)) as object), destHandleIndex }
}

function nextOf({ rop }: RopRequest, { next }: AnyOutcome): RopRequest | undefined {
  return next === undefined ? undefined : ropRequest(rop, next)
}

function logonIdOf({ fields }: RopRequest): number {
  return (fields as { readonly logonId: number }).logonId
}

function knowsBackoff({ clientVersion }: RopSession): boolean {
  for (const [i, part] of LAST_WITHOUT_BACKOFF.entries()) {
    if (clientVersion[i] !== part) return clientVersion[i]! > part
  }
  return false
}

function roomToGoOn({ rop }: RopRequest): number {
  return rop === queryRows ? ROOM_FOR_ROWS : ROOM_FOR_BYTES
}

// ---------------------------------------------------------------------------------------------------
// Output

function capacityOf(maxRopOut: number): number {
  return Math.min(MAX_PAYLOAD, maxRopOut - HEADER_SIZE)
}

function failed(errorCode: number): ExecuteResult {
  return { errorCode, outputs: [] }
}

/** A ROP output payload in the making. */
class Output {
  readonly capacity: number
  readonly #writer = new RopOutputWriter()
  readonly #handles: number[]
  readonly #emptySize: number

  constructor(capacity: number, handles: number[]) {
    this.capacity = capacity
    this.#handles = handles
    this.#emptySize = this.size
  }

  /** Bytes that it takes so far. */
  get size(): number {
    return this.#writer.size(this.#handles.length)
  }

  /** Bytes that may still be added; negative if not even the handle table fits. */
  get room(): number {
    return this.capacity - this.size
  }

  get isEmpty(): boolean {
    return this.size === this.#emptySize
  }

  /** Appends a response, unless less than `reserve` bytes would be left. */
  append({ rop, fields }: RopRequest, { outcome, responseIndex }: Answer, reserve: number): boolean {
    const { returnValue = ErrorCode.Success, body, columns } = outcome
    return this.#append(
      { kind: 'response', rop, handleIndex: responseIndex, returnValue, body },
      { request: fields, ...(columns === undefined ? {} : { columns }) },
      reserve,
    )
  }

  /** Appends what is no response, if it fits and leaves `reserve` bytes. */
  appendSpecial(output: RopOutput, reserve = 0): boolean {
    return this.#append(output, { request: undefined }, reserve)
  }

  #append(output: RopOutput, context: ResponseContext, reserve: number): boolean {
    const mark = this.#writer.mark()
    try {
      this.#writer.append(output, context)
      if (this.room >= reserve) return true
    } catch (error) {
      this.#writer.rollBack(mark)
      throw error
    }
    this.#writer.rollBack(mark)
    return false
  }

  backOff(logonId: number, duration: number): void {
    this.appendSpecial({
      kind: 'backoff',
      logonId,
      duration,
      backoffRops: [],
      additionalData: new Uint8Array(0),
    })
  }

  finish(): Uint8Array {
    return this.#writer.finish(this.#handles)
  }
}

/**
 * The requests from `index` on go back to the client ([MS-OXCROPS] 3.2.4.3), or, if a larger buffer would not help
 * either, the whole request fails.
 */
function tooSmall(
  output: Output,
  { requests, offsets, bytes }: RopRequests,
  index: number,
  reserve: number,
  outcome: AnyOutcome | undefined,
): ExecuteResult {
  if (output.isEmpty && output.capacity === MAX_PAYLOAD) return failed(ErrorCode.BufferTooSmall)
  const needed = Math.max(output.size + reserve + minimumResponseSize(requests[index]!), output.capacity + 1)
  const sizeNeeded = Math.min(outcome === undefined ? needed : MAX_PAYLOAD, MAX_SIZE_NEEDED)
  const requestBuffers = bytes.subarray(offsets[index]!, offsets.at(-1)!)
  return output.appendSpecial({ kind: 'bufferTooSmall', sizeNeeded, requestBuffers })
    ? { errorCode: ErrorCode.Success, outputs: [output.finish()] }
    : failed(ErrorCode.BufferTooSmall)
}

/** Adds the notifications that wait, as many as there is room for ([MS-OXCROPS] 3.2.4.1). */
function appendNotifications({ notifications, sessionIndex }: RopSession, output: Output): void {
  for (let waiting = notifications.peek(); waiting !== undefined; waiting = notifications.peek()) {
    const reserve = notifications.length > 1 ? PENDING_SIZE : 0
    if (!output.appendSpecial({ kind: 'notify', ...waiting }, reserve)) break
    notifications.shift()
  }
  if (notifications.length > 0) output.appendSpecial({ kind: 'pending', sessionIndex })
}
