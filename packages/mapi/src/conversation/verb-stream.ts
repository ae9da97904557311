import {
  type Codec,
  type CodecValue,
  constant,
  custom,
  EncodeError,
  mapped,
  repeated,
  struct,
  u8,
  u16,
  u32,
} from '../bytes/index.ts'

/** What a vote option stands for ([MS-OXOMSG] 2.2.1.74.1, VerbType). Readers pass over all but `vote`. */
export const VerbType = {
  reply: 0x00000000,
  replyAll: 0x00000001,
  forward: 0x00000002,
  replyToFolder: 0x00000003,
  /** VOTING_RESPONSE. */
  vote: 0x00000004,
} as const

/** Whether the response is sent at once ([MS-OXOMSG] 2.2.1.74.1, SendBehavior). */
export const SendBehavior = {
  /** Without asking. */
  automatic: 0x00000001,
  /** The user may change it first. */
  prompt: 0x00000002,
} as const

const VERSION = 0x0102
const VERSION_2 = 0x0104

const sizedLatin1: Codec<string> = custom(
  'sizedLatin1',
  1,
  (reader) => reader.latin1(reader.u8()),
  (writer, text) => {
    if (text.length > 0xff) throw new EncodeError('a string of more than 255 characters')
    writer.u8(text.length)
    writer.latin1(text)
  },
)

const sizedUtf16: Codec<string> = custom(
  'sizedUtf16',
  1,
  (reader) => reader.utf16(reader.u8() * 2),
  (writer, text) => {
    if (text.length > 0xff) throw new EncodeError('a string of more than 255 characters')
    writer.u8(text.length)
    writer.utf16(text)
  },
)

/** VoteOption ([MS-OXOMSG] 2.2.1.74.1). 8-bit strings are in the code page of the sender. */
const voteOption = struct('VoteOption', {
  /** See {@link VerbType}. */
  verbType: u32,
  displayName: sizedLatin1,
  /** `IPM.Note` for a vote. */
  msgClsName: sizedLatin1,
  /** Empty for a vote. */
  internal1String: sizedLatin1,
  /** Again the display name for a vote; the prefix of the subject for other verbs. */
  displayNameRepeat: sizedLatin1,
  internal2: u32,
  internal3: u8,
  /** Whether the headers of the response's text are in U.S. English. */
  fUseUSHeaders: u32,
  internal4: u32,
  /** See {@link SendBehavior}. */
  sendBehavior: u32,
  internal5: u32,
  /** 1 for the first vote, 2 for the second and so on. */
  id: u32,
  internal6: u32,
})

export type VoteOption = CodecValue<typeof voteOption>

/** VoteOptionExtras ([MS-OXOMSG] 2.2.1.74.2): the same names in Unicode. */
const voteOptionExtras = struct('VoteOptionExtras', {
  displayName: sizedUtf16,
  displayNameRepeat: sizedUtf16,
})

export type VoteOptionExtras = CodecValue<typeof voteOptionExtras>

/** The value of {@link verbStreamCodec}: two arrays of the same length. */
export interface VerbStream {
  readonly voteOptions: readonly VoteOption[]
  readonly voteOptionsExtras: readonly VoteOptionExtras[]
}

const countOf = ({ count }: { readonly count: number }): number => count

/** PidLidVerbStream ([MS-OXOMSG] 2.2.1.74): the answers that a message offers. */
export const verbStreamCodec: Codec<VerbStream> = mapped(
  struct('VerbStream', {
    version: constant(u16, VERSION),
    count: u32,
    voteOptions: repeated(countOf, voteOption),
    version2: constant(u16, VERSION_2),
    voteOptionsExtras: repeated(countOf, voteOptionExtras),
  }),
  ({ voteOptions, voteOptionsExtras }) => ({ voteOptions, voteOptionsExtras }),
  ({ voteOptions, voteOptionsExtras }) => ({ count: voteOptions.length, voteOptions, voteOptionsExtras }),
)

/**
 * A verb stream that offers some answers to vote for. `toCodePage` gives the 8-bit form of a name, one
 * character per byte; by default characters outside Latin-1 become question marks. Throws `EncodeError` on
 * encoding when a name has more than 255 characters.
 */
export function votingVerbStream(
  names: readonly string[],
  sendBehavior: number = SendBehavior.prompt,
  toCodePage: (name: string) => string = toLatin1,
): VerbStream {
  return {
    voteOptions: names.map((name, i) => ({
      verbType: VerbType.vote,
      displayName: toCodePage(name),
      msgClsName: 'IPM.Note',
      internal1String: '',
      displayNameRepeat: toCodePage(name),
      internal2: 0,
      internal3: 0,
      fUseUSHeaders: 0,
      internal4: 1,
      sendBehavior,
      internal5: 2,
      id: i + 1,
      internal6: 0xffffffff,
    })),
    voteOptionsExtras: names.map((name) => ({ displayName: name, displayNameRepeat: name })),
  }
}

/**
 * The answers that a verb stream offers to vote for, by ID ([MS-OXOMSG] 3.2.4.6.2); other verbs are passed
 * over.
 */
export function votingOptions({
  voteOptions,
  voteOptionsExtras,
}: VerbStream): { id: number; name: string }[] {
  return voteOptions.flatMap(({ verbType, id, displayName }, i) =>
    verbType === VerbType.vote ? [{ id, name: voteOptionsExtras[i]?.displayName ?? displayName }] : [],
  )
}

function toLatin1(name: string): string {
  return name.replace(/[^\0-\xff]/gu, '?')
}
