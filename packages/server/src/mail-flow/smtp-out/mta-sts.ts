import { randomUUID } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import type { MTASTSPolicy } from 'mailauth'
import { fetchPolicy, resolvePolicy, validateMx } from 'mailauth/lib/mta-sts.js'
import type { Log } from '../../log/index.ts'
import type { MailResolver } from './resolver.ts'

/** What a domain asks for of servers that bring it mail (RFC 8461). */
export interface MtaStsPolicy {
  readonly mode: 'enforce' | 'testing' | 'none'
  /** Whether mail may go to a server of this name (RFC 8461, 4.1). */
  allows(host: string): boolean
}

/** Knows what domains ask for. */
export interface MtaStsPolicies {
  /** Never rejects: a policy that cannot be had is none, unless one is known from before (RFC 8461, 3.3). */
  find(domain: string): Promise<MtaStsPolicy | undefined>
}

export interface MtaStsOptions {
  /** File in which policies are kept, so that nobody can do away with them by keeping this server from asking. */
  readonly path: string
  readonly resolver: MailResolver
  readonly log: Log
  /** Fetches the policy of a domain over HTTPS; nothing where there is no server for that. Left out: does that. */
  readonly fetch?: (domain: string) => Promise<MTASTSPolicy | false>
  /** Milliseconds since 1970; the clock of this machine if left out. */
  readonly now?: () => number
}

/** A policy that is kept. */
interface Kept {
  /** Changes with the policy (RFC 8461, 3.1). */
  readonly id: string
  readonly mode: MtaStsPolicy['mode']
  readonly mx: readonly string[]
  /** Milliseconds since 1970. */
  readonly expires: number
}

/** How long an answer holds, be it that there is none, until the domain is asked again, in milliseconds (RFC 8461, 3.3). */
const ASK_AGAIN = 300_000

/** How long fetching a policy may take, in milliseconds (RFC 8461, 3.3). */
const FETCH_TIMEOUT = 60_000

/** Domains of which something is remembered. */
const MAX_DOMAINS = 10_000

/** Asks domains for their policies, and keeps these as long as they hold. */
export async function openMtaStsPolicies(options: MtaStsOptions): Promise<MtaStsPolicies> {
  const { path, resolver, log, now = Date.now } = options
  const fetch = options.fetch ?? ((domain) => fetchPolicy(domain, { strict: true, timeout: FETCH_TIMEOUT }))
  const kept = await load(path, log)
  const asked = new Map<string, { readonly until: number; readonly answer: Promise<Kept | undefined> }>()
  let saving = Promise.resolve()

  const ask = async (domain: string): Promise<Kept | undefined> => {
    const known = kept.get(domain)
    const valid = known !== undefined && known.expires > now() ? known : undefined
    try {
      const records = async (name: string): Promise<string[][]> =>
        (await resolver.resolveTxt(name)).map((parts) => [...parts])
      const id = await resolvePolicy(domain, { strict: true, resolver: records })
      if (id === false || id === valid?.id) return valid
      const policy = await fetch(domain)
      if (policy === false) return valid
      const { mode, mx = [], maxAge = 0 } = policy
      const found: Kept = { id, mode, mx, expires: now() + maxAge * 1000 }
      kept.delete(domain)
      kept.set(domain, found)
      saving = saving.then(() => save(path, kept, now(), log))
      await saving
      return found
    } catch (error) {
      log.warn({ err: error, domain }, 'what a domain asks for by MTA-STS cannot be had')
      return valid
    }
  }

  return {
    async find(domain) {
      const last = asked.get(domain)
      const answer = last !== undefined && last.until > now() ? last.answer : ask(domain)
      if (answer !== last?.answer) {
        asked.delete(domain)
        asked.set(domain, { until: now() + ASK_AGAIN, answer })
        if (asked.size > MAX_DOMAINS) asked.delete(asked.keys().next().value!)
      }
      const found = await answer
      if (found === undefined) return undefined
      const { mode, mx } = found
      return { mode, allows: (host) => validateMx(host, { mode, mx: [...mx] }).valid }
    },
  }
}

async function load(path: string, log: Log): Promise<Map<string, Kept>> {
  try {
    return new Map(Object.entries(JSON.parse(await readFile(path, 'utf8')) as Record<string, Kept>))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      log.warn({ err: error, path }, 'the policies of other domains cannot be read, and are asked for again')
    return new Map()
  }
}

/** Forgets what holds no longer, and what is oldest where there is too much. */
async function save(path: string, kept: Map<string, Kept>, now: number, log: Log): Promise<void> {
  for (const [domain, { expires }] of kept) if (expires <= now || kept.size > MAX_DOMAINS) kept.delete(domain)
  const made = `${path}.${randomUUID()}`
  try {
    await writeFile(made, JSON.stringify(Object.fromEntries(kept)), { mode: 0o600, flush: true })
    await rename(made, path)
  } catch (error) {
    log.warn({ err: error, path }, 'the policies of other domains cannot be kept')
    await rm(made, { force: true })
  }
}
