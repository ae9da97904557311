import { type Codec, decodeLatin1 } from '@bourse/mapi/bytes'
import type { FuzzTarget } from '../../../tools/fuzz/contract.ts'
import { codecTarget, decodingTarget, sample, transcodingTarget } from '../../mapi/fuzz/support.ts'
import { arbitraryOf } from '../../mapi/test/support/arbitrary.ts'
import {
  type AuxiliaryBlock,
  auxiliaryBlock,
  auxiliaryBlocks,
  donePiece,
  finalHeaders,
  type Header,
  type InnerResponse,
  mailboxBodies,
  packAuxiliary,
  packedExecuteRequest,
  parseApplicationVersion,
  parseClientCounter,
  parseFinalStatus,
  parseHttpDate,
  parseMilliseconds,
  parseResponse,
  parseResponseCode,
  pendingPiece,
  processingPiece,
  ResponseParser,
  unpackAuxiliary,
} from '../src/http/index.ts'
import { arbitraryBlock, knownBlocks } from '../test/http/arbitrary-http.ts'
import '../test/support/arbitrary-rop.ts'
import { joined, PAYLOADS, PLAIN } from './support.ts'

const STATUS = { responseCode: 0, startTime: Date.UTC(2015, 3, 15), elapsedTime: 1234 }

/** The response is the same read at once and byte by byte. */
function readResponse(bytes: Uint8Array): void {
  const whole = parseResponse(bytes)
  const parser = new ResponseParser()
  const pieces: Uint8Array[] = []
  const metaTags: string[] = []
  let headers: readonly Header[] = []
  for (let i = 0; i < bytes.length; i++) {
    for (const event of parser.push(bytes.subarray(i, i + 1))) {
      if (event.kind === 'metaTag') metaTags.push(event.tag)
      else if (event.kind === 'done') headers = event.headers
      else pieces.push(event.bytes)
    }
  }
  parser.end()
  const byteByByte = { metaTags, headers, body: joined(pieces) }
  if (describe(byteByByte) !== describe(whole)) throw new Error('read byte by byte it is another response')
  parseFinalStatus(whole.headers)
}

function describe({
  metaTags,
  headers,
  body,
}: Omit<InnerResponse, 'metaTags'> & { metaTags: readonly string[] }): string {
  return JSON.stringify([metaTags, headers, [...body]])
}

function textTarget(name: string, parse: (text: string) => unknown, ...texts: readonly string[]): FuzzTarget {
  return decodingTarget(
    `wire/http/${name}`,
    (bytes) => parse(decodeLatin1(bytes, 0, bytes.length)),
    () => texts.map((text) => new TextEncoder().encode(text)),
  )
}

const targets: readonly FuzzTarget[] = [
  ...Object.entries(mailboxBodies).flatMap(([name, { request, response }]) => [
    codecTarget(`wire/http/${name}/request`, request as Codec<unknown>),
    codecTarget(`wire/http/${name}/response`, response as Codec<unknown>),
  ]),
  codecTarget('wire/http/packedExecuteRequest', packedExecuteRequest(PLAIN), {
    values: () =>
      PAYLOADS.map((payloads) => ({
        flags: 3,
        payloads,
        maxRopOut: 0x8000,
        auxiliaryBuffer: new Uint8Array(3),
      })),
  }),
  codecTarget('wire/http/auxiliaryBlock', auxiliaryBlock, {
    values: () => knownBlocks.flatMap(([kind]) => sample(arbitraryBlock(kind), 3)),
  }),
  codecTarget('wire/http/auxiliaryBlocks', auxiliaryBlocks),
  transcodingTarget<readonly AuxiliaryBlock[]>(
    'wire/http/auxiliaryBuffer',
    unpackAuxiliary,
    (blocks) => packAuxiliary(blocks, { compress: true, obfuscate: true }),
    () => sample(arbitraryOf(auxiliaryBlocks)),
  ),
  decodingTarget('wire/http/response', readResponse, () => [
    donePiece(finalHeaders(STATUS), Uint8Array.of(1, 2, 3)),
    joined([
      processingPiece(),
      pendingPiece(),
      pendingPiece(),
      donePiece([...finalHeaders(STATUS), ['X-Other', 'a, b']], new Uint8Array(0)),
    ]),
  ]),
  textTarget('clientCounter', parseClientCounter, '{2EF33C39-49C8-421C-B876-CDF7F2AC3AA0}:123'),
  textTarget('applicationVersion', parseApplicationVersion, 'Exchange/15.00.0847.4040', 'Outlook/15.0.847.0'),
  textTarget('httpDate', parseHttpDate, 'Wed, 15 Apr 2015 03:21:23 GMT'),
  textTarget('milliseconds', parseMilliseconds, '123', '0'),
  textTarget('responseCode', parseResponseCode, '0', '13'),
]

export default targets
