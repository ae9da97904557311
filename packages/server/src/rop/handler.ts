import type { Columns } from '@bourse/mapi'
import type { FailureOf, RequestOf, RopDefinition, SuccessOf } from '@bourse/wire/rop'
import type { RopCall } from './call.ts'
import type { ServerObject } from './server-object.ts'

/** A response's body: required where the ROP has one. */
type BodyPart<B> = [B] extends [undefined] ? { readonly body?: undefined } : { readonly body: B }

interface SuccessExtras<D extends RopDefinition> {
  readonly returnValue?: 0
  /**
   * The object that the ROP opened. It gets a handle, which is put where OutputHandleIndex says, and belongs to the
   * session from then on; it is disposed when the client releases it, or at once if there is no handle to be had.
   */
  readonly object?: ServerObject
  /** Is called with the object's new handle. If it rejects, the object is released and the ROP fails. */
  readonly opened?: (handle: number) => void | Promise<void>
  /** The columns that rows in the body are laid out by, where it has rows. */
  readonly columns?: Columns
  /**
   * The request that asks for what this response had no room for ([MS-OXCRPC] 3.1.4.2.1.2.2): RopQueryRows,
   * RopReadStream and RopFastTransferSourceGetBuffer only. If the client takes chained buffers, it is worked on next and
   * its response goes into a buffer of its own.
   */
  readonly next?: RequestOf<D>
}

/** What a handler answers when all went well. */
export type SuccessOutcome<D extends RopDefinition> = BodyPart<SuccessOf<D>> & SuccessExtras<D>

/**
 * A ReturnValue other than 0 together with a body: a warning such as ErrorsReturned, or a failure that says more than its
 * code. Ordinary failures are thrown as `MapiError`.
 */
export interface OtherOutcome<D extends RopDefinition> {
  readonly returnValue: number
  readonly body?: SuccessOf<D> | FailureOf<D> | undefined
  readonly columns?: Columns
}

export type Outcome<D extends RopDefinition> = SuccessOutcome<D> | OtherOutcome<D>

/** An outcome of any ROP, as the processor sees it. */
export interface AnyOutcome {
  readonly returnValue?: number
  readonly body?: unknown
  readonly object?: ServerObject
  readonly opened?: (handle: number) => void | Promise<void>
  readonly columns?: Columns
  readonly next?: unknown
}

/** How one ROP is carried out. Made by {@link handler}. */
export interface RopHandler {
  readonly rop: RopDefinition
  handle(call: RopCall): Promise<AnyOutcome>
}

/**
 * Says how a ROP is carried out. Each file of handlers ends in a list of its own, and `handlers.ts` has all lists.
 *
 * ```ts
 * // RopGetStreamSize: [MS-OXCPRPT] 3.2.5.13
 * handler(getStreamSize, async (call) => {
 *   const { stream } = call.input('stream')
 *   return { body: { streamSize: await stream.getSize() } }
 * })
 *
 * // RopOpenFolder, which makes an object: [MS-OXCFOLD] 3.2.5.1
 * handler(openFolder, async (call) => {
 *   const { store } = call.logon
 *   const folder = await store.openFolder(call.request.folderId)
 *   return { object: { kind: 'folder', folder }, body: { hasRules: folder.hasRules, isGhosted: false } }
 * })
 * ```
 *
 * A handler translates: it takes its objects from `call.input(…)` and `call.destination(…)`, checks what only the wire can
 * get wrong (`call.requireFlags`), calls a method of the object model and returns the response's body, all fields but
 * RopId, handle index and ReturnValue. What it throws becomes ReturnValue: a `MapiError` its code; anything else is
 * logged and becomes `GeneralFailure`, 0x80004005. Where a failed ROP's response has a body too, its fields are all zero
 * (PartialCompletion false, no data), but for DestHandleIndex. Handles, heads of responses and limits are the processor's.
 */
export function handler<D extends RopDefinition>(
  rop: D,
  handle: (call: RopCall<D>) => Promise<Outcome<D>>,
): RopHandler {
  return { rop, handle: handle as unknown as (call: RopCall) => Promise<AnyOutcome> }
}
