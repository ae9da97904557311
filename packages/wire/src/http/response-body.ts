import {
  type Codec,
  custom,
  EncodeError,
  rethrowWithin,
  type StructCodec,
  type StructValue,
  u32,
} from '@bourse/mapi/bytes'

/** A response body by its StatusCode: zero makes it a success, anything else a failure. */
export type ResponseBody<S, F> = ({ readonly kind: 'success' } & S) | ({ readonly kind: 'failure' } & F)

/**
 * The response body of a request type: the success body when its StatusCode is zero and the failure body
 * when it is not ([MS-OXCMAPIHTTP] 2.2.4, 2.2.5). Both begin with that field; `success` leaves it out of
 * its value, as there is nothing to know about it.
 *
 * `name` is the request type's, e.g. `Connect response`.
 */
export function responseBody<S, F extends { readonly statusCode: Codec<number> }>(
  name: string,
  success: StructCodec<S>,
  failure: StructCodec<F>,
): Codec<ResponseBody<StructValue<S>, StructValue<F>>> {
  return custom<ResponseBody<StructValue<S>, StructValue<F>>>(
    name,
    Math.min(success.minSize, failure.minSize),
    (reader) => {
      const start = reader.offset
      const isSuccess = reader.remaining >= 4 && u32.decode(reader) === 0
      reader.offset = start
      if (isSuccess) return { kind: 'success', ...success.decode(reader) }
      try {
        return { kind: 'failure', ...failure.decode(reader) }
      } catch (error) {
        // The same failure body serves several request types.
        rethrowWithin(error, name)
      }
    },
    (writer, value) => {
      if (value.kind === 'success') return success.encode(writer, value)
      if ((value as { readonly statusCode?: unknown }).statusCode === 0) {
        throw new EncodeError('the StatusCode of a failure is not zero')
      }
      failure.encode(writer, value)
    },
  )
}
