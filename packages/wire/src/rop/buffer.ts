import type { Columns } from '@bourse/mapi'
import {
  ByteReader,
  ByteWriter,
  type CodecValue,
  DecodeError,
  EncodeError,
  rethrowWithin,
  struct,
  u8,
  u32,
} from '@bourse/mapi/bytes'
import type { RequestOf, ResponseContext, RopDefinition } from './definition.ts'
import { type Backoff, type BufferTooSmall, backoff, bufferTooSmall } from './flow-control.ts'
import { LogonFlags, logon } from './logon.ts'
import { type Notify, notify, type Pending, pending } from './notification.ts'
import { progress } from './property.ts'
import { ropById } from './registry.ts'

/** A handle in the Server object handle table that refers to no object ([MS-OXCROPS] 2.2.1). */
export const NULL_HANDLE = 0xffffffff

/** RopSize, the first field of a ROP buffer, counts itself. */
const ROP_SIZE_BYTES = 2
const HANDLE_BYTES = 4

/** A request together with what it is a request for. */
export interface RopRequest<D extends RopDefinition = RopDefinition> {
  readonly rop: D
  readonly fields: RequestOf<D>
}

/** Pairs a ROP with the fields of a request for it, checked against each other. */
export function ropRequest<D extends RopDefinition>(rop: D, fields: RequestOf<D>): RopRequest<D> {
  return { rop, fields }
}

/** A response to a request. */
export interface RopResponse<D extends RopDefinition = RopDefinition> {
  readonly kind: 'response'
  readonly rop: D
  /** InputHandleIndex, OutputHandleIndex or another handle index, as the ROP's section says. */
  readonly handleIndex: number
  /** 0 on success, else an error code of [MS-OXCDATA] 2.4. */
  readonly returnValue: number
  /** What follows ReturnValue, if anything does. */
  readonly body?: unknown
}

/** What a server sends besides responses. */
export type RopOutput =
  | RopResponse
  | ({ readonly kind: 'notify' } & Notify)
  | ({ readonly kind: 'pending' } & Pending)
  | ({ readonly kind: 'backoff' } & Backoff)
  | ({ readonly kind: 'bufferTooSmall' } & BufferTooSmall)

// ---------------------------------------------------------------------------------------------------
// Requests

/** A ROP input buffer, read as far as it can be understood ([MS-OXCROPS] 2.2.1). */
export interface RopInput {
  readonly requests: readonly RopRequest[]
  /** For each request, where its bytes begin in the buffer, and at the end where the last one ends. */
  readonly offsets: readonly number[]
  /** The Server object handle table. */
  readonly handles: readonly number[]
  /** Why reading stopped after the requests given: an unknown RopId or bytes that are no request. */
  readonly failure?: DecodeError
}

/** Whether a logon is to public folders, on which the layout of some requests depends. */
export type IsPublicLogon = (logonId: number) => boolean

const noPublicLogon: IsPublicLogon = () => false

/**
 * Reads a ROP input buffer. `isPublicLogon` tells of the logons there were before; those made by requests of
 * this buffer are known. Throws a {@link DecodeError} only if RopSize or the handle table itself is wrong.
 */
export function decodeRopInput(payload: Uint8Array, isPublicLogon: IsPublicLogon = noPublicLogon): RopInput {
  const { rops, handles } = openBuffer(payload, 'ROP input buffer')
  const requests: RopRequest[] = []
  const offsets: number[] = [rops.offset]
  const newLogons = new Map<number, boolean>()
  const isPublic: IsPublicLogon = (id) => newLogons.get(id) ?? isPublicLogon(id)
  try {
    while (rops.remaining > 0) {
      const request = decodeRequest(rops, isPublic)
      if (request.rop.id === logon.id) {
        const { logonId, logonFlags } = request.fields as RequestOf<typeof logon>
        newLogons.set(logonId, (logonFlags & LogonFlags.Private) === 0)
      }
      requests.push(request)
      offsets.push(rops.offset)
    }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    return { requests, offsets, handles, failure: error }
  }
  return { requests, offsets, handles }
}

