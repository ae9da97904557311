import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Random, seededRandom } from '../../../tools/fuzz/random.ts'
import { type Attack, AttackError, type Attacker } from './attack.ts'
import { type AttackSession, openAttackSession } from './attack-session.ts'
import { ATTACKERS, VICTIMS } from './organization.ts'
import { requestAttacks } from './request-attacks.ts'
import { ropAttacks } from './rop-attacks.ts'
import { type LogLine, type ServerProcess, startServerProcess } from './server-process.ts'
import { socketAttacks } from './socket-attacks.ts'
import { type Testimony, witness } from './witness.ts'

export interface ServerFuzzOptions {
  /** How many requests are sent, at least. */
  readonly requests: number
  readonly seed: string
  /** Only attacks with this in their name. */
  readonly only?: string
  /** Where the bytes of requests are kept after which the server failed. */
  readonly folder: string
}

/** How many attackers there are at a time. */
const ATTACKER_COUNT = 12
/** How many attacks one session is used for. */
const SESSION_ATTACKS = 150
/** How long an attacker waits who has too many sessions, in milliseconds. */
const WAIT_FOR_SESSION = 500
/** After how long all sessions have expired, in milliseconds. */
const MOST_IDLE = 60_000
/** How many of the last requests are remembered. */
const REMEMBERED = 5000

const attacks: readonly Attack[] = [...ropAttacks, ...requestAttacks, ...socketAttacks]

/**
 * Starts a server and has some users attack it with requests of every kind while others use it. Prints a report and
 * gives the number of failures: what the server did not know how to answer, answers it owes, errors in its log, sessions
 * of others that were disturbed, and its end.
 */
export async function fuzzServer({ requests, seed, only, folder }: ServerFuzzOptions): Promise<number> {
  const chosen = attacks.filter(({ name }) => name.includes(only ?? ''))
  const failures = new Map<string, number>()
  const fail = (text: string) => {
    const count = failures.get(text) ?? 0
    failures.set(text, count + 1)
    if (count === 0) console.log(`FAILURE ${text}`)
  }
  const remembered = new Map<string, { readonly type: string; readonly bytes: Uint8Array }>()
  const remember: Attacker['remember'] = (requestId, type, bytes) => {
    remembered.set(requestId, { type, bytes })
    if (remembered.size > REMEMBERED) remembered.delete(remembered.keys().next().value!)
  }
  const keep = ({ requestId = '' }: LogLine): string => {
    const request = remembered.get(requestId)
    if (request === undefined) return ''
    const digest = createHash('sha256').update(request.bytes).digest('hex').slice(0, 8)
    const file = join(folder, `server-${request.type}-${digest}.bin`)
    mkdirSync(folder, { recursive: true })
    writeFileSync(file, request.bytes)
    return ` (${file})`
  }
  const reported = new Set<string>()
  const onLine = (line: LogLine) => {
    if (line.level !== 'error') return
    const place = line.err?.stack?.split('\n').slice(0, 4).join('\n  ') ?? ''
    const text = `${line.msg}${line.rop ? ` (${line.rop})` : ''}: ${place}`
    if (!reported.has(text)) {
      reported.add(text)
      console.log(`a request after which that happened${keep(line)}`)
    }
    fail(text)
  }

  await using server = await startServerProcess(onLine)
  const { url } = server
  let hasEnded = false
  server.process.once('exit', (code, killer) => {
    hasEnded = true
    if (!isOver.signal.aborted) fail(`the server ended: ${killer ?? code}`)
  })
  const isOver = new AbortController()
  const witnesses = VICTIMS.map((user) => witness(url, user, isOver.signal))
  const start = performance.now()
  let sent = 0
  const perAttack = new Map<string, number>()

  async function attack(index: number): Promise<void> {
    const random = seededRandom(`${seed}/${index}`)
    let session: AttackSession | undefined
    for (let i = 0; sent < requests && !hasEnded; i++) {
      const { name, run } = pick(random, chosen)
      try {
        if (session === undefined || i % SESSION_ATTACKS === 0) {
          await session?.client.disconnect()
          session = await openAttackSession(url, ATTACKERS[index % ATTACKERS.length]!)
        }
        if (session === undefined) {
          await delay(WAIT_FOR_SESSION)
          continue
        }
        const count = await run({ random, url, session, remember })
        sent += count
        perAttack.set(name, (perAttack.get(name) ?? 0) + count)
      } catch (error) {
        sent++
        session = undefined
        if (hasEnded) return
        const { message, cause } = error as Error
        const isTold = error instanceof AttackError
        fail(
          `${name}: ${isTold ? message : (error as Error).stack}${cause === undefined ? '' : `: ${cause}`}`,
        )
      }
    }
  }

  const progress = setInterval(() => {
    const rate = Math.round((sent / (performance.now() - start)) * 1000)
    console.log(`${sent} requests, ${rate} per second, ${failures.size} kinds of failures`)
  }, 15_000)
  await Promise.all(Array.from({ length: ATTACKER_COUNT }, (_, index) => attack(index)))
  clearInterval(progress)
  const elapsed = (performance.now() - start) / 1000
  isOver.abort()
  for (const testimony of await Promise.all(witnesses)) {
    console.log(describe(testimony))
    if (testimony.failure !== undefined) fail(`the session of ${testimony.user}: ${testimony.failure.stack}`)
  }
  if (!hasEnded) {
    const restarts = await server.metric('bourse_worker_restarts_total')
    if (restarts > 0) fail(`${restarts} workers had to be started again`)
    const rops = await server.metric('bourse_rops_total')
    const successes = await server.metric('bourse_rops_total', 'result="success"')
    const megabytes = (await server.metric('process_resident_memory_bytes')) / 2 ** 20
    console.log(`${rops} ROPs, of which ${successes} succeeded; the server has ${megabytes.toFixed(0)} MB`)
    const left = await remaining(server)
    if (left > 0) fail(`${left} sessions do not end`)
  }
  for (const text of server.otherOutput) fail(`it wrote: ${text}`)
  for (const [name, count] of perAttack) console.log(`${name}: ${count} requests`)
  const total = [...failures.values()].reduce((sum, count) => sum + count, 0)
  console.log(
    `${sent} requests in ${elapsed.toFixed(1)} s, ${Math.round(sent / elapsed)} per second, ` +
      `${total} failures of ${failures.size} kinds`,
  )
  return total
}

/** How many sessions there are when all should have expired. */
async function remaining(server: ServerProcess): Promise<number> {
  const deadline = performance.now() + MOST_IDLE
  for (;;) {
    const count = await server.metric('bourse_sessions')
    if (count === 0 || performance.now() > deadline) return count
    await delay(1000)
  }
}

function pick(random: Random, choice: readonly Attack[]): Attack {
  const total = choice.reduce((sum, { weight }) => sum + weight, 0)
  let at = (random.below(1 << 20) / (1 << 20)) * total
  for (const attack of choice) {
    at -= attack.weight
    if (at < 0) return attack
  }
  return choice[0]!
}

function describe({ user, rounds, times, slowest }: Testimony): string {
  const sorted = [...times].sort((a, b) => a - b)
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0
  return (
    `${user} went on with ${rounds} rounds, half of them within ${median.toFixed(0)} ms; ` +
    `no request took longer than ${slowest.toFixed(0)} ms`
  )
}
