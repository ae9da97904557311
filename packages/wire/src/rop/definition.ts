import type { Columns } from '@bourse/mapi'
import { type Codec, type CodecValue, type StructValue, struct, u8 } from '@bourse/mapi/bytes'

/** The fields of a layout, in order; see `struct` of `@bourse/mapi/bytes`. */
export type Fields = Readonly<Record<string, Codec<unknown>>>

/**
 * What reading or writing a response needs to know beyond its bytes. Both ends have it: the client from the
 * request it sent and the columns it set, the server from the request it got and the table it serves.
 */
export interface ResponseContext<Q = unknown> {
  /** The fields of the request that is answered. */
  readonly request: Q
  /**
   * The columns that rows are laid out by: of the table for RopQueryRows, RopFindRow and RopExpandRow, of the
   * recipient table for RopReadRecipients. Other responses do not need them.
   */
  readonly columns?: Columns
}

/** A body that is always laid out alike, or one whose layout the context decides. */
type Body<Q> = Codec<unknown> | ((context: ResponseContext<Q>) => Codec<unknown>)

/**
 * One remote operation, as data: its number, its name, and how its request and its responses are laid out
 * ([MS-OXCROPS] 2.2). A request is RopId, LogonId and the fields of {@link request}; a response is RopId, a
 * handle index, ReturnValue and a body that depends on ReturnValue.
 */
export interface RopDefinition<N extends string = string, Q = unknown, S = unknown, F = unknown> {
  /** RopId. */
  readonly id: number
  /** The specification's name, e.g. `RopQueryRows`. */
  readonly name: N
  /** Where in [MS-OXCROPS] the buffers are specified. */
  readonly section: string
  /** RopId of the responses: that of the request, but for RopGetMessageStatus. */
  readonly responseId: number
  /**
   * The request after its RopId: LogonId, handle indexes and all other fields. A field whose presence depends on the
   * logon is written if the value has it, and read as a logon to a private mailbox has it.
   */
  readonly request: Codec<Q>
  /** How the request is read if its logon is to public folders, where that makes a difference. */
  readonly publicRequest?: Codec<Q>
  /** Whether the server answers at all; RopRelease gets no response ([MS-OXCROPS] 2.2.15.3). */
  readonly hasResponse: boolean
  /** How the body after ReturnValue is laid out, or `undefined` if nothing follows. */
  body(returnValue: number, context: ResponseContext<Q>): Codec<S | F> | undefined
  /** For the compiler only; never set. */
  readonly types?: { readonly request: Q; readonly success: S; readonly failure: F }
}

/** The fields of a ROP's request. */
export type RequestOf<D> = D extends RopDefinition<string, infer Q, unknown, unknown> ? Q : never
/** The body of a ROP's response that reports success. */
export type SuccessOf<D> = D extends RopDefinition<string, unknown, infer S, unknown> ? S : never
/** The body of those responses that report a failure and say more than its code. */
export type FailureOf<D> = D extends RopDefinition<string, unknown, unknown, infer F> ? F : never

type BodyValue<B> = B extends Codec<infer T> ? T : B extends Fields ? StructValue<B> : undefined

type FailureValue<X> = X extends Readonly<Record<number, infer B>> ? BodyValue<B> : undefined

type RequestValue<Q extends Fields> = StructValue<{ readonly logonId: typeof u8 } & Q>

interface RopSpec<N extends string, Q extends Fields, X> {
  readonly id: number
  readonly name: N
  readonly section: string
  /** RopId of the responses, if it is not `id`. */
  readonly responseId?: number
  /** The fields of the request after RopId and LogonId. */
  readonly request: Q
  /** The same for reading a request whose logon is to public folders, where they differ. */
  readonly publicRequest?: Fields
  /** Whether the same body follows any other ReturnValue too, as PartialCompletion does. */
  readonly bodyAlways?: boolean
  /** The bodies that follow particular other ReturnValues. */
  readonly failures?: X
  readonly hasResponse?: boolean
}

/**
 * Defines a ROP from the tables of its specification. `success` is the body of a success response, after
 * ReturnValue: its fields, a codec, or a function that makes a codec from the context; nothing follows if it is left
 * out.
 *
 * ```ts
 * export const queryRows = defineRop({
 *   id: 0x15, name: 'RopQueryRows', section: '2.2.5.4',
 *   request: { inputHandleIndex: u8, queryRowsFlags: u8, forwardRead: bool8, rowCount: u16 },
 *   success: (context) => struct('RopQueryRows response', { origin: u8, rows: rowsOf(context) }),
 * })
 * ```
 */
export function defineRop<
  const N extends string,
  const Q extends Fields,
  C extends Codec<unknown>,
  X extends Readonly<Record<number, Fields>> | undefined = undefined,
>(
  spec: RopSpec<N, Q, X> & { readonly success: (context: ResponseContext<RequestValue<Q>>) => C },
): RopDefinition<N, RequestValue<Q>, CodecValue<C>, FailureValue<X>>
export function defineRop<
  const N extends string,
  const Q extends Fields,
  S extends Fields | Codec<unknown> | undefined = undefined,
  X extends Readonly<Record<number, Fields>> | undefined = undefined,
>(
  spec: RopSpec<N, Q, X> & { readonly success?: S },
): RopDefinition<N, RequestValue<Q>, BodyValue<S>, FailureValue<X>>
export function defineRop<N extends string, Q extends Fields>(
  spec: RopSpec<N, Q, Readonly<Record<number, Fields>> | undefined> & { readonly success?: unknown },
): RopDefinition<N, RequestValue<Q>> {
  type Request = RequestValue<Q>
  const { id, name, section } = spec
  const requestOf = (fields: Fields) =>
    struct(`${name} request`, { logonId: u8, ...fields }) as unknown as Codec<Request>
  const success = bodyOf<Request>(`${name} response`, spec.success)
  const failures = new Map<number, Codec<unknown>>()
  for (const [code, fields] of Object.entries(spec.failures ?? {})) {
    failures.set(Number(code), struct(`${name} failure response`, fields as Fields))
  }
  return {
    id,
    name,
    section,
    responseId: spec.responseId ?? id,
    request: requestOf(spec.request),
    ...(spec.publicRequest && { publicRequest: requestOf(spec.publicRequest) }),
    hasResponse: spec.hasResponse ?? true,
    body(returnValue, context) {
      const failure = failures.get(returnValue)
      if (failure) return failure
      if (returnValue !== 0 && spec.bodyAlways !== true) return undefined
      return typeof success === 'function' ? success(context) : success
    },
  }
}

function bodyOf<Q>(name: string, body: unknown): Body<Q> | undefined {
  if (body === undefined || typeof body === 'function') return body as Body<Q> | undefined
  const isCodec = typeof (body as { decode?: unknown }).decode === 'function'
  return isCodec ? (body as Codec<unknown>) : struct(name, body as Fields)
}

/** ReturnValue of a response whose destination handle was null ([MS-OXCROPS] 2.2, "null destination failure"). */
export const NULL_DESTINATION = 0x00000503
