import fc from 'fast-check'
import { describe, expect, expectTypeOf, it, vi } from 'vitest'
import { decodeWith, encodeWith, fromHex, toHex } from '../../src/bytes/index.ts'
import {
  FILE_TIME_NONE,
  type FileTime,
  fileTime,
  fileTimeCodec,
  fileTimeFromDate,
  fileTimeToDate,
  fileTimeToInstant,
  instantToFileTime,
  nowAsFileTime,
} from '../../src/time/index.ts'
import { arbitraryU64, expectSoundCodec } from '../support/arbitrary.ts'

const MAX = 2n ** 64n - 1n
const arbitraryDate = fc.date({
  min: new Date('1601-01-01T00:00:00Z'),
  max: new Date('+060056-05-28T05:36:10.955Z'),
  noInvalidDate: true,
})

describe('FileTime', () => {
  it('is not just any bigint', () => {
    expectTypeOf<bigint>().not.toExtend<FileTime>()
    expectTypeOf<FileTime>().toExtend<bigint>()
  })

  it('is an unsigned 64-bit number', () => {
    expect(fileTime(0n)).toBe(0n)
    expect(fileTime(MAX)).toBe(MAX)
    expect(() => fileTime(-1n)).toThrow(RangeError)
    expect(() => fileTime(MAX + 1n)).toThrow(RangeError)
  })

  it('MS-OXCDATA_R2702 takes eight bytes and counts from 1601', () => {
    const bytes = fromHex('50 25 D4 61 E4 73 C8 01')
    const time = decodeWith(fileTimeCodec, bytes)
    expect(time).toBe(0x01c873e461d42550n)
    expect(toHex(encodeWith(fileTimeCodec, time))).toBe(toHex(bytes))
    expect(fileTimeToInstant(time).toString().slice(0, 19)).toBe('2008-02-20T17:16:51')
    expect(fileTimeToInstant(fileTime(0n)).toString()).toBe('1601-01-01T00:00:00Z')
    expectSoundCodec(fileTimeCodec)
  })

  it('knows the date that stands for none', () => {
    expect(fileTimeToInstant(FILE_TIME_NONE).toString()).toBe('4501-01-01T00:00:00Z')
  })
})

describe('Temporal.Instant', () => {
  it('holds every time without loss', () => {
    for (const ticks of [0n, 1n, MAX, MAX - 1n, 116_444_736_000_000_000n, 2n ** 63n]) {
      expect(instantToFileTime(fileTimeToInstant(fileTime(ticks)))).toBe(ticks)
    }
    fc.assert(
      fc.property(arbitraryU64, (ticks) => {
        expect(instantToFileTime(fileTimeToInstant(fileTime(ticks)))).toBe(ticks)
      }),
    )
  })

  it('is cut down to the tick before', () => {
    const second = Temporal.Instant.from('2024-02-29T12:00:00Z')
    const ticks = instantToFileTime(second)
    expect(instantToFileTime(second.add({ nanoseconds: 99 }))).toBe(ticks)
    expect(instantToFileTime(second.add({ nanoseconds: 100 }))).toBe(ticks + 1n)
    expect(instantToFileTime(second.subtract({ nanoseconds: 1 }))).toBe(ticks - 1n)
    const before1970 = Temporal.Instant.from('1969-12-31T23:59:59.9999999Z')
    expect(fileTimeToInstant(instantToFileTime(before1970)).equals(before1970)).toBe(true)
    expect(instantToFileTime(before1970.subtract({ nanoseconds: 1 }))).toBe(
      instantToFileTime(before1970) - 1n,
    )
  })

  it('must be in the range of a FILETIME', () => {
    const first = fileTimeToInstant(fileTime(0n))
    const last = fileTimeToInstant(fileTime(MAX))
    expect(last.toString()).toBe('+060056-05-28T05:36:10.9551615Z')
    expect(() => instantToFileTime(first.subtract({ nanoseconds: 1 }))).toThrow(RangeError)
    expect(instantToFileTime(last.add({ nanoseconds: 99 }))).toBe(MAX)
    expect(() => instantToFileTime(last.add({ nanoseconds: 100 }))).toThrow(RangeError)
  })
})

describe('Date', () => {
  it('comes back as it went', () => {
    fc.assert(
      fc.property(arbitraryDate, (date) => {
        expect(fileTimeToDate(fileTimeFromDate(date)).getTime()).toBe(date.getTime())
      }),
    )
  })

  it('is cut down to the millisecond before', () => {
    fc.assert(
      fc.property(arbitraryU64, (ticks) => {
        const expected = Temporal.Instant.fromEpochMilliseconds(fileTimeToDate(fileTime(ticks)).getTime())
        const lost = fileTimeToInstant(fileTime(ticks)).epochNanoseconds - expected.epochNanoseconds
        expect(lost >= 0n && lost < 1_000_000n).toBe(true)
      }),
    )
  })

  it('must be valid and in the range of a FILETIME', () => {
    expect(() => fileTimeFromDate(new Date(Number.NaN))).toThrow(RangeError)
    expect(() => fileTimeFromDate(new Date('1600-12-31T23:59:59.999Z'))).toThrow(RangeError)
    expect(() => fileTimeFromDate(new Date('+060056-05-28T05:36:10.956Z'))).toThrow(RangeError)
  })

  it('now is now', () => {
    const before = Date.now()
    const now = fileTimeToDate(nowAsFileTime()).getTime()
    expect(now).toBeGreaterThanOrEqual(before)
    expect(now).toBeLessThanOrEqual(Date.now())
  })
})

it('loads where there is no Temporal', async () => {
  vi.resetModules()
  const temporal = Object.getOwnPropertyDescriptor(globalThis, 'Temporal')!
  Reflect.deleteProperty(globalThis, 'Temporal')
  try {
    expect('Temporal' in globalThis).toBe(false)
    const time = await import('../../src/time/index.ts')
    await import('../../src/calendar/index.ts')
    await import('../../src/conversation/index.ts')
    expect(time.fileTimeToDate(time.fileTimeFromDate(new Date(5))).getTime()).toBe(5)
  } finally {
    Object.defineProperty(globalThis, 'Temporal', temporal)
  }
})
