import {
  type Codec,
  type CodecValue,
  constant,
  custom,
  DecodeError,
  decodeWith,
  EncodeError,
  encodeWith,
  fromHex,
  type Guid,
  parseGuid,
  rest,
  struct,
  toHex,
  u8,
} from '../bytes/index.ts'
import { type FileTime, fileTime } from '../time/index.ts'

const FILE_TIME_SHIFT = 24n
/**
 * What precedes the 40 bits in the form that older clients write: the first byte is then part of the time.
 */
const LEGACY_SHIFT = 16n
const LEGACY_HIGH_BYTE = 1n << 56n
/** The first byte of the 40 bits in every time from 1829 to 2057. */
const HIGH_BYTE = 0x01
const BITS_31 = (1n << 31n) - 1n

const u40be: Codec<number> = custom(
  'u40be',
  5,
  (reader) => {
    let value = 0
    for (let i = 0; i < 5; i++) value = value * 256 + reader.u8()
    return value
  },
  (writer, value) => {
    if (!Number.isInteger(value) || value < 0 || value >= 2 ** 40)
      throw new EncodeError(`${value} is no unsigned 40-bit number`)
    for (let i = 4; i >= 0; i--) writer.u8(Math.floor(value / 256 ** i) % 256)
  },
)

/** A GUID whose groups are all big-endian: the bytes are in the order of the text. */
const guidBigEndian: Codec<Guid> = custom(
  'guidBigEndian',
  16,
  (reader) => {
    const hex = toHex(reader.subarray(16))
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
  },
  (writer, guid) => writer.bytes(fromHex(parseGuid(guid))),
)

/** One reply in the chain that led to a message ([MS-OXOMSG] 2.2.1.3, Response Level). */
export interface ResponseLevel {
  /**
   * Delta code: false if `timeDelta` counts 2^18 ticks of 100 ns (0.026 seconds, up to 1.7 years), true if
   * 2^23 (0.84 seconds, up to 57 years).
   */
  readonly deltaCode: boolean
  /** 31 bits: the time since the beginning of the conversation. */
  readonly timeDelta: number
  /** 4 bits. */
  readonly random: number
  /** 4 bits. */
  readonly level: number
}

const responseLevel: Codec<ResponseLevel> = custom(
  'ResponseLevel',
  5,
  (reader) => {
    const high = (reader.u8() << 24) | (reader.u8() << 16) | (reader.u8() << 8) | reader.u8()
    const low = reader.u8()
    return { deltaCode: high < 0, timeDelta: high & 0x7fffffff, random: low >>> 4, level: low & 0xf }
  },
  (writer, { deltaCode, timeDelta, random, level }) => {
    if (timeDelta !== (timeDelta & 0x7fffffff))
      throw new EncodeError(`${timeDelta} is no unsigned 31-bit number`)
    if (random !== (random & 0xf) || level !== (level & 0xf))
      throw new EncodeError('random and level have four bits')
    writer.u8((deltaCode ? 0x80 : 0) | (timeDelta >>> 24))
    writer.u8((timeDelta >>> 16) & 0xff)
    writer.u8((timeDelta >>> 8) & 0xff)
    writer.u8(timeDelta & 0xff)
    writer.u8((random << 4) | level)
  },
)

/**
 * PidTagConversationIndex ([MS-OXOMSG] 2.2.1.3): where a message stands in its conversation. Sorted by
 * these bytes, a conversation is in the order of its replies.
 */
export const conversationIndexCodec = struct('ConversationIndex', {
  reserved: constant(u8, 0x01),
  /**
   * 40 bits of the time at which the conversation began; see {@link conversationStartTime}. The highest of
   * a FILETIME, or, from older clients, those after its highest byte.
   */
  currentFileTime: u40be,
  /** Generated for each new conversation. */
  guid: guidBigEndian,
  /** One for each reply on the way from the first message to this one. */
  responseLevels: rest(responseLevel),
})

export type ConversationIndex = CodecValue<typeof conversationIndexCodec>

/** When a conversation began, to 1.7 seconds (6.6 ms for indexes of older clients). */
export function conversationStartTime({ currentFileTime }: ConversationIndex): FileTime {
  const bits = BigInt(currentFileTime)
  const isLegacy = Math.floor(currentFileTime / 2 ** 32) !== HIGH_BYTE
  return fileTime(isLegacy ? LEGACY_HIGH_BYTE | (bits << LEGACY_SHIFT) : bits << FILE_TIME_SHIFT)
}

/**
 * When the replies were written that led to a message, the first first; as exactly as their delta codes
 * say.
 */
export function responseTimes(index: ConversationIndex): FileTime[] {
  const start = conversationStartTime(index)
  return index.responseLevels.map(({ deltaCode, timeDelta }) =>
    fileTime(BigInt.asUintN(64, start + (BigInt(timeDelta) << shiftOf(deltaCode)))),
  )
}

/** The index of the first message of a conversation. `guid` is a new random one. */
export function newConversationIndex(time: FileTime, guid: Guid): ConversationIndex {
  return { currentFileTime: Number(time >> FILE_TIME_SHIFT), guid, responseLevels: [] }
}

/**
 * The index of a reply or forward to a message of a conversation. `random` tells replies of the same moment
 * apart: 4 bits, by default from the time's lowest.
 */
export function replyConversationIndex(
  parent: ConversationIndex,
  time: FileTime,
  random: number = Number((time >> 4n) & 0xfn),
): ConversationIndex {
  const start = conversationStartTime(parent)
  const elapsed = time > start ? time - start : 0n
  const deltaCode = elapsed >> (shiftOf(false) + 31n) !== 0n
  const timeDelta = Number((elapsed >> shiftOf(deltaCode)) & BITS_31)
  return {
    ...parent,
    responseLevels: [...parent.responseLevels, { deltaCode, timeDelta, random: random & 0xf, level: 0 }],
  }
}

/**
 * The value of PidTagConversationIndex for a new message: a reply to the message with the index `parent`,
 * or the first of a conversation if there is none or it is no valid index. Only then `guid` is used.
 */
export function createConversationIndex(
  parent: Uint8Array | undefined,
  time: FileTime,
  guid: Guid,
): Uint8Array<ArrayBuffer> {
  const index = parent === undefined ? undefined : tryDecode(parent)
  return encodeWith(
    conversationIndexCodec,
    index === undefined ? newConversationIndex(time, guid) : replyConversationIndex(index, time),
  )
}

function tryDecode(bytes: Uint8Array): ConversationIndex | undefined {
  try {
    return decodeWith(conversationIndexCodec, bytes)
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}

function shiftOf(deltaCode: boolean): bigint {
  return deltaCode ? 23n : 18n
}
