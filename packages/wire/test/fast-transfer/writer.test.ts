import {
  MULTIPLE_FLAG,
  type PropertyTag,
  PtypBinary,
  PtypGuid,
  PtypInteger32,
  PtypMultipleInteger32,
  PtypMultipleString,
  PtypString,
  propertyTag,
} from '@bourse/mapi'
import { EncodeError, fromHex, toHex } from '@bourse/mapi/bytes'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  FastTransferProducer,
  FastTransferWriter,
  isMarker,
  MAX_ATOM_SIZE,
  Marker,
  MetaTagIdsetGiven,
} from '../../src/fast-transfer/index.ts'
import { arbitraryElement, type Element, essence, streamOf, tokensOf, writeAll } from './support.ts'

const SET = '00062008-0000-0000-c000-000000000046'
const NAME = { kind: 'name' as const, set: SET, name: 'Key' }

/** Everything that is pending, in buffers of at most these sizes, over and over. */
function buffersOf(writer: FastTransferWriter, sizes: readonly number[]): Uint8Array[] {
  const buffers: Uint8Array[] = []
  for (let i = 0; writer.pending > 0; i++) buffers.push(writer.take(sizes[i % sizes.length]!))
  return buffers
}

function concat(buffers: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(buffers.flatMap((buffer) => [...buffer]))
}

/**
 * Where a stream of these elements may be split: between atoms, and within values of variable size. Worked out from
 * the values, not from the bytes.
 */
function splits(elements: readonly Element[]): Set<number> {
  const allowed = new Set<number>([0])
  let at = 0
  const atom = (size: number) => {
    at += size
    allowed.add(at)
  }
  const value = (size: number) => {
    for (let i = 0; i < size; i++) allowed.add(++at)
  }
  const FIXED: Readonly<Record<number, number>> = {
    2: 2,
    3: 4,
    4: 4,
    5: 8,
    6: 8,
    7: 8,
    10: 4,
    11: 2,
    20: 8,
    64: 8,
    72: 16,
  }
  for (const element of elements) {
    if (element.kind === 'marker') {
      atom(4)
      continue
    }
    const { tag, name, codePage } = element
    let propDef = 4
    if (name !== undefined) propDef += 17 + (name.kind === 'lid' ? 4 : 2 * name.name.length + 2)
    atom(propDef)
    const isMultiple = codePage === undefined && (tag & MULTIPLE_FLAG) !== 0
    const type = tag & 0xffff & ~(isMultiple ? MULTIPLE_FLAG : 0)
    if (isMultiple) atom(4)
    const values = (isMultiple ? element.value : [element.value]) as readonly unknown[]
    for (const single of values) {
      if (FIXED[type] !== undefined) {
        atom(FIXED[type])
        continue
      }
      atom(4)
      if (type === 0x1f) value(2 * (single as string).length + 2)
      else if (type === 0x1e) value((single as string).length + 1)
      else if (type === 0xfb)
        value((single as { ours: boolean }).ours ? 21 : 1 + (single as { data: Uint8Array }).data.length)
      else value((single as Uint8Array).length)
    }
  }
  return allowed
}

