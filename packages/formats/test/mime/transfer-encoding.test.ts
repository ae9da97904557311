import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeTransfer,
  encodeBase64,
  encodeQuotedPrintable,
  type TransferEncoding,
  transferEncoding,
} from '../../src/mime/transfer-encoding.ts'
import { bytesOf, piecesOf, streamOf, textOf } from '../support/streams.ts'

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)

async function decode(text: string, encoding: TransferEncoding, size = 5): Promise<string> {
  return textOf(decodeTransfer(piecesOf(ascii(text), size), encoding))
}

describe('transfer encodings', () => {
  it('are known as they are spelled in mail', () => {
    expect(['7bit', '7-bit', 'plain', '', undefined].map(transferEncoding)).toEqual(Array(5).fill('identity'))
    expect(['Quoted-Printable', 'quoted printable', 'quoted-printable;'].map(transferEncoding)).toEqual(
      Array(3).fill('quoted-printable'),
    )
    expect(['BASE64', ' base64 ', '"base64"'].map(transferEncoding)).toEqual(Array(3).fill('base64'))
    expect(transferEncoding('x-uuencode')).toBe('uuencode')
    expect(transferEncoding('hexads')).toBeUndefined()
  })

  it('base64 is decoded whatever stands between, and when padding stands inside', async () => {
    expect(await decode('SGVs\r\nbG8=', 'base64')).toBe('Hello')
    expect(await decode('SGVsbG8', 'base64')).toBe('Hello')
    expect(await decode('SGVsbG8=SGVsbG8=', 'base64')).toBe('HelloHello')
    expect(await decode('S!G@V s', 'base64')).toBe('Hel')
  })

  it('quoted-printable is decoded, soft line breaks, trailing blanks and mistakes included', async () => {
    for (let size = 1; size < 12; size++) {
      expect(await decode('a=3Db=\r\nc  \r\nd=\r\n=zz=4', 'quoted-printable', size)).toBe('a=bc\r\nd=zz=4')
      expect(await decode('a= \nb', 'quoted-printable', size)).toBe('ab')
    }
  })

  it('uuencode is decoded', async () => {
    expect(await decode('x\nbegin 644 a\n%2&5L;&\\\n`\nend\ny', 'uuencode')).toBe('Hello')
  })

  it('give back what they were given', async () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(pieces, fc.integer({ min: 1, max: 100 }), async (input, size) => {
        const bytes = new Uint8Array(Buffer.concat(input))
        const base64 = await bytesOf(encodeBase64(streamOf(...input)))
        for (const line of Buffer.from(base64).toString().split('\r\n'))
          expect(line.length).toBeLessThanOrEqual(76)
        expect(await bytesOf(decodeTransfer(piecesOf(base64, size), 'base64'))).toEqual(bytes)
        const quoted = encodeQuotedPrintable(bytes)
        for (const line of Buffer.from(quoted).toString().split('\r\n'))
          expect(line.length).toBeLessThanOrEqual(76)
        expect(await bytesOf(decodeTransfer(piecesOf(quoted, size), 'quoted-printable'))).toEqual(bytes)
      }),
      { numRuns: 50 },
    )
  })

  it('take any bytes', async () => {
    const encodings: readonly TransferEncoding[] = ['base64', 'quoted-printable', 'uuencode', 'identity']
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom(...encodings),
        async (bytes, encoding) => {
          const decoded = await bytesOf(decodeTransfer(piecesOf(bytes, 7), encoding))
          expect(decoded.length).toBeLessThanOrEqual(bytes.length)
        },
      ),
    )
  })
})
