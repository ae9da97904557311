import { ByteReader, ByteWriter, DecodeError, encodeUtf16 } from '@bourse/mapi/bytes'
import { concat, hmacMd5 } from './hmac-md5.ts'
import { computeResponse, type NtlmUser, responseKey } from './ntlm-v2.ts'

/** NegotiateFlags ([MS-NLMP] 2.2.2.5), those that are used here. */
export const NegotiateFlags = {
  UNICODE: 0x0000_0001,
  REQUEST_TARGET: 0x0000_0004,
  NTLM: 0x0000_0200,
  ALWAYS_SIGN: 0x0000_8000,
  EXTENDED_SESSIONSECURITY: 0x0008_0000,
  TARGET_INFO: 0x0080_0000,
  NEGOTIATE_128: 0x2000_0000,
  NEGOTIATE_56: 0x8000_0000,
} as const

const CLIENT_FLAGS =
  (NegotiateFlags.UNICODE |
    NegotiateFlags.REQUEST_TARGET |
    NegotiateFlags.NTLM |
    NegotiateFlags.ALWAYS_SIGN |
    NegotiateFlags.EXTENDED_SESSIONSECURITY |
    NegotiateFlags.TARGET_INFO |
    NegotiateFlags.NEGOTIATE_128 |
    NegotiateFlags.NEGOTIATE_56) >>>
  0

/** AvId ([MS-NLMP] 2.2.2.1). */
const AvId = { EOL: 0, Flags: 6, Timestamp: 7, TargetName: 9, ChannelBindings: 10 } as const
/** MsvAvFlags: the AUTHENTICATE_MESSAGE has a MIC. */
const HAS_MIC = 0x0000_0002

const SIGNATURE = new TextEncoder().encode('NTLMSSP\0')
const MIC_OFFSET = 72
const PAYLOAD_OFFSET = 88

/** NEGOTIATE_MESSAGE ([MS-NLMP] 2.2.1.1). */
export function negotiateMessage(): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter()
  writer.bytes(SIGNATURE)
  writer.u32(1)
  writer.u32(CLIENT_FLAGS)
  // No domain, no workstation, no version.
  writer.zeros(24)
  return writer.finish()
}

interface AvPair {
  readonly id: number
  readonly value: Uint8Array
}

/** CHALLENGE_MESSAGE ([MS-NLMP] 2.2.1.2). */
export interface ChallengeMessage {
  readonly flags: number
  readonly serverChallenge: Uint8Array
  readonly targetInfo: readonly AvPair[]
}

/** Throws a `DecodeError`. */
export function readChallengeMessage(bytes: Uint8Array): ChallengeMessage {
  const reader = new ByteReader(bytes)
  const signature = reader.subarray(8)
  if (!signature.every((byte, i) => byte === SIGNATURE[i]) || reader.u32() !== 2)
    throw new DecodeError('no CHALLENGE_MESSAGE', 0, ['CHALLENGE_MESSAGE', 'Signature'])
  reader.subarray(8)
  const flags = reader.u32()
  const serverChallenge = reader.subarray(8)
  reader.subarray(8)
  const length = reader.u16()
  reader.u16()
  const offset = reader.u32()
  if (offset + length > bytes.length) reader.fail('TargetInfo beyond the end of the message')
  return { flags, serverChallenge, targetInfo: readAvPairs(bytes.subarray(offset, offset + length)) }
}

function readAvPairs(bytes: Uint8Array): readonly AvPair[] {
  const reader = new ByteReader(bytes)
  const pairs: AvPair[] = []
  while (reader.remaining >= 4) {
    const id = reader.u16()
    const value = reader.subarray(reader.u16())
    if (id === AvId.EOL) break
    pairs.push({ id, value })
  }
  return pairs
}

function writeAvPairs(pairs: readonly AvPair[]): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter()
  for (const { id, value } of [...pairs, { id: AvId.EOL, value: new Uint8Array(0) }]) {
    writer.u16(id)
    writer.u16(value.length)
    writer.bytes(value)
  }
  return writer.finish()
}

