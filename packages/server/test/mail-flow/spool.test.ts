import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSource } from '../../src/mail-flow/delivery/mime-source.ts'
import { MAX_HEADER } from '../../src/mail-flow/smtp-in/header.ts'
import {
  hopsOf,
  isUnique,
  MAX_IN_MEMORY,
  openSpool,
  type SpooledMessage,
  spoolMessage,
} from '../../src/mail-flow/smtp-in/spool.ts'

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

  async function textOf({ source }: SpooledMessage): Promise<string> {
    return Buffer.concat(await Array.fromAsync(readSource(source))).toString('latin1')
  }

  it.each([1, 2, 3, 7, 1000])('are kept as they come, in pieces of %d bytes', async (length) => {
    await using message = (await spoolMessage(inPieces(MESSAGE, length), folder, 1000))!
    expect(message.size).toBe(MESSAGE.length)
    expect([hopsOf(message), isUnique(message)]).toEqual([2, true])
    expect(message.hash).toBe(createHash('sha256').update(MESSAGE).digest('hex'))
    expect(await textOf(message)).toBe(MESSAGE)
    expect(readdirSync(folder)).toEqual([])
  })

  it('are kept in a file if they are long', async () => {
    const long = MESSAGE + 'x'.repeat(MAX_IN_MEMORY)
    {
      await using message = (await spoolMessage(inPieces(long, 10_000), folder, 1_000_000))!
      expect(message.hash).toBe(createHash('sha256').update(long).digest('hex'))
      expect(await textOf(message)).toBe(long)
      expect(readdirSync(folder)).toHaveLength(1)
    }
    expect(readdirSync(folder)).toEqual([])
  })

  it.each([1, 70_000])(
    'tell where their fields are, and have them overwritten (body of %d bytes)',
    async (size) => {
      const text = `Subject: a\r\n b\r\nnot a field\r\nX-Odd :c\r\n\r\n${'y'.repeat(size)}`
      await using message = (await spoolMessage(inPieces(text, 9), folder, 1_000_000))!
      expect(message.header).toEqual([
        { name: 'subject', value: ' a\r\n b\r', offset: 0 },
        { name: 'x-odd', value: 'c\r', offset: text.indexOf('X-Odd') },
      ])
      await message.overwrite(text.indexOf('X-Odd'), Buffer.from('X-Ode'))
      expect(await textOf(message)).toBe(text.replace('X-Odd', 'X-Ode'))
    },
  )

  it('may have no header, or nothing else', async () => {
    for (const text of ['\r\nDate: in the body\r\n', '\nDate: in the body', '', 'x', 'no: date']) {
      await using message = (await spoolMessage(inPieces(text, 1), folder, 1000))!
      expect([message.size, hopsOf(message), isUnique(message)]).toEqual([text.length, 0, false])
    }
  })

  it('say so if their header is longer than can be looked at', async () => {
    const field = `X: ${'x'.repeat(993)}\r\n`
    const count = Math.ceil(MAX_HEADER / field.length)
    for (const [fields, isTooLong] of [
      [count, true],
      [count - 2, false],
    ] as const) {
      const text = `${field.repeat(fields)}\r\nbody`
      await using message = (await spoolMessage(inPieces(text, 65_536), folder, 10_000_000))!
      expect(message.isHeaderTooLong).toBe(isTooLong)
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