/** Reads one request, RopId first; see {@link decodeRopInput}. Throws a {@link DecodeError}. */
export function decodeRequest(reader: ByteReader, isPublicLogon: IsPublicLogon = noPublicLogon): RopRequest {
  const at = reader.offset
  const id = reader.u8()
  const rop = ropById(id)
  if (rop === undefined) return reader.fail(`unknown RopId 0x${id.toString(16).padStart(2, '0')}`, at)
  // LogonId is the first field of every request.
  const isPublic =
    rop.publicRequest !== undefined && reader.remaining > 0 && isPublicLogon(reader.bytes[reader.offset]!)
  const codec = isPublic ? rop.publicRequest! : rop.request
  return { rop, fields: codec.decode(reader) as never }
}

/** Writes one request, RopId first. */
export function encodeRequest(writer: ByteWriter, { rop, fields }: RopRequest): void {
  writer.u8(rop.id)
  rop.request.encode(writer, fields)
}

/** Writes a ROP input buffer. */
export function encodeRopInput(
  requests: readonly RopRequest[],
  handles: readonly number[],
): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter()
  writer.u16(0)
  for (const request of requests) encodeRequest(writer, request)
  return closeBuffer(writer, handles)
}

// ---------------------------------------------------------------------------------------------------
// Responses

/** What all responses begin with, after RopId. */
const responseHeader = struct('header', { handleIndex: u8, returnValue: u32 })
type ResponseHeader = CodecValue<typeof responseHeader>

/** What {@link decodeRopOutput} must know of the requests that are answered. */
export interface OutputContext {
  readonly requests: readonly RopRequest[]
  /** The columns in force for the request at this position; see {@link ResponseContext.columns}. */
  columnsFor?(requestIndex: number): Columns | undefined
}

/** A ROP output buffer ([MS-OXCROPS] 2.2.1). */
export interface RopOutputBuffer {
  readonly outputs: readonly RopOutput[]
  /** For each output, the position of the request that it answers, or -1. */
  readonly answers: readonly number[]
  /** The Server object handle table, with the handles of new objects filled in. */
  readonly handles: readonly number[]
}

/** Reads a ROP output buffer. Throws a {@link DecodeError}. */
export function decodeRopOutput(payload: Uint8Array, context: OutputContext): RopOutputBuffer {
  const { rops, handles } = openBuffer(payload, 'ROP output buffer')
  const outputs: RopOutput[] = []
  const answers: number[] = []
  let next = 0
  while (rops.remaining > 0) {
    const special = decodeSpecial(rops)
    if (special) {
      outputs.push(special)
      answers.push(-1)
      continue
    }
    const at = rops.offset
    const id = rops.u8()
    while (context.requests[next]?.rop.hasResponse === false) next++
    const request = context.requests[next]
    const rop = request && answeringRop(request, id)
    if (rop === undefined) {
      return rops.fail(`response 0x${id.toString(16)} to a request that was not made`, at)
    }
    const columns = context.columnsFor?.(next)
    outputs.push(
      decodeResponse(rops, rop, {
        request: request!.fields,
        ...(columns === undefined ? {} : { columns }),
      }),
    )
    answers.push(next++)
  }
  return { outputs, answers, handles }
}

/**
 * The ROP whose response a response with this RopId is, if it can answer the request. A request that may be worked on
 * asynchronously can be answered by RopProgress, and RopProgress by the response to what it asks about
 * ([MS-OXCPRPT] 3.2.5.20).
 */
function answeringRop({ rop, fields }: RopRequest, id: number): RopDefinition | undefined {
  if (id === rop.responseId || id === rop.id) return rop
  if (id === progress.id && (fields as AsynchronousRequest).wantAsynchronous === true) return progress
  if (rop.id !== progress.id) return undefined
  const finished = ropById(id)
  return finished && canBeAsynchronous(finished) ? finished : undefined
}

interface AsynchronousRequest {
  readonly wantAsynchronous?: boolean
}

function canBeAsynchronous({ request: { shape } }: RopDefinition): boolean {
  return shape.kind === 'struct' && 'wantAsynchronous' in shape.fields
}

/** Reads one response whose RopId has been read. */
export function decodeResponse(
  reader: ByteReader,
  rop: RopDefinition,
  context: ResponseContext,
): RopResponse {
  const { handleIndex, returnValue } = readHeader(reader, rop)
  const body = rop.body(returnValue, context)?.decode(reader)
  return { kind: 'response', rop, handleIndex, returnValue, ...(body === undefined ? {} : { body }) }
}

