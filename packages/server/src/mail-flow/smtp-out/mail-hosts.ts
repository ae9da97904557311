import { isIP } from 'node:net'
import { isNoName, isNothing, type MailResolver, type MxRecord, recordsOf } from './resolver.ts'
import { type Verdict, verdict } from './verdict.ts'

/** A server that takes mail for a domain. */
export interface MailHost {
  readonly name: string
  /** The lower, the sooner. */
  readonly priority: number
  /** Where to try it, in that order; at least one. */
  readonly addresses: readonly string[]
}

export interface MailHostOptions {
  readonly resolver: MailResolver
  readonly ipv6: boolean
  /** Whether this is the server itself, to which it must not send what is for others (RFC 5321, 5.1). */
  isOurs(host: string, address: string | undefined): boolean
}

export type MailHosts =
  | { readonly kind: 'hosts'; readonly hosts: readonly MailHost[] }
  | { readonly kind: 'none'; readonly verdict: Verdict }

/** Servers that are looked up for one domain; those after them are for emergencies only, of which there would be many then. */
const MAX_HOSTS = 20

/** The servers that take mail for a domain, in the order in which to try them (RFC 5321, 5.1). Never rejects. */
export async function findMailHosts(domain: string, options: MailHostOptions): Promise<MailHosts> {
  if (domain.startsWith('[')) return literalHost(domain, options)
  const { resolver, isOurs } = options
  let records: readonly MxRecord[]
  try {
    records = await resolver.resolveMx(domain)
  } catch (error) {
    if (isNoName(error)) return none('5.1.2', `There is no domain ${domain}.`)
    if (!isNothing(error)) return none('4.4.3', `DNS cannot tell the servers of ${domain}: ${reason(error)}`)
    records = []
  }
  // RFC 7505: one record, for the root of all names.
  const named = records.filter(({ exchange }) => exchange !== '' && exchange !== '.')
  if (records.length > 0 && named.length === 0) return none('5.1.10', `${domain} takes no mail (null MX).`)
  const isImplicit = named.length === 0
  const candidates = isImplicit ? [{ exchange: domain, priority: 0 }] : inOrder(named)
  const looked = await Promise.all(candidates.slice(0, MAX_HOSTS).map((one) => lookUp(one, options)))

  const ownPriority = Math.min(
    ...looked
      .filter(({ name, addresses }) =>
        addresses.length === 0 ? isOurs(name, undefined) : addresses.some((address) => isOurs(name, address)),
      )
      .map(({ priority }) => priority),
  )
  const others = looked.filter(({ priority }) => priority < ownPriority)
  if (others.length === 0)
    return none('5.4.6', `The mail server of ${domain} is this one, which does not know the domain.`)
  const hosts = others.filter(({ addresses }) => addresses.length > 0)
  if (hosts.length > 0) return { kind: 'hosts', hosts }
  const failure = others.find((one) => one.failure !== undefined)?.failure
  if (failure !== undefined)
    return none('4.4.3', `DNS cannot tell the addresses of the servers of ${domain}: ${failure}`)
  return isImplicit
    ? none('5.1.2', `${domain} has no mail server.`)
    : none('5.4.4', `The mail servers of ${domain} have no addresses.`)
}

function none(status: Parameters<typeof verdict>[0], text: string): MailHosts {
  return { kind: 'none', verdict: verdict(status, text) }
}

/** By preference, in random order among equals. */
function inOrder(records: readonly MxRecord[]): readonly MxRecord[] {
  return shuffled(records).toSorted((a, b) => a.priority - b.priority)
}

interface LookedUp extends MailHost {
  /** Why its addresses are not known. */
  readonly failure?: string
}

async function lookUp(record: MxRecord, { resolver, ipv6 }: MailHostOptions): Promise<LookedUp> {
  const name = record.exchange.toLowerCase().replace(/\.$/, '')
  const { priority } = record
  const [v4, v6] = await Promise.allSettled([
    recordsOf(resolver.resolve4(name)),
    ipv6 ? recordsOf(resolver.resolve6(name)) : [],
  ])
  const addresses = alternately(
    v6.status === 'fulfilled' ? shuffled(v6.value) : [],
    v4.status === 'fulfilled' ? shuffled(v4.value) : [],
  )
  const failed = [v4, v6].find(({ status }) => status === 'rejected')
  return {
    name,
    priority,
    addresses,
    ...(failed?.status === 'rejected' && addresses.length === 0 ? { failure: reason(failed.reason) } : {}),
  }
}

/** `[192.0.2.1]`, `[IPv6:2001:db8::1]` (RFC 5321, 4.1.3). */
function literalHost(domain: string, { isOurs }: MailHostOptions): MailHosts {
  const [, v6, v4] = /^\[(?:ipv6:([0-9a-f:.]+)|([0-9.]+))\]$/i.exec(domain) ?? []
  const address = v6 ?? v4 ?? ''
  if (isIP(address) !== (v6 === undefined ? 4 : 6))
    return none('5.1.2', `${domain} is no address of a server.`)
  if (isOurs(address, address))
    return none('5.4.6', `${domain} is this server, which does not know the domain.`)
  return { kind: 'hosts', hosts: [{ name: address, priority: 0, addresses: [address] }] }
}

function alternately<T>(first: readonly T[], second: readonly T[]): readonly T[] {
  const length = Math.max(first.length, second.length)
  return Array.from({ length }, (_, i) => [...first.slice(i, i + 1), ...second.slice(i, i + 1)]).flat()
}

function shuffled<T>(items: readonly T[]): T[] {
  const result = [...items]
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1))
    const kept = result[i]!
    result[i] = result[j]!
    result[j] = kept
  }
  return result
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
