import {
  PidNameKeywords,
  PidTagSubject,
  PropertyBag,
  type PropertyName,
  type PropertyTag,
  PS_INTERNET_HEADERS,
  PSETID_Common,
  PtypMultipleBinary,
  PtypMultipleInteger32,
  PtypMultipleString,
  propertyTag,
} from '@bourse/mapi'
import { DecodeError } from '@bourse/mapi/bytes'
import CFB from 'cfb'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MemoryMessage } from '../../src/memory/index.ts'
import { readMsg, writeMsg } from '../../src/msg/index.ts'
import { makeMessage, messagePlan, normalized, planOf } from '../support/messages.ts'

describe('.msg files', () => {
  it('have the storages and streams of [MS-OXMSG] 2.2', async () => {
    const [plan] = fc.sample(messagePlan(0), { numRuns: 1, seed: 11 })
    const message = await makeMessage({
      ...plan!,
      subject: 'Hi',
      recipients: [{ name: 'A', address: 'a@example.org', type: 1 }],
      files: [{ name: 'a.txt', bytes: new Uint8Array([1, 2, 3]) }],
    })
    const file = CFB.parse(await writeMsg(message))
    const stream = (path: string): Buffer => Buffer.from(CFB.find(file, path)!.content as Uint8Array)
    expect(stream('/__substg1.0_0037001F').toString('utf16le')).toBe('Hi')
    expect(stream('/__attach_version1.0_#00000000/__substg1.0_37010102')).toEqual(Buffer.from([1, 2, 3]))
    const properties = stream('/__properties_version1.0')
    // Eight reserved bytes, next recipient, next attachment, how many there are of each, eight reserved bytes.
    expect(properties.subarray(0, 32).toString('hex')).toBe(
      '00000000000000000100000001000000010000000100000000000000' + '00000000',
    )
    // The entry of the subject: tag, flags, bytes with the null.
    expect(properties.toString('hex')).toContain('1f003700060000000600000000000000')
    expect(file.FileIndex[0]!.clsid).toBe('0b0d020000000000c000000000000046')
  })

  it('keep names and values of all kinds', async () => {
    const message = new MemoryMessage()
    const header: PropertyName = { kind: 'name', set: PS_INTERNET_HEADERS, name: 'x-odd' }
    const other: PropertyName = { kind: 'lid', set: PSETID_Common, lid: 0x1234 }
    const tags = [PidNameKeywords, header, other].map((name) => message.names.idOf(name, true))
    await message.setProperties([
      [propertyTag(tags[0]!, PtypMultipleString), ['red', 'grün']],
      [propertyTag(tags[1]!, PtypMultipleInteger32), [1, -2, 3]],
      [propertyTag(tags[2]!, PtypMultipleBinary), [new Uint8Array([1]), new Uint8Array([2, 3])]],
      [PidTagSubject, 'x'],
    ])
    const again = new MemoryMessage()
    // Names that are there already get in the way of nothing.
    again.names.idOf(other, true)
    await readMsg(await writeMsg(message), again, { names: again.names })
    const get = (name: PropertyName, type: number): unknown =>
      again.properties.get(propertyTag(again.names.idOf(name, false), type) as PropertyTag)
    expect(get(PidNameKeywords, PtypMultipleString)).toEqual(['red', 'grün'])
    expect(get(header, PtypMultipleInteger32)).toEqual([1, -2, 3])
    expect(get(other, PtypMultipleBinary)).toEqual([new Uint8Array([1]), new Uint8Array([2, 3])])
    expect(again.properties).toBeInstanceOf(PropertyBag)
  })

  it('give back the message that was written', async () => {
    await fc.assert(
      fc.asyncProperty(messagePlan(2), async (plan) => {
        const message = new MemoryMessage()
        await readMsg(await writeMsg(await makeMessage(plan)), message, { names: message.names })
        expect(await planOf(message)).toEqual(normalized(plan))
      }),
      { numRuns: 40 },
    )
  })

  it('that are none, or damaged, throw nothing but DecodeError', async () => {
    const attempt = async (bytes: Uint8Array): Promise<void> => {
      try {
        await readMsg(bytes, new MemoryMessage())
      } catch (error) {
        expect(error).toBeInstanceOf(DecodeError)
      }
    }
    await expect(readMsg(new Uint8Array(0), new MemoryMessage())).rejects.toThrow(DecodeError)
    const [plan] = fc.sample(messagePlan(1), { numRuns: 1, seed: 5 })
    const bytes = await writeMsg(await makeMessage(plan!))
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
        fc.nat(bytes.length),
        async (changes, end) => {
          const damaged = bytes.slice()
          for (const [at, value] of changes) damaged[at] = value
          await attempt(damaged)
          await attempt(damaged.subarray(0, end))
        },
      ),
      { numRuns: 60 },
    )
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 600 }), attempt), { numRuns: 50 })
  })
})