describe('FastTransferWriter', () => {
  it('MS-OXCFXICS_R3253 MS-OXCFXICS_R979 hands a stream out in buffers of any size', () => {
    fc.assert(
      fc.property(
        fc.array(arbitraryElement, { maxLength: 12 }),
        fc.array(fc.integer({ min: 64, max: 200 }), { minLength: 1, maxLength: 5 }),
        (elements, sizes) => {
          const writer = new FastTransferWriter()
          writeAll(writer, elements)
          const whole = streamOf(elements)
          expect(writer.pending).toBe(whole.length)
          const buffers = buffersOf(writer, sizes)
          buffers.forEach((buffer, i) => {
            expect(buffer.length).toBeLessThanOrEqual(sizes[i % sizes.length]!)
            expect(buffer.length).toBeGreaterThan(0)
          })
          expect(toHex(concat(buffers))).toBe(toHex(whole))
        },
      ),
      { numRuns: 300 },
    )
  })

  it('MS-OXCFXICS_R981 MS-OXCFXICS_R982 MS-OXCFXICS_R983 splits only between atoms and within values of variable size, and as late as it may', () => {
    fc.assert(
      fc.property(
        fc.array(arbitraryElement, { maxLength: 8 }),
        fc.integer({ min: 64, max: 120 }),
        (elements, size) => {
          const writer = new FastTransferWriter()
          writeAll(writer, elements)
          const allowed = splits(elements)
          const end = writer.pending
          let at = 0
          while (writer.pending > 0) {
            const next = at + writer.take(size).length
            let last = Math.min(at + size, end)
            while (!allowed.has(last)) last--
            expect(next).toBe(last)
            at = next
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  it('can be written to and taken from in turn', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(arbitraryElement, fc.integer({ min: 64, max: 200 }), fc.boolean()), {
          maxLength: 30,
        }),
        (steps) => {
          const writer = new FastTransferWriter()
          const buffers: Uint8Array[] = []
          for (const [element, size, take] of steps) {
            writeAll(writer, [element])
            if (take) buffers.push(writer.take(size))
          }
          buffers.push(...buffersOf(writer, [100]))
          expect(toHex(concat(buffers))).toBe(toHex(streamOf(steps.map(([element]) => element))))
        },
      ),
      { numRuns: 200 },
    )
  })

  it('gives up what was taken', () => {
    const writer = new FastTransferWriter()
    const value = new Uint8Array(10_000)
    for (let i = 0; i < 100; i++) writer.property(propertyTag<Uint8Array>(0x1000 + i, PtypBinary), value)
    const buffers = buffersOf(writer, [32_000])
    expect(concat(buffers)).toHaveLength(100 * 10_008)
    expect(tokensOf(buffers)).toHaveLength(100)
    expect(writer.take(1)).toHaveLength(0)
  })

  it('does not split a marker, a propDef, a length or a fixed-size value', () => {
    const take = (write: (writer: FastTransferWriter) => void, size: number) => {
      const writer = new FastTransferWriter()
      writer.marker(Marker.StartMessage)
      write(writer)
      return writer.take(size).length
    }
    for (const size of [5, 6, 7]) expect(take((writer) => writer.marker(Marker.EndMessage), size)).toBe(4)
    const integer = (writer: FastTransferWriter) => writer.property(propertyTag<number>(1, PtypInteger32), 1)
    expect([7, 8, 11, 12].map((size) => take(integer, size))).toEqual([4, 8, 8, 12])
    const guid = (writer: FastTransferWriter) => writer.property(propertyTag<string>(1, PtypGuid), SET)
    expect([8, 23, 24].map((size) => take(guid, size))).toEqual([8, 8, 24])
    const string = (writer: FastTransferWriter) => writer.property(propertyTag<string>(1, PtypString), 'ab')
    expect([8, 11, 12, 13, 17, 18].map((size) => take(string, size))).toEqual([8, 8, 12, 13, 17, 18])
    const named = (writer: FastTransferWriter) =>
      writer.property(propertyTag<number>(0x8001, PtypInteger32), 1, { name: NAME })
    expect([5, 32, 33, 37].map((size) => take(named, size))).toEqual([4, 4, 33, 37])
    const integers = (writer: FastTransferWriter) =>
      writer.property(propertyTag<readonly number[]>(1, PtypMultipleInteger32), [1, 2])
    expect([11, 12, 15, 16, 19, 20].map((size) => take(integers, size))).toEqual([8, 12, 12, 16, 16, 20])
    const strings = (writer: FastTransferWriter) =>
      writer.property(propertyTag<readonly string[]>(1, PtypMultipleString), ['a', ''])
    expect([12, 15, 16, 17, 20, 23, 24, 26].map((size) => take(strings, size))).toEqual([
      12, 12, 16, 17, 20, 20, 24, 26,
    ])
    const given = (writer: FastTransferWriter) => writer.property(MetaTagIdsetGiven, new Uint8Array(4))
    expect([11, 13].map((size) => take(given, size))).toEqual([8, 13])
  })

  it('refuses a buffer that the next atom does not fit', () => {
    const writer = new FastTransferWriter()
    writer.marker(Marker.StartMessage)
    expect(() => writer.take(3)).toThrow(RangeError)
    expect(writer.take(4)).toHaveLength(4)
    const name = { ...NAME, name: 'n'.repeat(MAX_ATOM_SIZE / 2) }
    const tag = propertyTag<number>(0x8001, PtypInteger32)
    expect(() => writer.property(tag, 1, { name })).toThrow(EncodeError)
    writer.property(tag, 1, { name: { ...NAME, name: 'n'.repeat(511) } })
    expect(writer.take(MAX_ATOM_SIZE)).toHaveLength(MAX_ATOM_SIZE)
  })

  it('writes nothing of what it refuses', () => {
    const writer = new FastTransferWriter()
    writer.marker(Marker.StartMessage)
    const wrong: readonly (() => void)[] = [
      () => writer.property(propertyTag<number>(1, PtypInteger32), 2 ** 31),
      () => writer.property(propertyTag<readonly number[]>(1, PtypMultipleInteger32), [1, 2 ** 31]),
      () => writer.property(propertyTag<number>(0x8001, PtypInteger32), 1),
      () => writer.property(propertyTag<null>(1, 0x0001), null),
      () => writer.property(propertyTag<string>(1, PtypString), 'a', { codePage: 1252 }),
      () => writer.property(0x0001_001e as PropertyTag<string>, 'a', { codePage: 65_001 }),
      () => writer.property(0x0001_001e as PropertyTag<string>, '\u0100'),
      () => writer.valueStart(propertyTag(1, PtypInteger32), 4),
      () => writer.valueStart(propertyTag(1, PtypMultipleString), 4),
      () => writer.valueStart(propertyTag(1, PtypBinary), -1),
    ]
    for (const write of wrong) expect(write).toThrow(EncodeError)
    writer.marker(Marker.EndMessage)
    expect(toHex(writer.take(100))).toBe('03000c4003000d40')
  })

  it('writes values in pieces', () => {
    const writer = new FastTransferWriter()
    const tag = propertyTag<Uint8Array>(0x3701, PtypBinary)
    writer.valueStart(tag, 5)
    writer.valueData(fromHex('0102'))
    expect(toHex(writer.take(9))).toBe('020101370500000001')
    expect(() => writer.marker(Marker.EndAttach)).toThrow(EncodeError)
    expect(() => writer.valueData(fromHex('03040506'))).toThrow(EncodeError)
    expect(toHex(writer.take(9))).toBe('02')
    writer.valueData(fromHex('030405'))
    writer.valueEnd()
    writer.marker(Marker.EndAttach)
    expect(toHex(writer.take(6))).toBe('030405')
    expect(toHex(writer.take(6))).toBe('03000e40')
  })
})

describe('FastTransferProducer', () => {
  async function readAll(producer: FastTransferProducer, size: number): Promise<Uint8Array[]> {
    const buffers: Uint8Array[] = []
    while (!producer.done) buffers.push(await producer.read(size))
    return buffers
  }

  it('makes the stream of its elements', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(arbitraryElement, { maxLength: 12 }),
        fc.integer({ min: 64, max: 300 }),
        async (elements, size) => {
          const buffers = await readAll(new FastTransferProducer(elements), size)
          expect(toHex(concat(buffers))).toBe(toHex(streamOf(elements)))
          expect(essence(tokensOf(buffers))).toEqual(elements)
        },
      ),
      { numRuns: 100 },
    )
  })

  it('takes no more elements than it needs, and reads values while they are sent', async () => {
    const pieces: number[] = []
    async function* data(): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < 100; i++) {
        pieces.push(i)
        yield new Uint8Array(1000).fill(i)
      }
    }
    const producer = new FastTransferProducer([
      { kind: 'marker', marker: Marker.NewAttach },
      { kind: 'propertyStream', tag: propertyTag(0x3701, PtypBinary), size: 100_000, data: data() },
      { kind: 'marker', marker: Marker.EndAttach },
    ])
    expect(await producer.read(2500)).toHaveLength(2500)
    expect(pieces.length).toBeLessThan(5)
    expect(producer.done).toBe(false)
    const rest = await readAll(producer, 30_000)
    expect(rest.map(({ length }) => length)).toEqual([30_000, 30_000, 30_000, 7516])
    expect(await producer.read(100)).toHaveLength(0)
  })

  it('knows of the end when it is reached', async () => {
    const producer = new FastTransferProducer([{ kind: 'marker', marker: Marker.IncrSyncEnd }])
    expect(producer.done).toBe(false)
    expect(await producer.read(4)).toHaveLength(4)
    expect(producer.done).toBe(true)
  })

  it('rejects when a value has other than its size', async () => {
    const element = { kind: 'propertyStream' as const, tag: propertyTag(0x3701, PtypBinary), size: 3 }
    const short = new FastTransferProducer([{ ...element, data: [new Uint8Array(2)] }])
    await expect(short.read(100)).rejects.toThrow(EncodeError)
    const long = new FastTransferProducer([{ ...element, data: [new Uint8Array(4)] }])
    await expect(long.read(100)).rejects.toThrow(EncodeError)
  })

  it('lets go of its elements and of the value that it reads', async () => {
    const closed: string[] = []
    async function* data(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield new Uint8Array(1000)
      } finally {
        closed.push('data')
      }
    }
    async function* elements() {
      try {
        yield {
          kind: 'propertyStream' as const,
          tag: propertyTag(0x3701, PtypBinary),
          size: 1_000_000,
          data: data(),
        }
      } finally {
        closed.push('elements')
      }
    }
    {
      await using producer = new FastTransferProducer(elements())
      await producer.read(5000)
    }
    expect(closed).toEqual(['data', 'elements'])
  })
})

describe('elements of the tests', () => {
  it('are no markers by accident', () => {
    fc.assert(fc.property(arbitraryElement, (element) => element.kind === 'marker' || !isMarker(element.tag)))
  })
})
