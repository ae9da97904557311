import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MemoryMessage } from '../../src/memory/index.ts'
import { readMime, writeMime } from '../../src/mime/index.ts'
import { makeMessage, messagePlan, normalized, planOf } from '../support/messages.ts'
import { bytesOf, piecesOf } from '../support/streams.ts'

describe('MAPI → MIME → MAPI', () => {
  it('gives the same message, however the bytes arrive', async () => {
    await fc.assert(
      fc.asyncProperty(messagePlan(2), fc.integer({ min: 1, max: 5000 }), async (plan, size) => {
        const bytes = await bytesOf(writeMime(await makeMessage(plan)))
        expect(Buffer.from(bytes).toString('latin1')).toMatch(/^[\t\r\n -~]*$/)
        for (const line of Buffer.from(bytes).toString('latin1').split('\r\n')) {
          expect(line.length).toBeLessThanOrEqual(998)
          expect(line).not.toMatch(/[\r\n]/)
        }
        const message = new MemoryMessage()
        const report = await readMime(piecesOf(bytes, size), message, { names: message.names })
        expect(report).toMatchObject({ problems: [], size: bytes.length, originalKept: false })
        expect(await planOf(message)).toEqual(normalized(plan))
      }),
      { numRuns: 150 },
    )
  })
})

describe('reading MIME', () => {
  it('takes any bytes, and any cut or damaged message', async () => {
    const damaged = fc
      .tuple(
        messagePlan(1),
        fc.nat(),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 8 }),
      )
      .map(([plan, cut, changes]) => ({ plan, cut, changes }))
    await fc.assert(
      fc.asyncProperty(damaged, async ({ plan, cut, changes }) => {
        const bytes = (await bytesOf(writeMime(await makeMessage(plan)))).slice()
        for (const [at, value] of changes) bytes[at % bytes.length] = value
        const message = new MemoryMessage()
        const part = bytes.subarray(0, cut % (bytes.length + 1))
        const report = await readMime(piecesOf(part, 1000), message, { names: message.names })
        expect(report.size).toBe(part.length)
        await bytesOf(writeMime(message))
      }),
      { numRuns: 100 },
    )
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 500 }), async (bytes) => {
        await readMime(piecesOf(bytes, 64), new MemoryMessage())
      }),
      { numRuns: 100 },
    )
  })
})
