import {
  formatTag,
  MULTIPLE_FLAG,
  type PropertyName,
  type PropertyTag,
  type PropertyValue,
  PtypBinary,
  PtypBoolean,
  PtypCurrency,
  PtypErrorCode,
  PtypFloating32,
  PtypFloating64,
  PtypFloatingTime,
  PtypInteger16,
  PtypInteger32,
  PtypInteger64,
  PtypTime,
  propertyTypeName,
} from '@bourse/mapi'
import { DecodeError, decodeUtf16, formatGuid } from '@bourse/mapi/bytes'
import { isMarker } from './marker.ts'
import { MetaTagIdsetGiven, MetaTagIdsetGivenOnWire } from './meta-tag.ts'
import type { FastTransferToken, PropertyInfo } from './token.ts'
import {
  CODE_PAGE_FLAG,
  isMultipleType,
  sizeOfElement,
  sizeOfType,
  stringTypeOf,
  UNKNOWN,
  VARIABLE,
} from './value-type.ts'
import { isText, readText } from './variable-value.ts'

/** Values of more bytes than this come in pieces. */
export const STREAMED_VALUE_SIZE = 64 * 1024

/** Multiple values of more bytes than this, all elements together, are refused, as they do not come in pieces. */
export const MAX_MULTIPLE_VALUE_SIZE = 16 * 1024 * 1024

/** Names of more bytes than this are refused; those of a mailbox have 254 at most. */
export const MAX_NAME_SIZE = 1024

export interface LexerOptions {
  /** Values of more bytes than this come in pieces; {@link STREAMED_VALUE_SIZE} by default. */
  readonly streamedValueSize?: number
  /** {@link MAX_MULTIPLE_VALUE_SIZE} by default. */
  readonly maxMultipleValueSize?: number
}

const TAG_SIZE = 4
const LENGTH_SIZE = 4
const GUID_SIZE = 16
/** Property set and kind. */
const NAME_HEAD_SIZE = GUID_SIZE + 1

/** Kinds of namedPropInfo ([MS-OXCFXICS] 2.2.4.1). */
const KIND_LID = 0x00
const KIND_NAME = 0x01

const INITIAL_STASH_SIZE = 256
/** A stash that grew beyond this is given up when it is empty. */
const MAX_KEPT_STASH_SIZE = 256 * 1024
/** Stashes share buffers of this size, unless they are larger than half of it. */
const STASH_BLOCK_SIZE = 64 * 1024

// Engines take long to make an `ArrayBuffer`, unless it is so small that they keep it within the object.

/** Binary values of more bytes than this share buffers … */
const MIN_SHARED_SIZE = 64
/** … of this size, which is what one of them can keep from being freed … */
const SHARED_BUFFER_SIZE = 8 * 1024
/** … unless they have more bytes than this. */
const MAX_SHARED_SIZE = 1024
/** Binary values of more bytes than this are not copied but views of what was pushed. */
const MAX_COPIED_SIZE = 4 * 1024

/** Tags from here on are those of named properties. */
const FIRST_NAMED_TAG = 0x8000_0000

/**
 * Takes a FastTransfer stream apart ([MS-OXCFXICS] 2.2.4.1). The stream may be pushed in pieces of any size, cut
 * anywhere.
 *
 * ```ts
 * const lexer = new FastTransferLexer()
 * for await (const piece of pieces) for (const token of lexer.push(piece)) handle(token)
 * lexer.end()
 * ```
 *
 * Holds no more than one value of {@link STREAMED_VALUE_SIZE} bytes, or one multiple value, at a time. After a
 * `DecodeError`, whose offset counts from the start of the stream, it is of no use any more.
 */
export class FastTransferLexer {
  readonly #streamedValueSize: number
  readonly #maxMultipleValueSize: number

  /** What is being read: a piece, or the stash. */
  #bytes: Uint8Array = new Uint8Array(0)
  #view: DataView = new DataView(this.#bytes.buffer)
  #end = 0
  /** Offset within the stream of the first of {@link #bytes}. */
  #base = 0
  /** Offset within the stream of the first element that is not complete. */
  #position = 0

  /** What larger stashes are parts of, and up to where it is in use. */
  #block: Uint8Array<ArrayBuffer> = new Uint8Array(0)
  #blockUsed = 0
  /** The stash as long as little has to be held. */
  readonly #smallStash = new Uint8Array(INITIAL_STASH_SIZE)
  /** The beginning of an element that was cut. */
  #stash: Uint8Array<ArrayBuffer> = this.#smallStash
  #stashed = 0
  /** Bytes that the element must have before it is worth another try. */
  #needed = 0
  /** How far an element of many parts has been looked through: bytes from its start, and parts that are left. */
  #scannedSize = 0
  #scannedLeft = 0