export interface AuthenticateOptions {
  readonly user: NtlmUser
  /** The two messages before, as they were sent and received. */
  readonly negotiate: Uint8Array
  readonly challenge: Uint8Array
  /** What is asked for, e.g. `HTTP/mail.example.com`. */
  readonly targetName: string
  /** MD5 of the channel bindings of the TLS connection ([MS-NLMP] 2.2.2.1, MsvAvChannelBindings), where they are known. */
  readonly channelBindings?: Uint8Array
  /** 8 random bytes; for tests. */
  readonly clientChallenge?: Uint8Array
  /** The time where the server does not tell it, in 100 ns ticks since 1601; for tests. */
  readonly now?: bigint
}

/** Ticks from 1601 to 1970. */
const UNIX_EPOCH = 116_444_736_000_000_000n

/** AUTHENTICATE_MESSAGE with NTLMv2 and a MIC ([MS-NLMP] 2.2.1.3, 3.1.5.1.2). Throws a `DecodeError` if the challenge is none. */
export function authenticateMessage(options: AuthenticateOptions): Uint8Array<ArrayBuffer> {
  const { user, negotiate, challenge } = options
  const { flags, serverChallenge, targetInfo } = readChallengeMessage(challenge)
  const timestamp = targetInfo.find(({ id }) => id === AvId.Timestamp)?.value
  const time =
    timestamp?.length === 8
      ? new DataView(timestamp.buffer, timestamp.byteOffset, 8).getBigInt64(0, true)
      : (options.now ?? BigInt(Date.now()) * 10_000n + UNIX_EPOCH)
  const { ntResponse, lmResponse, sessionBaseKey } = computeResponse({
    responseKey: responseKey(user),
    serverChallenge,
    clientChallenge: options.clientChallenge ?? crypto.getRandomValues(new Uint8Array(8)),
    time,
    targetInfo: writeAvPairs(clientPairs(targetInfo, options)),
  })

  const writer = new ByteWriter()
  const payload: Uint8Array[] = []
  let offset = PAYLOAD_OFFSET
  const field = (value: Uint8Array): void => {
    writer.u16(value.length)
    writer.u16(value.length)
    writer.u32(offset)
    payload.push(value)
    offset += value.length
  }
  writer.bytes(SIGNATURE)
  writer.u32(3)
  // With a time of the server's the response of LAN Manager proves nothing more.
  field(timestamp === undefined ? lmResponse : new Uint8Array(24))
  field(ntResponse)
  field(encodeUtf16(user.domain))
  field(encodeUtf16(user.user))
  field(new Uint8Array(0))
  field(new Uint8Array(0))
  writer.u32((CLIENT_FLAGS & flags) >>> 0)
  writer.zeros(PAYLOAD_OFFSET - MIC_OFFSET + 8)
  const message = concat(writer.finish(), ...payload)
  // Without key exchange the exported session key is the session base key ([MS-NLMP] 3.1.5.1.2, 3.4.5.1).
  message.set(hmacMd5(sessionBaseKey, negotiate, challenge, message), MIC_OFFSET)
  return message
}

/** The server's AV pairs, with what the client adds ([MS-NLMP] 3.1.5.1.2). */
function clientPairs(pairs: readonly AvPair[], options: AuthenticateOptions): readonly AvPair[] {
  const own: readonly number[] = [AvId.Flags, AvId.TargetName, AvId.ChannelBindings]
  const flags = pairs.find(({ id }) => id === AvId.Flags)?.value
  const flagBytes = new Uint8Array(4)
  if (flags?.length === 4) flagBytes.set(flags)
  flagBytes[0]! |= HAS_MIC
  return [
    ...pairs.filter(({ id }) => !own.includes(id)),
    { id: AvId.Flags, value: flagBytes },
    { id: AvId.ChannelBindings, value: options.channelBindings ?? new Uint8Array(16) },
    { id: AvId.TargetName, value: encodeUtf16(options.targetName) },
  ]
}
