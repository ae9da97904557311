import { DecodeError, EncodeError } from '@bourse/mapi/bytes'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  donePiece,
  finalHeaders,
  type Header,
  headerValue,
  MAX_INNER_HEADER_SIZE,
  MAX_INNER_HEADERS,
  MAX_INNER_LINE_LENGTH,
  type MetaTag,
  parseFinalStatus,
  parseResponse,
  pendingPiece,
  processingPiece,
  ResponseCode,
  type ResponseEvent,
  ResponseParser,
} from '../../src/http/index.ts'

const EMPTY = new Uint8Array(0)
const START = Date.UTC(2015, 3, 15, 3, 21, 23)

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

function text(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes)
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/** Pushes the bytes in pieces that end at `cuts` and puts together what the parser finds. */
function parseInPieces(bytes: Uint8Array, cuts: readonly number[]) {
  const parser = new ResponseParser()
  const events: ResponseEvent[] = []
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
  let at = 0
  for (const end of ends) {
    events.push(...parser.push(bytes.slice(at, end)))
    at = end
  }
  parser.end()
  return {
    metaTags: events.flatMap((event) => (event.kind === 'metaTag' ? [event.tag] : [])),
    headers: events.flatMap((event) => (event.kind === 'done' ? event.headers : [])),
    body: concat(...events.flatMap((event) => (event.kind === 'body' ? [event.bytes] : []))),
  }
}

const header: fc.Arbitrary<Header> = fc.tuple(
  fc.stringMatching(/^[A-Za-z0-9-]{1,20}$/),
  fc.stringMatching(/^(?:[!-~](?:[ -~]{0,30}[!-~])?)?$/),
)

const response = fc.record({
  pending: fc.nat(4),
  headers: fc.array(header, { maxLength: 6 }),
  body: fc.oneof(fc.uint8Array({ maxLength: 100 }), fc.constant(ascii('\r\n\r\nDONE\r\nPENDING\r\n\n'))),
})

function write({
  pending,
  headers,
  body,
}: {
  pending: number
  headers: readonly Header[]
  body: Uint8Array
}) {
  return concat(processingPiece(), ...Array.from({ length: pending }, pendingPiece), donePiece(headers, body))
}

describe('writing a response', () => {
  it('MS-OXCMAPIHTTP_R1133 MS-OXCMAPIHTTP_R1134 MS-OXCMAPIHTTP_R1135 [MS-OXCMAPIHTTP] 4.2: PROCESSING is a chunk of 0xC bytes, PENDING one of 9', () => {
    expect(text(processingPiece())).toBe('PROCESSING\r\n')
    expect(processingPiece().length).toBe(0xc)
    expect(text(pendingPiece())).toBe('PENDING\r\n')
    expect(pendingPiece().length).toBe(9)
  })

  it('MS-OXCMAPIHTTP_R1136 MS-OXCMAPIHTTP_R2231 [MS-OXCMAPIHTTP] 4.3: DONE, additional headers, a blank line, the body', () => {
    const headers = finalHeaders({ responseCode: ResponseCode.Success, elapsedTime: 12, startTime: START })
    expect(text(donePiece(headers, ascii('body')))).toBe(
      'DONE\r\n' +
        'X-ResponseCode: 0\r\n' +
        'X-ElapsedTime: 12\r\n' +
        'X-StartTime: Wed, 15 Apr 2015 03:21:23 GMT\r\n' +
        '\r\n' +
        'body',
    )
  })

  it('leaves out what is not known', () => {
    expect(finalHeaders({})).toEqual([])
    expect(text(donePiece([], EMPTY))).toBe('DONE\r\n\r\n')
  })

  it.each([
    ['', 'x'],
    ['A B', 'x'],
    ['A:', 'x'],
    ['A\r\nB', 'x'],
    ['A', 'x\r\nB: y'],
    ['A', 'x\n'],
    ['A', ' x'],
    ['A', 'x\0'],
    ['A', '\u0100'],
  ])('writes no header %j with the value %j', (name, value) => {
    expect(() => donePiece([[name, value]], EMPTY)).toThrow(EncodeError)
  })
})

