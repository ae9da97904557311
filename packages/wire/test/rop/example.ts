/** Worked examples of the specifications: bytes, and what their text says that they mean. */
import { ByteReader, ByteWriter, fromHex, toHex } from '@bourse/mapi/bytes'
import { expect } from 'vitest'
import {
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  type RequestOf,
  type ResponseContext,
  type RopDefinition,
  ropRequest,
} from '../../src/rop/index.ts'

/** The bytes are this request, and this request is written as these bytes. */
export function expectRequest<D extends RopDefinition>(rop: D, hex: string, fields: RequestOf<D>): void {
  const bytes = fromHex(hex)
  const reader = new ByteReader(bytes)
  const request = decodeRequest(reader)
  reader.expectEnd()
  expect(request.rop).toBe(rop)
  expect(request.fields).toEqual(fields)
  const writer = new ByteWriter()
  encodeRequest(writer, ropRequest(rop, fields))
  expect(toHex(writer.finish())).toBe(toHex(bytes))
}

export interface ExpectedResponse {
  readonly handleIndex: number
  readonly returnValue?: number
  readonly body?: unknown
}

/** The bytes are this response, and this response is written as these bytes. */
export function expectResponse(
  rop: RopDefinition,
  hex: string,
  { handleIndex, returnValue = 0, body }: ExpectedResponse,
  context: ResponseContext = { request: undefined },
): void {
  const bytes = fromHex(hex)
  const reader = new ByteReader(bytes)
  expect(reader.u8()).toBe(rop.responseId)
  const response = decodeResponse(reader, rop, context)
  reader.expectEnd()
  expect(response).toEqual({ kind: 'response', rop, handleIndex, returnValue, body })
  const writer = new ByteWriter()
  encodeResponse(writer, { kind: 'response', rop, handleIndex, returnValue, body }, context)
  expect(toHex(writer.finish())).toBe(toHex(bytes))
}
