import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSpool, spoolMessage } from '../../src/mail-flow/smtp-in/spool.ts'

describe('messages that are coming in', () => {
  let folder: string

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'bourse-spool-'))
  })

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  async function* inPieces(text: string, length: number): AsyncGenerator<Uint8Array> {
    const bytes = Buffer.from(text, 'latin1')
    for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
  }

  const MESSAGE =
    'Received: a\r\nSubject: x\r\nreceived : b\r\nDATE: now\r\n\r\nReceived: no\r\nMessage-ID: no\r\n'

  it.each([1, 2, 3, 7, 1000])('are kept as they come, in pieces of %d bytes', async (length) => {
    {
      await using message = (await spoolMessage(inPieces(MESSAGE, length), folder, 1000))!
      expect(message).toMatchObject({ size: MESSAGE.length, hops: 2, isUnique: true })
      expect(message.hash).toBe(createHash('sha256').update(MESSAGE).digest('hex'))
      expect(readFileSync(message.path, 'latin1')).toBe(MESSAGE)
    }
    expect(readdirSync(folder)).toEqual([])
  })

  it('may have no header, or nothing else', async () => {
    for (const text of ['\r\nDate: in the body\r\n', '\nDate: in the body', '', 'x', 'no: date']) {
      await using message = (await spoolMessage(inPieces(text, 1), folder, 1000))!
      expect(message).toMatchObject({ size: text.length, hops: 0, isUnique: false })
    }
  })

  it('leave nothing if they are too long, or end with an error', async () => {
    expect(await spoolMessage(inPieces(MESSAGE, 10), folder, 50)).toBeUndefined()
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield* inPieces(MESSAGE, 10)
      throw new Error('gone')
    }
    await expect(spoolMessage(broken(), folder, 1000)).rejects.toThrow('gone')
    expect(readdirSync(folder)).toEqual([])
  })

  it('of a server that was killed are removed', async () => {
    writeFileSync(join(folder, 'old.eml'), 'x')
    await openSpool(folder)
    expect(readdirSync(folder)).toEqual([])
  })
})