describe('reading a response', () => {
  it('MS-OXCMAPIHTTP_R1189 MS-OXCMAPIHTTP_R1185 MS-OXCMAPIHTTP_R1178 [MS-OXCMAPIHTTP] 4.2: a response that took a while', () => {
    const bytes = ascii(
      'PROCESSING\r\n' +
        'PENDING\r\n' +
        'PENDING\r\n' +
        'DONE\r\n' +
        'X-ResponseCode: 0\r\n' +
        'X-ElapsedTime: 31022\r\n' +
        'X-StartTime: Wed, 15 Apr 2015 03:21:23 GMT\r\n' +
        '\r\n' +
        'BODY',
    )
    const found = parseResponse(bytes)
    expect(found.metaTags).toEqual(['PROCESSING', 'PENDING', 'PENDING'])
    expect(found.body).toEqual(ascii('BODY'))
    expect(headerValue(found.headers, 'x-elapsedtime')).toBe('31022')
    expect(headerValue(found.headers, 'X-Other')).toBeUndefined()
    expect(parseFinalStatus(found.headers)).toEqual({
      responseCode: 0,
      elapsedTime: 31_022,
      startTime: START,
    })
  })

  it('MS-OXCMAPIHTTP_R1249 [MS-OXCMAPIHTTP] 4.3: the response to PING has no body', () => {
    const bytes = ascii('PROCESSING\r\nDONE\r\nX-ResponseCode: 0\r\nX-ElapsedTime: 1\r\n\r\n')
    expect(parseResponse(bytes)).toEqual({
      metaTags: ['PROCESSING'],
      headers: [
        ['X-ResponseCode', '0'],
        ['X-ElapsedTime', '1'],
      ],
      body: EMPTY,
    })
  })

  it('MS-OXCMAPIHTTP_R2229 MS-OXCMAPIHTTP_R2230 MS-OXCMAPIHTTP_R2232 a failure after the request was accepted', () => {
    const headers: Header[] = [
      ['Content-Type', 'text/html'],
      ...finalHeaders({ responseCode: ResponseCode.ContextNotFound }),
    ]
    const found = parseResponse(concat(processingPiece(), donePiece(headers, ascii('<html>'))))
    expect(parseFinalStatus(found.headers)).toEqual({ responseCode: 10 })
    expect(headerValue(found.headers, 'Content-Type')).toBe('text/html')
    expect(text(found.body)).toBe('<html>')
  })

  it('counts a response code that is no number as a failure, and does without times that are none', () => {
    const headers: Header[] = [
      ['X-ResponseCode', 'none'],
      ['X-ElapsedTime', 'soon'],
      ['X-StartTime', 'today'],
    ]
    expect(parseFinalStatus(headers)).toEqual({ responseCode: ResponseCode.UnknownFailure })
    expect(parseFinalStatus([])).toEqual({})
  })

  it('MS-OXCMAPIHTTP_R1184 MS-OXCMAPIHTTP_R1187 finds the same however the bytes are cut', () => {
    fc.assert(
      fc.property(response, fc.array(fc.nat(), { maxLength: 12 }), (value, cuts) => {
        const found = parseInPieces(write(value), cuts)
        expect(found.metaTags).toEqual([
          'PROCESSING',
          ...Array.from({ length: value.pending }, (): MetaTag => 'PENDING'),
        ])
        expect(found.headers).toEqual(value.headers)
        expect(found.body).toEqual(value.body)
      }),
      { numRuns: 300 },
    )
  })

  it('finds the same in single bytes and in all of them at once', () => {
    const bytes = write({ pending: 2, headers: [['A', 'b: c']], body: ascii('\r\nx\r\n') })
    const single = Array.from({ length: bytes.length }, (_, i) => i)
    expect(parseInPieces(bytes, single)).toEqual(parseResponse(bytes))
  })

  it('reports each part as soon as it is there', () => {
    const parser = new ResponseParser()
    expect(parser.push(ascii('PROCESS'))).toEqual([])
    expect(parser.push(ascii('ING\r\nPEND'))).toEqual([{ kind: 'metaTag', tag: 'PROCESSING' }])
    expect(parser.push(ascii('ING\r\n'))).toEqual([{ kind: 'metaTag', tag: 'PENDING' }])
    expect(parser.push(ascii('DONE\r\nA: 1\r\n\r'))).toEqual([])
    expect(parser.push(ascii('\nxy'))).toEqual([
      { kind: 'done', headers: [['A', '1']] },
      { kind: 'body', bytes: ascii('xy') },
    ])
    expect(parser.push(EMPTY)).toEqual([])
    expect(parser.push(ascii('\r\nz'))).toEqual([{ kind: 'body', bytes: ascii('\r\nz') }])
    parser.end()
  })
})

