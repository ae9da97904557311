import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bool8,
  type Codec,
  constant,
  counted,
  custom,
  fixedArray,
  fixedBytes,
  guid,
  i64,
  latin1z,
  mapped,
  optional,
  repeated,
  rest,
  sized,
  sizedBytes,
  struct,
  u8,
  u16,
  u32,
  utf16z,
  when,
} from '../../src/bytes/index.ts'
import {
  arbitraryOf,
  arbitraryString8,
  expectRoundTrip,
  expectSoundCodec,
  expectTruncationFails,
  registerArbitrary,
  registerDependentArbitrary,
  registeredArbitrary,
} from './arbitrary.ts'

interface Flags {
  readonly flags: number
}

const text = custom(
  'TestText',
  1,
  (reader, parent) => ((parent as Flags).flags & 1 ? reader.utf16z() : reader.latin1z()),
  (writer, value: string, parent) =>
    (parent as Flags).flags & 1 ? writer.utf16z(value) : writer.latin1z(value),
)
registerDependentArbitrary('TestText', ({ flags }: Flags) =>
  flags & 1 ? fc.constant('€') : arbitraryString8,
)

const everything = struct('Everything', {
  signature: constant(u32, 0x12345678),
  flags: u8,
  text,
  count: u16,
  ids: repeated((parent: { readonly count: number }) => parent.count, i64),
  name: when((parent: Flags) => (parent.flags & 2) !== 0, utf16z),
  extra: optional(sizedBytes(u8)),
  pairs: counted(u8, struct('Pair', { key: fixedBytes(3), value: latin1z })),
  two: fixedArray(2, guid),
  twice: mapped(
    u8,
    (value) => value * 2,
    (value) => value / 2,
  ),
  boxed: sized(u16, rest(bool8)),
})

describe('arbitraryOf', () => {
  it('finds values for every kind of layout', () => {
    expectSoundCodec(everything)
  })

  it('tries fields that are there and fields that are not, empty lists and long ones', () => {
    const values = fc.sample(arbitraryOf(everything), { numRuns: 300, seed: 1 })
    expect(new Set(values.map(({ name }) => typeof name))).toEqual(new Set(['string', 'undefined']))
    expect(new Set(values.map(({ extra }) => extra === undefined))).toEqual(new Set([true, false]))
    expect(new Set(values.map(({ ids }) => ids.length))).toEqual(new Set([0, 1, 2, 3, 4]))
    for (const { flags, text: value } of values) if (flags & 1) expect(value).toBe('€')
  })

  it('wants values for layouts written by hand', () => {
    const strange: Codec<number> = custom(
      'NeverRegistered',
      0,
      () => 0,
      () => {},
    )
    expect(() => arbitraryOf(strange)).toThrow("no values for custom codec 'NeverRegistered'")
    registerArbitrary('RegisteredLater', () => fc.constant(7))
    expect(fc.sample(registeredArbitrary<number>('RegisteredLater'), 1)).toEqual([7])
  })
})

describe('the checks', () => {
  it('find a codec that does not give back what it got', () => {
    const forgetful: Codec<number> = mapped(
      u8,
      (value) => value & 0x7f,
      (value) => value,
    )
    expect(() => expectRoundTrip(forgetful, { arbitrary: fc.integer({ min: 128, max: 255 }) })).toThrow()
  })

  it('find a codec that throws anything but a DecodeError', () => {
    const careless: Codec<number> = custom(
      'Careless',
      1,
      (reader) => reader.bytes.at(reader.offset++)!.valueOf(),
      (w, v) => w.u8(v),
    )
    expect(() => expectTruncationFails(careless, { arbitrary: fc.constant(1) })).toThrow()
  })
})
