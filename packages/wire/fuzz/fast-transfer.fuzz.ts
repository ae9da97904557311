import { DecodeError } from '@bourse/mapi/bytes'
import fc from 'fast-check'
import type { FuzzTarget } from '../../../tools/fuzz/contract.ts'
import { codecTarget, decodingTarget, sample } from '../../mapi/fuzz/support.ts'
import {
  extendedErrorInfo,
  type FastTransferToken,
  FastTransferWriter,
  folderReplicaInfo,
  groupProperty,
  progressInformation,
  propertyGroupInfo,
} from '../src/fast-transfer/index.ts'
import { bytesOf, derive, parse, ROOTS } from '../test/fast-transfer/streams.ts'
import { arbitraryElement, cut, essence, streamOf, tokensOf } from '../test/fast-transfer/support.ts'

/** How many bytes of a value the lexer holds, so that small inputs have values that come in pieces. */
const STREAMED_VALUE_SIZE = 16
/** Pieces that inputs are cut into. */
const PIECES = [1, 3, 2, 7]

const elements = fc.array(arbitraryElement, { minLength: 1, maxLength: 12 })
const choices = fc.array(fc.nat(), { minLength: 20, maxLength: 100 })

/** The tokens are the same however the stream is cut, and so is the error; written again, they are the same tokens. */
function lex(bytes: Uint8Array): void {
  const options = { streamedValueSize: STREAMED_VALUE_SIZE }
  const whole = resultOf(() => tokensOf([bytes], options))
  const pieces = resultOf(() => tokensOf(cut(bytes, PIECES), options))
  if (describe(whole) !== describe(pieces)) {
    throw new Error(`whole: ${describe(whole)}, in pieces: ${describe(pieces)}`)
  }
  if (whole instanceof DecodeError) throw whole
  const again = resultOf(() => tokensOf([write(whole)], options))
  if (describe(whole) !== describe(again)) {
    throw new Error(`read: ${describe(whole)}, written and read again: ${describe(again)}`)
  }
}

function resultOf<T>(run: () => T): T | DecodeError {
  try {
    return run()
  } catch (error) {
    if (error instanceof DecodeError) return error
    throw error
  }
}

function describe(result: readonly FastTransferToken[] | DecodeError): string {
  if (result instanceof DecodeError) return result.message
  return JSON.stringify(essence(result), (_, value: unknown) => {
    if (typeof value === 'bigint') return `${value}n`
    if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
    return value
  })
}

function write(tokens: readonly FastTransferToken[]): Uint8Array {
  const writer = new FastTransferWriter()
  for (const token of tokens) {
    switch (token.kind) {
      case 'marker':
        writer.marker(token.marker)
        break
      case 'property':
        writer.property(token.tag, token.value, token)
        break
      case 'valueStart':
        writer.valueStart(token.tag, token.size, token)
        break
      case 'valueData':
        writer.valueData(token.bytes)
        break
      case 'valueEnd':
        writer.valueEnd()
        break
    }
  }
  return writer.take(Number.MAX_SAFE_INTEGER)
}

const targets: readonly FuzzTarget[] = [
  { name: 'wire/fastTransfer/tokens', seeds: () => sample(elements, 40).map(streamOf), run: lex },
  ...ROOTS.map((root) =>
    decodingTarget(
      `wire/fastTransfer/${root}`,
      (bytes) => parse(root, [bytes]),
      () => sample(choices, 40).map((list) => bytesOf(derive(root, list))),
    ),
  ),
  codecTarget('wire/fastTransfer/progressInformation', progressInformation),
  codecTarget('wire/fastTransfer/groupProperty', groupProperty),
  codecTarget('wire/fastTransfer/propertyGroupInfo', propertyGroupInfo),
  codecTarget('wire/fastTransfer/folderReplicaInfo', folderReplicaInfo),
  codecTarget('wire/fastTransfer/extendedErrorInfo', extendedErrorInfo),
]

export default targets