describe('reading what is not a response', () => {
  function expectDecodeError(bytes: Uint8Array, message: RegExp): void {
    expect(() => parseResponse(bytes)).toThrow(message)
    expect(() => parseResponse(bytes)).toThrow(DecodeError)
  }

  it('refuses a line that is no meta-tag', () => {
    expectDecodeError(ascii('PROCESSING\r\n<html>\r\n'), /response\.metaTags: not a meta-tag at offset 12/)
    expectDecodeError(ascii('\r\nDONE\r\n\r\n'), /not a meta-tag at offset 0/)
    expectDecodeError(ascii('DONE \r\n\r\n'), /not a meta-tag at offset 0/)
  })

  it('refuses a line end that is not CR LF', () => {
    expectDecodeError(ascii('PROCESSING\n'), /response\.line: no CR before the LF at offset 0/)
    expectDecodeError(ascii('DONE\r\n\n'), /no CR before the LF at offset 6/)
  })

  it('refuses a line that is no header', () => {
    for (const line of ['X-ResponseCode', ': 0', ' A: 1', 'A : 1']) {
      expectDecodeError(ascii(`DONE\r\n${line}\r\n\r\n`), /response\.headers: not a header at offset 6/)
    }
  })

  it('refuses an end before the body', () => {
    const bytes = write({ pending: 1, headers: [['A', 'b']], body: EMPTY })
    for (let length = 0; length < bytes.length; length++) {
      expectDecodeError(bytes.slice(0, length), /the response ends before (DONE|the blank line) at offset/)
    }
  })

  it('refuses a line that is too long, before its end has come', () => {
    const fits = `A: ${'x'.repeat(MAX_INNER_LINE_LENGTH - 3)}`
    expect(parseResponse(ascii(`DONE\r\n${fits}\r\n\r\n`)).headers[0]?.[1].length).toBe(fits.length - 3)
    expectDecodeError(ascii(`DONE\r\n${fits}x\r\n\r\n`), /response\.line: more than 8192 bytes at offset 6/)
    const parser = new ResponseParser()
    expect(() => {
      for (let i = 0; i <= MAX_INNER_LINE_LENGTH + 2; i++) parser.push(ascii('P'))
    }).toThrow(/more than 8192 bytes at offset 0/)
  })

  it('refuses too many headers', () => {
    const lines = Array.from({ length: MAX_INNER_HEADERS }, (_, i) => `A${i}: b\r\n`).join('')
    expect(parseResponse(ascii(`DONE\r\n${lines}\r\n`)).headers.length).toBe(MAX_INNER_HEADERS)
    expectDecodeError(ascii(`DONE\r\n${lines}B: c\r\n\r\n`), /response\.headers: more than 64/)
  })

  it('refuses headers that are too long together', () => {
    const line = `A: ${'x'.repeat(MAX_INNER_LINE_LENGTH - 3)}\r\n`
    const count = Math.ceil(MAX_INNER_HEADER_SIZE / line.length)
    expectDecodeError(ascii(`DONE\r\n${line.repeat(count)}\r\n`), /more than 32768 bytes/)
  })

  it('stays failed once it has failed', () => {
    const parser = new ResponseParser()
    expect(() => parser.push(ascii('?\r\n'))).toThrow(DecodeError)
    expect(() => parser.push(ascii('DONE\r\n\r\n'))).toThrow(/not a meta-tag/)
    expect(() => parser.end()).toThrow(/not a meta-tag/)
  })

  it('throws nothing but DecodeError for bytes with changes and for random bytes', () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 })
    function check(bytes: Uint8Array): void {
      try {
        parseResponse(bytes)
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error
      }
    }
    fc.assert(
      fc.property(response, changes, (value, list) => {
        const bytes = write(value)
        for (const [at, byte] of list) bytes[at % bytes.length] = byte
        check(bytes)
      }),
      { numRuns: 500 },
    )
    fc.assert(fc.property(fc.uint8Array(), check), { numRuns: 500 })
  })
})