function readHeader(reader: ByteReader, rop: RopDefinition): ResponseHeader {
  try {
    return responseHeader.decode(reader)
  } catch (error) {
    return rethrowWithin(error, `${rop.name} response`)
  }
}

/** Writes one response, RopId first. */
export function encodeResponse(writer: ByteWriter, response: RopResponse, context: ResponseContext): void {
  const { rop, returnValue, body } = response
  writer.u8(rop.responseId)
  responseHeader.encode(writer, response)
  rop.body(returnValue, context)?.encode(writer, body)
}

function decodeSpecial(reader: ByteReader): RopOutput | undefined {
  switch (reader.bytes[reader.offset]) {
    case notify.id:
      reader.u8()
      return { kind: 'notify', ...notify.layout.decode(reader) }
    case pending.id:
      reader.u8()
      return { kind: 'pending', ...pending.layout.decode(reader) }
    case backoff.id:
      reader.u8()
      return { kind: 'backoff', ...backoff.layout.decode(reader) }
    case bufferTooSmall.id:
      reader.u8()
      return { kind: 'bufferTooSmall', ...bufferTooSmall.layout.decode(reader) }
    default:
      return undefined
  }
}

/**
 * Writes a ROP output buffer piece by piece, so that a server sees after each response how much room is left.
 */
export class RopOutputWriter {
  readonly #writer = new ByteWriter()

  constructor() {
    this.#writer.u16(0)
  }

  /** Bytes that the buffer takes so far, with a handle table of `handleCount` handles. */
  size(handleCount: number): number {
    return this.#writer.length + handleCount * HANDLE_BYTES
  }

  /** Appends an output. `context` is needed for responses only. */
  append(output: RopOutput, context: ResponseContext = { request: undefined }): void {
    switch (output.kind) {
      case 'response':
        encodeResponse(this.#writer, output, context)
        break
      case 'notify':
        this.#writer.u8(notify.id)
        notify.layout.encode(this.#writer, output)
        break
      case 'pending':
        this.#writer.u8(pending.id)
        pending.layout.encode(this.#writer, output)
        break
      case 'backoff':
        this.#writer.u8(backoff.id)
        backoff.layout.encode(this.#writer, output)
        break
      case 'bufferTooSmall':
        this.#writer.u8(bufferTooSmall.id)
        bufferTooSmall.layout.encode(this.#writer, output)
        break
    }
  }

  /** A point to {@link rollBack} to, when what was appended since turns out not to fit. */
  mark(): number {
    return this.#writer.length
  }

  rollBack(mark: number): void {
    this.#writer.truncate(mark)
  }

  /** The whole buffer. */
  finish(handles: readonly number[]): Uint8Array<ArrayBuffer> {
    return closeBuffer(this.#writer, handles)
  }
}

/** Writes a ROP output buffer whose parts are all known. */
export function encodeRopOutput(
  outputs: readonly { readonly output: RopOutput; readonly context?: ResponseContext }[],
  handles: readonly number[],
): Uint8Array<ArrayBuffer> {
  const writer = new RopOutputWriter()
  for (const { output, context } of outputs) writer.append(output, context)
  return writer.finish(handles)
}

// ---------------------------------------------------------------------------------------------------
// Both

function openBuffer(payload: Uint8Array, name: string): { rops: ByteReader; handles: number[] } {
  try {
    const reader = new ByteReader(payload)
    const size = reader.u16()
    if (size < ROP_SIZE_BYTES) reader.fail(`RopSize ${size} is less than its own size`, 0)
    const rops = reader.sub(size - ROP_SIZE_BYTES)
    if (reader.remaining % HANDLE_BYTES !== 0) reader.fail('handle table that is cut short')
    const handles: number[] = []
    while (reader.remaining > 0) handles.push(reader.u32())
    return { rops, handles }
  } catch (error) {
    return rethrowWithin(error, name)
  }
}

function closeBuffer(writer: ByteWriter, handles: readonly number[]): Uint8Array<ArrayBuffer> {
  if (writer.length > 0xffff)
    throw new EncodeError(`ROPs of ${writer.length} bytes, at most 65535 fit a buffer`)
  writer.patchU16(0, writer.length)
  for (const handle of handles) writer.u32(handle)
  return writer.finish()
}
