import { encodeRopInput, NULL_HANDLE, type RopRequest, ropDefinitions } from '@bourse/wire/rop'
import { packExtended, RPC_HEADER_EXT_SIZE, unpackExtended } from '@bourse/wire/rpc'
import { mutate } from '../../../tools/fuzz/mutate.ts'
import { sample } from '../../mapi/fuzz/support.ts'
import { arbitraryRequest } from '../../wire/test/support/arbitrary-rop.ts'
import { dnOf } from '../test/support/live-server.ts'
import { type Attack, AttackError, type Attacker, check, PATIENCE } from './attack.ts'
import type { AttackSession } from './attack-session.ts'
import { VICTIMS } from './organization.ts'

/** Requests of all ROPs, with any values that their fields can have. */
const pool = ropDefinitions.map((rop) => ({ rop, requests: sample(arbitraryRequest(rop), 24) as object[] }))

/** The most ROPs of one request. */
const MOST_ROPS = 8
/** The most that are all the same. */
const MOST_OF_ONE = 500
/** What fits one request. */
const LARGEST_INPUT = 30_000

const PLAIN = { compress: false, obfuscate: false } as const

/** ROPs for objects that may be of the right kind, IDs that may be there, and any other values. */
const plausibleRops: Attack = {
  name: 'any ROPs',
  weight: 36,
  run: async (attacker) => execute(attacker, packExtended([input(attacker)], PLAIN)),
}

/** The same after bytes were changed. */
const mutatedRops: Attack = {
  name: 'changed ROPs',
  weight: 24,
  run: async (attacker) => {
    const { random } = attacker
    const payload = mutate(random, [input(attacker), input(attacker)]).slice(0, LARGEST_INPUT)
    return execute(attacker, packExtended([payload], PLAIN))
  },
}

/** Buffers whose headers and packing are changed. */
const mutatedBuffers: Attack = {
  name: 'changed buffers',
  weight: 10,
  run: async (attacker) => {
    const { random } = attacker
    const payloads = Array.from({ length: 1 + random.below(3) }, () => input(attacker))
    const options = { compress: random.below(2) === 0, obfuscate: random.below(2) === 0 }
    return execute(attacker, mutate(random, [packExtended(payloads, options)]))
  },
}

/** Many small operations at once, or some large answers. */
const greedyRops: Attack = {
  name: 'greedy ROPs',
  weight: 1,
  run: async (attacker) => {
    const { random } = attacker
    const { rop, requests } = random.pick(pool)
    const request = { rop, fields: adjusted(attacker, random.pick(requests)) as never }
    const handles = handleTable(attacker)
    const size = encodeRopInput([request], handles).length
    const count = Math.max(1, Math.min(MOST_OF_ONE, Math.floor(LARGEST_INPUT / size)))
    const payload = encodeRopInput(
      Array.from({ length: count }, () => request),
      handles,
    )
    return execute(attacker, packExtended([payload], PLAIN))
  },
}

export const ropAttacks: readonly Attack[] = [plausibleRops, mutatedRops, mutatedBuffers, greedyRops]

function input(attacker: Attacker): Uint8Array {
  const { random } = attacker
  const requests = Array.from({ length: 1 + random.below(MOST_ROPS) }, (): RopRequest => {
    const { rop, requests } = random.pick(pool)
    return { rop, fields: adjusted(attacker, random.pick(requests)) as never }
  })
  return encodeRopInput(requests, handleTable(attacker))
}

/** Handles of the session, some that are none, some of nobody. */
function handleTable({ random, session }: Attacker): number[] {
  return Array.from({ length: 4 + random.below(12) }, () => {
    switch (random.below(10)) {
      case 0:
        return NULL_HANDLE
      case 1:
        return random.below(0x1_0000_0000)
      default:
        return session.handles.length === 0 ? 0 : random.pick(session.handles)
    }
  })
}

/** Mostly handles that are in the table, and IDs and names of what there is. */
function adjusted({ random, session }: Attacker, fields: object): object {
  const changed: Record<string, unknown> = { ...fields }
  for (const [name, value] of Object.entries(fields)) {
    if (random.below(8) === 0) continue
    const ids = idsNamed(name, session)
    if (name === 'logonId') changed[name] = 0
    else if (name === 'essdn') changed[name] = dnOf(random.pick([session.user, ...VICTIMS]))
    else if (name.endsWith('HandleIndex')) changed[name] = random.below(8)
    else if (typeof value === 'bigint' && ids.length > 0) changed[name] = random.pick(ids)
  }
  return changed
}

function idsNamed(name: string, { folderIds, messageIds }: AttackSession): readonly bigint[] {
  if (/folderId$/i.test(name)) return folderIds
  return /messageId$/i.test(name) ? messageIds : []
}

const MAX_ROP_OUTS = [0x10008, 0x10008, 0x10008, 0x40000, 0x8000, 512, 8, 0, 0xffff_ffff]

async function execute(attacker: Attacker, ropBuffer: Uint8Array): Promise<number> {
  const { random, session } = attacker
  const { client } = session
  const headers = client.headers('Execute')
  attacker.remember(headers['X-RequestId']!, 'Execute', ropBuffer)
  const response = await client.execute(ropBuffer, {
    headers,
    flags: random.below(4) === 0 ? random.below(16) : 3,
    maxRopOut: random.pick(MAX_ROP_OUTS),
    signal: AbortSignal.timeout(PATIENCE),
  })
  check(response)
  const { body, finalCode } = response
  if (finalCode === 0 && body.kind === 'success' && body.errorCode === 0) checkOutput(body.ropBuffer)
  return 1
}

function checkOutput(ropBuffer: Uint8Array): void {
  try {
    if (ropBuffer.length >= RPC_HEADER_EXT_SIZE) unpackExtended(ropBuffer)
  } catch (error) {
    throw new AttackError('the answer cannot be unpacked', { cause: error })
  }
}
