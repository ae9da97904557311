/**
 * Tests of layouts against the tables of [MS-OXCROPS] 2.2: a case lists the fields of one buffer in the order of the
 * specification, each with the size given there and sample bytes, and the test checks that these very bytes at the offset
 * that follows are that field and no other.
 */
import {
  type Columns,
  type PropertyTag,
  PtypInteger32,
  PtypString,
  propertyTag,
  type RecipientRow,
} from '@bourse/mapi'
import {
  ByteReader,
  ByteWriter,
  type Codec,
  EncodeError,
  encodeWith,
  fromHex,
  toHex,
} from '@bourse/mapi/bytes'
import { describe, expect, it } from 'vitest'
import {
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  type RopDefinition,
} from '../../src/rop/index.ts'

/** In the place of a value: the field is no part of the value, because it follows from it or means nothing. */
export const derived = Symbol('derived')

/** A field: its name and size in the specification, sample bytes, what they mean, and the requirements this shows. */
export type FieldCase = readonly [
  name: string,
  size: number | 'variable',
  hex: string,
  value: unknown,
  requirements?: string,
]

export interface LayoutCase {
  readonly rop: RopDefinition
  /** Section of [MS-OXCROPS]. */
  readonly section: string
  /** Which of the ROP's buffers, e.g. `request` or `success response`. */
  readonly buffer: string
  /** For a request whose logon is to public folders. */
  readonly isPublic?: boolean
  /** For a response: the fields of the request that matter to it. */
  readonly request?: Readonly<Record<string, unknown>>
  readonly columns?: Columns
  readonly fields: readonly FieldCase[]
}

/** A structure that is part of a buffer. */
export interface StructureCase {
  readonly codec: Codec<unknown>
  readonly name: string
  readonly section: string
  readonly fields: readonly FieldCase[]
}

export const PidTagSubject: PropertyTag<string> = propertyTag(0x0037, PtypString)
export const PidTagMessageSize: PropertyTag<number> = propertyTag(0x0e08, PtypInteger32)
/** The columns of the sample rows. */
export const columns: Columns = [PidTagSubject, PidTagMessageSize]

/** A recipient with an Internet address, Unicode strings and both columns; 25 bytes. */
export const SMTP_ROW: RecipientRow = {
  flags: 0x021b,
  emailAddress: 'a@b',
  displayName: 'A',
  properties: ['B', 7],
}
/** A recipient of the address book, with 8-bit strings and no columns; 14 bytes. */
export const X500_ROW: RecipientRow = {
  flags: 0x0011,
  addressPrefixUsed: 5,
  displayType: 0,
  x500Dn: 'cn=x',
  displayName: 'X',
  properties: [],
}

/** What a buffer holds, by the specification's field names in lower camel case. */
type Values = Readonly<Record<string, unknown>>

/** Both directions of a buffer. */
interface Layout {
  /** Gives the values, and how many bytes were left over. */
  decode(bytes: Uint8Array): { readonly values: Values; readonly left: number }
  encode(values: Values): Uint8Array
}

function lowerCamel(name: string): string {
  return name === 'AttachmentID' ? 'attachmentId' : name.charAt(0).toLowerCase() + name.slice(1)
}

function requestLayout({ rop, isPublic = false }: LayoutCase): Layout {
  return {
    decode(bytes) {
      const reader = new ByteReader(bytes)
      const request = decodeRequest(reader, () => isPublic)
      expect(request.rop).toBe(rop)
      return { values: { ropId: rop.id, ...(request.fields as Values) }, left: reader.remaining }
    },
    encode(values) {
      const writer = new ByteWriter()
      encodeRequest(writer, { rop, fields: values as never })
      return writer.finish()
    },
  }
}

