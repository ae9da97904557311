import { encodeUtf16 } from '@bourse/mapi/bytes'
import { concat, hmacMd5 } from './hmac-md5.ts'
import { md4 } from './md4.ts'

/** Who logs on. A domain is left out where the user is named like an address. */
export interface NtlmUser {
  readonly user: string
  readonly domain: string
  readonly password: string
}

/** `DOMAIN\user`, or an address, as people write themselves. */
export function ntlmUser(name: string, password: string): NtlmUser {
  const at = name.indexOf('\\')
  return at < 0
    ? { user: name, domain: '', password }
    : { user: name.slice(at + 1), domain: name.slice(0, at), password }
}

/** NTOWFv2, the same as LMOWFv2: the key that stands for a user's password ([MS-NLMP] 3.3.2). */
export function responseKey({ user, domain, password }: NtlmUser): Uint8Array<ArrayBuffer> {
  return hmacMd5(md4(encodeUtf16(password)), encodeUtf16(user.toUpperCase() + domain))
}

export interface ResponseInput {
  readonly responseKey: Uint8Array
  /** ServerChallenge and ClientChallenge, 8 bytes each. */
  readonly serverChallenge: Uint8Array
  readonly clientChallenge: Uint8Array
  /** In 100 ns ticks since 1601. */
  readonly time: bigint
  /** AV pairs, the end of the list included ([MS-NLMP] 2.2.2.1). */
  readonly targetInfo: Uint8Array
}

export interface ResponseOutput {
  /** NtChallengeResponse. */
  readonly ntResponse: Uint8Array
  /** LmChallengeResponse. */
  readonly lmResponse: Uint8Array
  readonly sessionBaseKey: Uint8Array
}

/** ComputeResponse of NTLMv2 ([MS-NLMP] 3.3.2). */
export function computeResponse(input: ResponseInput): ResponseOutput {
  const { serverChallenge, clientChallenge, targetInfo } = input
  const head = new Uint8Array(28)
  head.set([1, 1])
  new DataView(head.buffer).setBigInt64(8, input.time, true)
  head.set(clientChallenge, 16)
  const temp = concat(head, targetInfo, new Uint8Array(4))
  const proof = hmacMd5(input.responseKey, serverChallenge, temp)
  return {
    ntResponse: concat(proof, temp),
    lmResponse: concat(hmacMd5(input.responseKey, serverChallenge, clientChallenge), clientChallenge),
    sessionBaseKey: hmacMd5(input.responseKey, proof),
  }
}
