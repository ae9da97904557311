import type { Random } from '../../../tools/fuzz/random.ts'
import type { RawResponse } from '../test/support/http-client.ts'
import type { MapiResponse } from '../test/support/mapi-client.ts'
import type { AttackSession } from './attack-session.ts'

/** What an attack has at hand. */
export interface Attacker {
  readonly random: Random
  /** URL of the server. */
  readonly url: string
  /** A session of the attacker, which may not be there any more. */
  readonly session: AttackSession
  /** Keeps what is sent next, so that it can be looked at if the server fails because of it. */
  remember(requestId: string, type: string, bytes: Uint8Array): void
}

/** Something that a client should not do, and that must harm nobody. */
export interface Attack {
  readonly name: string
  /** How often it is chosen among others. */
  readonly weight: number
  /** Gives how many requests it sent. Throws {@link AttackError} if the server answers as it must not. */
  run(attacker: Attacker): Promise<number>
}

/** The server answered as it must not. */
export class AttackError extends Error {}

/** How long any answer may take, in milliseconds. */
export const PATIENCE = 30_000

/** X-ResponseCodes that say that the server did not know what to do. */
const OWN_FAULTS = new Map([
  [1, 'Unknown Failure'],
  [17, 'Invalid Response'],
])

/** Fails for responses that tell of a fault of the server. */
export function check({ raw, code, finalCode }: MapiResponse): void {
  checkStatus(raw)
  const fault = OWN_FAULTS.get(code) ?? OWN_FAULTS.get(finalCode)
  if (fault !== undefined) throw new AttackError(`X-ResponseCode ${fault}`)
}

export function checkStatus({ status, body }: RawResponse): void {
  if (status >= 500) throw new AttackError(`status ${status}: ${body.toString().slice(0, 200)}`)
}
