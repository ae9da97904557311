import {
  formatTag,
  isNamedTag,
  MULTIPLE_FLAG,
  type PropertyName,
  type PropertyTag,
  type PropertyType,
  type PropertyValue,
  PtypBoolean,
  PtypCurrency,
  PtypErrorCode,
  PtypFloating32,
  PtypFloating64,
  PtypFloatingTime,
  PtypInteger16,
  PtypInteger32,
  PtypInteger64,
  PtypServerId,
  PtypString,
  PtypString8,
  PtypTime,
  propertyTypeName,
  type ServerId,
  serverId,
  tagType,
  withType,
} from '@bourse/mapi'
import { type ByteWriter, EncodeError } from '@bourse/mapi/bytes'
import { MAX_NAME_SIZE } from './lexer.ts'
import type { Marker } from './marker.ts'
import { MetaTagIdsetGiven, MetaTagIdsetGivenOnWire } from './meta-tag.ts'
import { SplitBuffer } from './split-buffer.ts'
import type { PropertyInfo } from './token.ts'
import {
  CODE_PAGE_FLAG,
  isMultipleType,
  sizeOfElement,
  sizeOfType,
  stringTypeOf,
  UNKNOWN,
  UTF16_BIG_ENDIAN_CODE_PAGE,
  VARIABLE,
} from './value-type.ts'

/** What a property is called beyond its tag. */
export type PropertyDetails = Omit<PropertyInfo, 'tag'>

const NO_DETAILS: PropertyDetails = {}

const LENGTH_SIZE = 4

/** Kinds of namedPropInfo ([MS-OXCFXICS] 2.2.4.1). */
const KIND_LID = 0x00
const KIND_NAME = 0x01

/**
 * Puts a FastTransfer stream together ([MS-OXCFXICS] 2.2.4.1) and hands it out in buffers of any size.
 *
 * ```ts
 * const writer = new FastTransferWriter()
 * writer.marker(Marker.StartMessage)
 * writer.property(PidTagSubject, 'Hello')
 * writer.marker(Marker.EndMessage)
 * const buffer = writer.take(0x7000)
 * ```
 *
 * What was written and not taken is held in memory; `FastTransferProducer` writes only as much as is asked for.
 */
export class FastTransferWriter {
  readonly #buffer = new SplitBuffer()
  /** Bytes left of the value that {@link valueStart} announced; 0 if there is none. */
  #valueLeft = 0

  /** Bytes that were written and not taken. */
  get pending(): number {
    return this.#buffer.pending
  }

  /**
   * The next bytes of the stream, `maxBytes` at most, and as many as are there unless the stream may not be split
   * where they end. Empty if nothing is pending. Throws a `RangeError` if not even the next part that must stay whole
   * fits; none is longer than `MAX_ATOM_SIZE`.
   */
  take(maxBytes: number): Uint8Array<ArrayBuffer> {
    return this.#buffer.take(maxBytes)
  }

  /** Writes a marker. */
  marker(marker: Marker): void {
    this.#begin().u32(marker)
  }

  /**
   * Writes a property or meta-property. One with an ID of 0x8000 and above must have a name. With a code page the
   * string goes out in the code page type ([MS-OXCFXICS] 2.2.4.1.1.1); the tag's type must be that of
   * {@link PropertyInfo}. Throws an `EncodeError` if the value does not fit, and then nothing was written.
   */
  property<V>(tag: PropertyTag<V>, value: NoInfer<V>, details: PropertyDetails = NO_DETAILS): void {
    const writer = this.#begin()
    const start = writer.length
    try {
      const { codePage } = details
      writeTag(writer, tag, details)
      const type = tagType(tag)
      if (isMultipleType(type)) writeMultiple(writer, type, value as readonly PropertyValue[])
      else writeSingle(writer, type, value as PropertyValue, codePage)
    } catch (error) {
      this.#takeBack(start)
      throw error
    }
  }

  /** Writes the beginning of a string or binary value of `size` bytes, which {@link valueData} gives. */
  valueStart(tag: PropertyTag<unknown>, size: number, details: PropertyDetails = NO_DETAILS): void {
    const type = tagType(tag)
    if (isMultipleType(type) || sizeOfType(type) !== VARIABLE) {
      throw new EncodeError(`a value of type ${propertyTypeName(type)} cannot be written in pieces`)
    }
    const writer = this.#begin()
    const start = writer.length
    try {
      writeTag(writer, tag, details)
      writer.u32(size)
    } catch (error) {
      this.#takeBack(start)
      throw error
    }
    this.#valueLeft = size
    this.#buffer.beginData()
  }

  /** Writes a piece of the value, as it is to stand in the stream: a string in UTF-16 or 8-bit, with its terminator. */
  valueData(bytes: Uint8Array): void {
    if (bytes.length > this.#valueLeft) {
      throw new EncodeError(`${bytes.length} bytes of a value of which ${this.#valueLeft} are left`)
    }
    this.#buffer.writer.bytes(bytes)
    this.#valueLeft -= bytes.length
  }

