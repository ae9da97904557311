import { fileTimeFromDate, fileTimeToDate } from '@bourse/mapi'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readMbox, writeMbox } from '../../src/mbox/index.ts'
import { bytesOf, piecesOf, streamOf, textOf } from '../support/streams.ts'

const MBOX = `passed over
From ann@example.org Mon Nov  5 20:17:37 2007
Subject: one

Hello
>From the start
>>From twice
From here on it goes on

From - Tue Nov 06 10:00:00 2007
Subject: two

x
`

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

async function readAll(source: AsyncIterable<Uint8Array>): Promise<(readonly [string, string])[]> {
  const found: (readonly [string, string])[] = []
  for await (const { sender, content } of readMbox(source)) found.push([sender, await textOf(content)])
  return found
}

describe('mailbox files', () => {
  it('are read message by message, however the bytes arrive', async () => {
    const text = MBOX.replace('passed over', 'passed over\n')
    for (let size = 1; size < text.length; size += 7) {
      expect(await readAll(piecesOf(bytes(text), size))).toEqual([
        ['ann@example.org', 'Subject: one\n\nHello\nFrom the start\n>From twice\nFrom here on it goes on\n'],
        ['', 'Subject: two\n\nx\n'],
      ])
    }
    for await (const { date } of readMbox(streamOf(bytes(text)))) {
      expect(fileTimeToDate(date!).toISOString()).toBe('2007-11-05T20:17:37.000Z')
      break
    }
  })

  it('go on with the next message when one was not read to its end', async () => {
    const text = `From a Mon Nov  5 20:17:37 2007\n\none\ntwo\n\nFrom b Mon Nov  5 20:17:37 2007\n\nthree\n`
    const senders: string[] = []
    for await (const { sender, content } of readMbox(streamOf(bytes(text)))) {
      senders.push(sender)
      for await (const _ of content) break
    }
    expect(senders).toEqual(['a', 'b'])
  })

  it('give back the messages that were written', async () => {
    const line = fc.oneof(
      fc.constantFrom('', 'From me', '>From me', '>>From me', 'text', ' From', 'x'.repeat(5000)),
      fc.string({ maxLength: 20 }).map((text) => text.replace(/[\r\n]/g, '')),
    )
    const message = fc.array(line, { minLength: 1, maxLength: 8 }).map((lines) => `${lines.join('\n')}\n`)
    await fc.assert(
      fc.asyncProperty(
        fc.array(message, { maxLength: 4 }),
        fc.integer({ min: 1, max: 999 }),
        async (texts, size) => {
          const date = fileTimeFromDate(new Date('2024-01-02T03:04:05Z'))
          const written = await bytesOf(
            writeMbox(
              texts.map((text) => ({
                sender: 'a@b.example',
                date,
                content: streamOf(bytes(text.replaceAll('\n', '\r\n'))),
              })),
            ),
          )
          const read: string[] = []
          for await (const { sender, date: when, content } of readMbox(piecesOf(written, size))) {
            expect([sender, when]).toEqual(['a@b.example', date])
            read.push(Buffer.from(await bytesOf(content)).toString())
          }
          expect(read).toEqual(texts)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('take any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (input) => {
        await readAll(piecesOf(input, 11))
        await readAll(streamOf(bytes('From x\n'), input))
      }),
    )
    expect(await readAll(streamOf())).toEqual([])
  })
})
