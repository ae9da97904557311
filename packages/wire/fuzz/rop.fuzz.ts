import { type ByteReader, ByteWriter, type Codec } from '@bourse/mapi/bytes'
import type { FuzzTarget } from '../../../tools/fuzz/contract.ts'
import { codecTarget, decodingTarget, sample, transcodingTarget } from '../../mapi/fuzz/support.ts'
import { arbitraryOf } from '../../mapi/test/support/arbitrary.ts'
import type { BytesCodec } from '../../mapi/test/support/checks.ts'
import {
  backoff,
  bufferTooSmall,
  decodeResponse,
  decodeRopInput,
  decodeRopOutput,
  encodeResponse,
  encodeRopInput,
  encodeRopOutput,
  NULL_DESTINATION,
  notificationData,
  notify,
  type OutputContext,
  pending,
  type ResponseContext,
  type RopDefinition,
  type RopInput,
  type RopRequest,
  type RopResponse,
  ropDefinitions,
  typedStringCodec,
  WRONG_SERVER,
} from '../src/rop/index.ts'
import { arbitraryBody, arbitraryRequest, COLUMNS, contextOf } from '../test/support/arbitrary-rop.ts'

/** Success, any failure, and those with bodies of their own. */
const RETURN_VALUES = [0, 0x80004005, WRONG_SERVER, NULL_DESTINATION]

const NO_HANDLES = Array.from({ length: 256 }, () => 0xffffffff)

function requestTargets(rop: RopDefinition): FuzzTarget[] {
  const targets = [
    codecTarget(`wire/rop/${rop.name}/request`, rop.request, { arbitrary: () => arbitraryRequest(rop) }),
  ]
  if (rop.publicRequest !== undefined) {
    targets.push(codecTarget(`wire/rop/${rop.name}/publicRequest`, rop.publicRequest))
  }
  return targets
}

/** The request with the most bytes of some: the one with the most to answer. */
function longestRequest(rop: RopDefinition): unknown {
  const sized = sample(arbitraryRequest(rop)).map((request) => ({
    request,
    size: sizeOf(rop.request, request),
  }))
  return sized.reduce((best, other) => (other.size > best.size ? other : best)).request
}

function sizeOf<T>(codec: Codec<T>, value: T): number {
  const writer = new ByteWriter()
  codec.encode(writer, value)
  return writer.length
}

/** Responses to one request. */
function responsesTo(rop: RopDefinition, context: ResponseContext): RopResponse[] {
  return RETURN_VALUES.flatMap((returnValue): RopResponse[] => {
    const response = { kind: 'response', rop, handleIndex: 1, returnValue } as const
    const arbitrary = arbitraryBody(rop, returnValue, context)
    return arbitrary === undefined ? [response] : sample(arbitrary).map((body) => ({ ...response, body }))
  })
}

function responseTarget(rop: RopDefinition): FuzzTarget {
  const context = contextOf(rop, longestRequest(rop))
  const codec: BytesCodec<RopResponse> = {
    decode(reader: ByteReader) {
      const at = reader.offset
      if (reader.u8() !== rop.responseId) reader.fail('another ROP', at)
      return decodeResponse(reader, rop, context)
    },
    encode: (writer, response) => encodeResponse(writer, response, context),
  }
  return codecTarget(`wire/rop/${rop.name}/response`, codec, { values: () => responsesTo(rop, context) })
}

const answered = ropDefinitions.filter((rop) => rop.hasResponse)

/** One request for each ROP. */
function requests(rops: readonly RopDefinition[]): readonly RopRequest[] {
  return rops.map((rop) => ({ rop, fields: longestRequest(rop) as never }))
}

/** As many of the ROPs as fill a few buffers, a dozen to each. */
function dozens(): RopRequest[][] {
  const all = requests(answered)
  return Array.from({ length: Math.ceil(all.length / 12) }, (_, i) => all.slice(i * 12, i * 12 + 12))
}

/** Output is read as the answer to one request for each ROP. */
const output: OutputContext = { requests: requests(answered), columnsFor: () => COLUMNS }

const targets: readonly FuzzTarget[] = [
  ...ropDefinitions.flatMap(requestTargets),
  ...answered.map(responseTarget),
  ...[notify, pending, backoff, bufferTooSmall].map(({ name, layout }) =>
    codecTarget(`wire/rop/${name}`, layout as Codec<unknown>),
  ),
  codecTarget('wire/rop/notificationData', notificationData),
  codecTarget('wire/rop/typedString', typedStringCodec),
  transcodingTarget<RopInput>(
    'wire/rop/input',
    (bytes) => {
      const input = decodeRopInput(bytes)
      if (input.failure) throw input.failure
      return input
    },
    (input) => encodeRopInput(input.requests, input.handles),
    () => dozens().map((list) => ({ requests: list, offsets: [], handles: [1, 2, 3] })),
  ),
  decodingTarget(
    'wire/rop/output',
    (bytes) => decodeRopOutput(bytes, output),
    () => [
      encodeRopOutput([], NO_HANDLES),
      encodeRopOutput(
        output.requests.map(({ rop, fields }) => {
          const context = contextOf(rop, fields)
          const arbitrary = arbitraryBody(rop, 0, context)
          const body = arbitrary === undefined ? {} : { body: sample(arbitrary, 1)[0] }
          return {
            output: { kind: 'response', rop, handleIndex: 0, returnValue: 0, ...body } as const,
            context,
          }
        }),
        [1, 2, 3],
      ),
      encodeRopOutput(
        sample(arbitraryOf(notify.layout)).map((value) => ({
          output: { kind: 'notify', ...value } as const,
        })),
        [],
      ),
    ],
  ),
]

export default targets