  /** Bytes left of a value that comes in pieces; -1 if there is none. */
  #valueLeft = -1

  /** Where small binary values are copied to, and up to where it is in use. */
  #shared: Uint8Array<ArrayBuffer> = new Uint8Array(0)
  #sharedUsed = 0

  constructor(options: LexerOptions = {}) {
    this.#streamedValueSize = options.streamedValueSize ?? STREAMED_VALUE_SIZE
    this.#maxMultipleValueSize = options.maxMultipleValueSize ?? MAX_MULTIPLE_VALUE_SIZE
  }

  /** Bytes of the stream so far. */
  get size(): number {
    return this.#position + this.#stashed
  }

  /**
   * The tokens that these bytes complete. Large binary values in them are views of the bytes, which must therefore not
   * be changed any more. Throws `DecodeError`.
   */
  push(bytes: Uint8Array): FastTransferToken[] {
    const tokens: FastTransferToken[] = []
    let at = 0
    while (this.#stashed > 0) {
      at = this.#fillStash(bytes, at)
      const size = this.#stashed
      if (size < this.#needed) return tokens
      this.#open(this.#stash, size, this.#position)
      // The stash holds as much as was needed, so either that is an element or more is needed.
      if (this.#lex(tokens, 0) > 0) {
        this.#position += size
        this.#clearStash()
      }
    }
    this.#open(bytes, bytes.length, this.#position - at)
    const rest = this.#lex(tokens, at)
    this.#position += rest - at
    if (rest < bytes.length) this.#fillStash(bytes, rest)
    return tokens
  }

  /** Throws `DecodeError` unless the stream ends at the end of an element. */
  end(): void {
    this.#base = this.#position
    if (this.#stashed > 0) this.#fail('stream ends within an element', 0)
    if (this.#valueLeft >= 0) this.#fail(`stream ends ${this.#valueLeft} bytes before the end of a value`, 0)
  }

  #open(bytes: Uint8Array, end: number, base: number): void {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#end = end
    this.#base = base
  }

  /** Takes from `bytes` what the element in the stash lacks; returns the position behind it. */
  #fillStash(bytes: Uint8Array, start: number): number {
    const end = Math.min(bytes.length, start + this.#needed - this.#stashed)
    const size = this.#stashed + end - start
    if (size > this.#stash.length) {
      // As much as is needed, unless it is much, for it may only be announced.
      const wanted = Math.min(this.#needed, Math.max(this.#streamedValueSize, this.#stash.length) * 2)
      const stash = this.#room(Math.max(size, wanted))
      stash.set(this.#stash.subarray(0, this.#stashed))
      this.#stash = stash
    }
    this.#stash.set(bytes.subarray(start, end), this.#stashed)
    this.#stashed = size
    return end
  }

  /** Memory for a stash, which a large value may keep. */
  #room(size: number): Uint8Array<ArrayBuffer> {
    if (size > STASH_BLOCK_SIZE / 2) return new Uint8Array(size)
    if (this.#blockUsed + size > this.#block.length) {
      this.#block = new Uint8Array(STASH_BLOCK_SIZE)
      this.#blockUsed = 0
    }
    const start = this.#blockUsed
    this.#blockUsed += size
    return this.#block.subarray(start, this.#blockUsed)
  }

  #clearStash(): void {
    this.#stashed = 0
    if (this.#stash.length > MAX_KEPT_STASH_SIZE) this.#dropStash()
  }

  #dropStash(): void {
    this.#stash = this.#smallStash
  }

  #fail(reason: string, at: number, ...path: readonly string[]): never {
    throw new DecodeError(reason, this.#base + at, ['FastTransfer stream', ...path])
  }

  /** The element at `at` is cut: notes how many bytes of it are wanted. */
  #want(size: number): -1 {
    this.#needed = size
    return -1
  }

  /** Reads elements from `start` on; returns the position of the first that is not complete. */
  #lex(tokens: FastTransferToken[], start: number): number {
    let at = start
    for (;;) {
      if (this.#valueLeft >= 0) {
        at = this.#lexValueData(tokens, at)
        if (this.#valueLeft >= 0) return at
      }
      const next = this.#lexElement(tokens, at)
      if (next < 0) return at
      at = next
    }
  }

  #lexValueData(tokens: FastTransferToken[], at: number): number {
    const size = Math.min(this.#valueLeft, this.#end - at)
    const end = at + size
    if (size > 0) tokens.push({ kind: 'valueData', bytes: this.#bytes.subarray(at, end) })
    this.#valueLeft -= size
    if (this.#valueLeft === 0) {
      tokens.push({ kind: 'valueEnd' })
      this.#valueLeft = -1
    }
    return end
  }

  /** Reads the element at `at`; returns the position behind it, or -1 if it is cut. */
  #lexElement(tokens: FastTransferToken[], at: number): number {
    const start = at + TAG_SIZE
    if (start > this.#end) return this.#want(TAG_SIZE)
    const onWire = this.#view.getUint32(at, true)
    if (isMarker(onWire)) {
      tokens.push({ kind: 'marker', marker: onWire, offset: this.#base + at })
      return start
    }
    if (onWire >= FIRST_NAMED_TAG) {
      const end = this.#endOfName(at, start)
      return end < 0 ? end : this.#lexValue(tokens, at, onWire, end, this.#readName(start, end))
    }
    return this.#lexValue(tokens, at, onWire, start, undefined)
  }

  /** The position behind the namedPropInfo at `start`. */
  #endOfName(at: number, start: number): number {
    const head = start + NAME_HEAD_SIZE
    if (head > this.#end) return this.#want(head - at)
    const kind = this.#bytes[head - 1]!
    if (kind === KIND_LID) return head + 4 > this.#end ? this.#want(head + 4 - at) : head + 4
    if (kind !== KIND_NAME) this.#fail(`unknown kind of name ${kind}`, head - 1, 'namedPropInfo')
    const bytes = this.#bytes
    const last = Math.min(this.#end, head + MAX_NAME_SIZE)
    let end = head
    while (end + 2 <= last) {
      end += 2
      if (bytes[end - 2] === 0 && bytes[end - 1] === 0) return end
    }
    if (end + 2 > head + MAX_NAME_SIZE)
      this.#fail(`name of more than ${MAX_NAME_SIZE} bytes`, head, 'namedPropInfo')
    return this.#want(end + 2 - at)
  }

  #readName(start: number, end: number): PropertyName {
    const set = formatGuid(this.#bytes, start)
    const body = start + NAME_HEAD_SIZE
    if (this.#bytes[body - 1] === KIND_LID) return { kind: 'lid', set, lid: this.#view.getUint32(body, true) }
    return { kind: 'name', set, name: decodeUtf16(this.#bytes, body, end - 2) }
  }

  /** Reads the value at `start` of the element at `at`; returns the position behind it, or -1 if it is cut. */
  #lexValue(
    tokens: FastTransferToken[],
    at: number,
    onWire: number,
    start: number,
    name: PropertyName | undefined,
  ): number {
    const isIdsetGiven = onWire === MetaTagIdsetGivenOnWire
    const type = isIdsetGiven ? PtypBinary : onWire & 0xffff
    if (isMultipleType(type)) return this.#lexMultiple(tokens, at, onWire, start, name)
    const fixed = sizeOfType(type)
    if (fixed > 0) {
      const end = start + fixed
      if (end > this.#end) return this.#want(end - at)
      const value = this.#readFixed(type, start)
      tokens.push(property(onWire as PropertyTag, name, undefined, value, this.#base + at))
      return end
    }
    if (fixed === UNKNOWN)
      this.#fail(`unknown property type ${propertyTypeName(type)}`, at, formatTag(onWire as PropertyTag))
    const body = start + LENGTH_SIZE
    if (body > this.#end) return this.#want(body - at)
    const size = this.#view.getUint32(start, true)
    const codePage = (type & CODE_PAGE_FLAG) === 0 ? undefined : type & ~CODE_PAGE_FLAG
    const tag = isIdsetGiven
      ? MetaTagIdsetGiven
      : codePage === undefined
        ? onWire
        : ((onWire & 0xffff0000) | stringTypeOf(codePage)) >>> 0
    if (size > this.#streamedValueSize) {
      tokens.push(valueStart(tag as PropertyTag, name, codePage, size, this.#base + at))
      this.#valueLeft = size
      return body
    }
    const end = body + size
    if (end > this.#end) return this.#want(end - at)
    const value = this.#readVariable(tag & 0xffff, body, end, tag as PropertyTag, codePage)
    tokens.push(property(tag as PropertyTag, name, codePage, value, this.#base + at))
    return end
  }

  #readFixed(type: number, at: number): PropertyValue {
    const view = this.#view
    switch (type) {
      case PtypInteger16:
        return view.getInt16(at, true)
      case PtypInteger32:
        return view.getInt32(at, true)
      case PtypErrorCode:
        return view.getUint32(at, true)
      case PtypBoolean:
        return view.getUint16(at, true) !== 0
      case PtypTime:
        return view.getBigUint64(at, true)
      case PtypInteger64:
      case PtypCurrency:
        return view.getBigInt64(at, true)
      case PtypFloating64:
      case PtypFloatingTime:
        return view.getFloat64(at, true)
      case PtypFloating32:
        return view.getFloat32(at, true)
      default:
        return formatGuid(this.#bytes, at)
    }
  }

  #readVariable(
    type: number,
    start: number,
    end: number,
    tag: PropertyTag,
    codePage?: number,
  ): PropertyValue {
    if (!isText(type)) return this.#readBinary(start, end)
    try {
      return readText(this.#bytes, start, end, type, codePage)
    } catch (error) {
      if (error instanceof DecodeError) this.#fail(error.reason, error.offset, formatTag(tag), ...error.path)
      throw error
    }
  }

  #readBinary(start: number, end: number): Uint8Array {
    const bytes = this.#bytes
    const size = end - start
    if (size > MAX_COPIED_SIZE) {
      // What is in the stash stays there, and the next element has another.
      if (bytes === this.#stash) this.#dropStash()
      return bytes.subarray(start, end)
    }
    if (size <= MIN_SHARED_SIZE || size > MAX_SHARED_SIZE) return bytes.slice(start, end)
    if (this.#sharedUsed + size > this.#shared.length) {
      this.#shared = new Uint8Array(SHARED_BUFFER_SIZE)
      this.#sharedUsed = 0
    }
    const copy = this.#shared.subarray(this.#sharedUsed, this.#sharedUsed + size)
    this.#sharedUsed += size
    copy.set(bytes.subarray(start, end))
    return copy
  }

  #lexMultiple(
    tokens: FastTransferToken[],
    at: number,
    onWire: number,
    start: number,
    name: PropertyName | undefined,
  ): number {
    const tag = onWire as PropertyTag
    const type = onWire & 0xffff & ~MULTIPLE_FLAG
    const size = sizeOfElement(onWire & 0xffff)
    if (size === UNKNOWN)
      this.#fail(`unknown property type ${propertyTypeName(onWire & 0xffff)}`, at, formatTag(tag))
    const body = start + LENGTH_SIZE
    if (body > this.#end) return this.#want(body - at)
    const count = this.#view.getUint32(start, true)
    if (count * (size === VARIABLE ? LENGTH_SIZE : size) > this.#maxMultipleValueSize) {
      this.#fail(`${count} values take more than ${this.#maxMultipleValueSize} bytes`, start, formatTag(tag))
    }
    const end = size === VARIABLE ? this.#endOfElements(at, body, count, tag) : body + count * size
    if (end < 0) return end
    if (end > this.#end) return this.#want(end - at)
    const values: PropertyValue[] = []
    let position = body
    for (let i = 0; i < count; i++) {
      if (size === VARIABLE) {
        const first = position + LENGTH_SIZE
        position = first + this.#view.getUint32(position, true)
        values.push(this.#readVariable(type, first, position, tag))
      } else {
        values.push(this.#readFixed(type, position))
        position += size
      }
    }
    tokens.push(property(tag, name, undefined, values as PropertyValue, this.#base + at))
    return end
  }

  /**
   * The position behind `count` values with their lengths, or -1 if they are cut. Goes on where it stopped when the
   * same element was looked at before.
   */
  #endOfElements(at: number, body: number, count: number, tag: PropertyTag): number {
    let position = this.#scannedSize > 0 ? at + this.#scannedSize : body
    let left = this.#scannedSize > 0 ? this.#scannedLeft : count
    for (; left > 0; left--) {
      const first = position + LENGTH_SIZE
      const end = first > this.#end ? first : first + this.#view.getUint32(position, true)
      if (end - body > this.#maxMultipleValueSize) {
        this.#fail(`values of more than ${this.#maxMultipleValueSize} bytes`, position, formatTag(tag))
      }
      if (end > this.#end) {
        this.#scannedSize = position - at
        this.#scannedLeft = left
        return this.#want(end - at)
      }
      position = end
    }
    this.#scannedSize = 0
    return position
  }
}

function property(
  tag: PropertyTag,
  name: PropertyName | undefined,
  codePage: number | undefined,
  value: PropertyValue,
  offset: number,
): FastTransferToken {
  if (name === undefined) {
    return codePage === undefined
      ? { kind: 'property', tag, value, offset }
      : { kind: 'property', tag, codePage, value, offset }
  }
  return codePage === undefined
    ? { kind: 'property', tag, name, value, offset }
    : { kind: 'property', tag, name, codePage, value, offset }
}

function valueStart(
  tag: PropertyTag,
  name: PropertyName | undefined,
  codePage: number | undefined,
  size: number,
  offset: number,
): FastTransferToken {
  const info: PropertyInfo = {
    tag,
    ...(name === undefined ? {} : { name }),
    ...(codePage === undefined ? {} : { codePage }),
  }
  return { kind: 'valueStart', ...info, size, offset }
}