  /** Ends the value: all of its bytes must have been written. */
  valueEnd(): void {
    if (this.#valueLeft > 0) throw new EncodeError(`${this.#valueLeft} bytes of a value are missing`)
  }

  #begin(): ByteWriter {
    this.valueEnd()
    return this.#buffer.beginElement()
  }

  #takeBack(start: number): void {
    this.#buffer.writer.truncate(start)
    this.#buffer.forgetElement()
  }
}

function writeTag(writer: ByteWriter, tag: PropertyTag<unknown>, { name, codePage }: PropertyDetails): void {
  if (codePage !== undefined) {
    if (tagType(tag) !== stringTypeOf(codePage)) {
      throw new EncodeError(
        `a string of code page ${codePage} has the type ${propertyTypeName(stringTypeOf(codePage))}`,
      )
    }
    if (codePage >= CODE_PAGE_FLAG) throw new EncodeError(`no code page: ${codePage}`)
    writer.u32(withType(tag, CODE_PAGE_FLAG | codePage))
  } else {
    writer.u32(tag === MetaTagIdsetGiven ? MetaTagIdsetGivenOnWire : tag)
  }
  if (isNamedTag(tag)) writeName(writer, tag, name)
}

function writeName(writer: ByteWriter, tag: PropertyTag<unknown>, name: PropertyName | undefined): void {
  if (name === undefined) throw new EncodeError(`named property ${formatTag(tag)} without a name`)
  writer.guid(name.set)
  if (name.kind === 'lid') {
    writer.u8(KIND_LID)
    writer.u32(name.lid)
  } else {
    if ((name.name.length + 1) * 2 > MAX_NAME_SIZE)
      throw new EncodeError(`name of more than ${MAX_NAME_SIZE} bytes`)
    writer.u8(KIND_NAME)
    writer.utf16z(name.name)
  }
}

function writeSingle(writer: ByteWriter, type: PropertyType, value: PropertyValue, codePage?: number): void {
  const size = sizeOfType(type)
  if (size === VARIABLE) writeVariable(writer, type, value, codePage)
  else if (size === UNKNOWN) throw new EncodeError(`no values of type ${propertyTypeName(type)} in streams`)
  else writeFixed(writer, type, value)
}

function writeMultiple(writer: ByteWriter, type: PropertyType, values: readonly PropertyValue[]): void {
  const size = sizeOfElement(type)
  if (size === UNKNOWN) throw new EncodeError(`no values of type ${propertyTypeName(type)} in streams`)
  const single = type & ~MULTIPLE_FLAG
  writer.u32(values.length)
  for (const value of values) {
    if (size === VARIABLE) writeVariable(writer, single, value)
    else writeFixed(writer, single, value)
  }
}

function writeFixed(writer: ByteWriter, type: PropertyType, value: PropertyValue): void {
  switch (type) {
    case PtypInteger16:
      writer.i16(value as number)
      break
    case PtypInteger32:
      writer.i32(value as number)
      break
    case PtypErrorCode:
      writer.u32(value as number)
      break
    case PtypBoolean:
      writer.u16(value ? 1 : 0)
      break
    case PtypTime:
      writer.u64(value as bigint)
      break
    case PtypInteger64:
    case PtypCurrency:
      writer.i64(value as bigint)
      break
    case PtypFloating64:
    case PtypFloatingTime:
      writer.f64(value as number)
      break
    case PtypFloating32:
      writer.f32(value as number)
      break
    default:
      writer.guid(value as string)
  }
}

/** A value after its length. Strings go out with a terminator ([MS-OXCFXICS] 2.2.4.1.3). */
function writeVariable(
  writer: ByteWriter,
  type: PropertyType,
  value: PropertyValue,
  codePage?: number,
): void {
  switch (type) {
    case PtypString: {
      const text = value as string
      writer.u32((text.length + 1) * 2)
      writer.utf16(codePage === UTF16_BIG_ENDIAN_CODE_PAGE ? swapBytes(text) : text)
      writer.u16(0)
      break
    }
    case PtypString8: {
      const text = value as string
      writer.u32(text.length + 1)
      writer.latin1(text)
      writer.u8(0)
      break
    }
    case PtypServerId: {
      const at = writer.length
      writer.u32(0)
      serverId.encode(writer, value as ServerId)
      writer.patchU32(at, writer.length - at - LENGTH_SIZE)
      break
    }
    default: {
      const bytes = value as Uint8Array
      writer.u32(bytes.length)
      writer.bytes(bytes)
    }
  }
}

/** The string whose UTF-16 in little-endian order is that of `text` in big-endian order. */
function swapBytes(text: string): string {
  let swapped = ''
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    swapped += String.fromCharCode(((unit & 0xff) << 8) | (unit >>> 8))
  }
  return swapped
}