function responseLayout({ rop, request, columns, fields }: LayoutCase): Layout {
  const context = { request, ...(columns && { columns }) }
  // InputHandleIndex, OutputHandleIndex, SourceHandleIndex or ResponseHandleIndex.
  const handle = lowerCamel(fields[1]![0])
  return {
    decode(bytes) {
      const reader = new ByteReader(bytes)
      const ropId = reader.u8()
      const { handleIndex, returnValue, body } = decodeResponse(reader, rop, context)
      const values = { ropId, [handle]: handleIndex, returnValue, ...(body as Values | undefined) }
      return { values, left: reader.remaining }
    },
    encode(values) {
      const writer = new ByteWriter()
      const handleIndex = values[handle] as number
      const returnValue = values.returnValue as number
      encodeResponse(writer, { kind: 'response', rop, handleIndex, returnValue, body: values }, context)
      return writer.finish()
    },
  }
}

function structureLayout(codec: Codec<unknown>): Layout {
  return {
    decode(bytes) {
      const reader = new ByteReader(bytes)
      const values = codec.decode(reader) as Values
      return { values, left: reader.remaining }
    },
    encode: (values) => encodeWith(codec, values),
  }
}

/** Tests a list of cases, with one test for each field. */
export function testLayouts(cases: readonly LayoutCase[]): void {
  for (const test of cases) {
    const layout = test.buffer === 'request' ? requestLayout(test) : responseLayout(test)
    describe(`${test.rop.name} ${test.buffer} [MS-OXCROPS] ${test.section}`, () =>
      testFields(test.fields, layout))
  }
}

/** The same for structures. */
export function testStructures(cases: readonly StructureCase[]): void {
  for (const { codec, name, section, fields } of cases) {
    describe(`${name} [MS-OXCROPS] ${section}`, () => testFields(fields, structureLayout(codec)))
  }
}

function testFields(fields: readonly FieldCase[], layout: Layout): void {
  const bytes = fromHex(fields.map(([, , hex]) => hex).join(''))
  const expected: Record<string, unknown> = {}
  for (const [name, , , value] of fields) if (value !== derived) expected[lowerCamel(name)] = value

  let offset = 0
  for (const [name, size, hex, value, requirements] of fields) {
    const start = offset
    const length = fromHex(hex).length
    offset += length
    const place = `${size === 'variable' ? 'bytes' : size === 1 ? '1 byte' : `${size} bytes`} at ${start}`
    it(`${requirements === undefined ? '' : `${requirements} `}${name}: ${place}`, () => {
      if (size !== 'variable') expect(length).toBe(size)
      const field = lowerCamel(name)
      if (value !== derived) expect(layout.decode(bytes).values[field]).toEqual(value)
      const written = layout.encode(expected)
      expect(toHex(written.subarray(start, start + length))).toBe(hex)
      // ReturnValue decides what follows it.
      if (name === 'ReturnValue') return
      const changed = tryEncode(layout, { ...expected, [field]: otherThan(value) })
      if (changed !== undefined) expectOnlyChange(changed, written, start, length)
    })
  }

  it('has these fields and no others', () => {
    const { values, left } = layout.decode(bytes)
    expect(values).toEqual(expected)
    expect(left).toBe(0)
    expect(toHex(layout.encode(values))).toBe(toHex(bytes))
  })

  it('does not decode when cut short', () => {
    for (let length = 1; length < bytes.length; length++) {
      expect(() => layout.decode(bytes.slice(0, length))).toThrow(
        expect.objectContaining({ name: 'DecodeError' }),
      )
    }
  })
}

/** The bytes, or `undefined` if the changed field announces others that are not there. */
function tryEncode(layout: Layout, values: Values): Uint8Array | undefined {
  try {
    return layout.encode(values)
  } catch (error) {
    if (error instanceof EncodeError || error instanceof TypeError) return undefined
    throw error
  }
}

/** Another value of the same kind, for those that have a fixed size. */
function otherThan(value: unknown): unknown {
  if (typeof value === 'boolean') return !value
  if (typeof value === 'number') return value ^ 0x12
  if (typeof value === 'bigint') return value ^ 0x1200n
  return value
}

/** Changing the field has changed its bytes and no others, unless other fields came and went with it. */
function expectOnlyChange(changed: Uint8Array, bytes: Uint8Array, start: number, length: number): void {
  if (changed.length !== bytes.length) return
  expect(toHex(changed.subarray(0, start))).toBe(toHex(bytes.subarray(0, start)))
  expect(toHex(changed.subarray(start + length))).toBe(toHex(bytes.subarray(start + length)))
}
