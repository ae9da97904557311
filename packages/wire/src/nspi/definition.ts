import { type Codec, constant, type StructCodec, type StructValue, struct, u32 } from '@bourse/mapi/bytes'
import { type AddressBookRequestType, type ResponseBody, responseBody } from '../http/index.ts'
import { auxiliaryBuffer } from './common.ts'

type Fields = Readonly<Record<string, Codec<unknown>>>

/**
 * The failure body of every request type ([MS-OXCMAPIHTTP] 2.2.5.1.3 and so on): the request was not worked on at
 * all. An operation that was tried and failed has a success body with an ErrorCode.
 */
export const nspiFailure = struct('failure response', {
  /** Not zero. */
  statusCode: u32,
  auxiliaryBuffer,
})
export type NspiFailure = StructValue<typeof nspiFailure.fields>

/** The fields that every success body begins and ends with. */
const successHead = {
  statusCode: constant(u32, 0),
  /** Zero, or one of the return values of [MS-OXNSPI] 2.2.1.2. */
  errorCode: u32,
} as const

type RequestFields<Q> = Q & { readonly auxiliaryBuffer: typeof auxiliaryBuffer }
type SuccessFields<S> = typeof successHead & S & { readonly auxiliaryBuffer: typeof auxiliaryBuffer }

/** One request type of the address book endpoint, as data: its names and the layouts of its bodies. */
export interface NspiRequestType<Q = Fields, S = Fields> {
  /** The name of its section, e.g. `CompareMinIds`. */
  readonly name: string
  /** Value of the X-RequestType header ([MS-OXCMAPIHTTP] 2.2.3.3.1), which for two types is not the name. */
  readonly header: AddressBookRequestType
  /** Where in [MS-OXCMAPIHTTP] its bodies are specified. */
  readonly section: string
  /** The method of [MS-OXNSPI] that says what the server does, or the operation of [MS-OXABREF]. */
  readonly method: string
  readonly request: StructCodec<RequestFields<Q>>
  /** The response body if StatusCode is zero. */
  readonly success: StructCodec<SuccessFields<S>>
  /** The response body if StatusCode is not zero. */
  readonly failure: typeof nspiFailure
  /** The response body, whichever it is. */
  readonly response: Codec<ResponseBody<StructValue<SuccessFields<S>>, NspiFailure>>
}

interface Spec<Q, S> {
  readonly name: string
  readonly header: AddressBookRequestType
  readonly section: string
  readonly method: string
  /** The fields of the request before AuxiliaryBufferSize. */
  readonly request: Q
  /** The fields of the success body between ErrorCode and AuxiliaryBufferSize. */
  readonly success: S
}

/**
 * Defines a request type from the tables of its specification:
 *
 * ```ts
 * export const getMailboxUrl = defineNspi({
 *   name: 'GetMailboxUrl', header: AddressBookRequestType.GetMailboxUrl, section: '2.2.5.18', method: '…',
 *   request: { flags: reserved(u32), serverDn: utf16z },
 *   success: { serverUrl: utf16z },
 * })
 * ```
 */
export function defineNspi<const Q extends Fields, const S extends Fields>(
  spec: Spec<Q, S>,
): NspiRequestType<Q, S> {
  const { name, header, section, method } = spec
  const request: StructCodec<RequestFields<Q>> = struct(`${name} request`, {
    ...spec.request,
    auxiliaryBuffer,
  })
  const success: StructCodec<SuccessFields<S>> = struct(`${name} success response`, {
    ...successHead,
    ...spec.success,
    auxiliaryBuffer,
  })
  const response = responseBody(`${name} response`, success, nspiFailure)
  return { name, header, section, method, request, success, failure: nspiFailure, response }
}

/** The fields of a request type's request. */
export type NspiRequestOf<T> = T extends { readonly request: Codec<infer Q> } ? Q : never
/** The fields of a request type's success body. */
export type NspiSuccessOf<T> = T extends { readonly success: Codec<infer S> } ? S : never
/** A request type's response body: a success or a failure. */
export type NspiResponseOf<T> = T extends { readonly response: Codec<infer R> } ? R : never
