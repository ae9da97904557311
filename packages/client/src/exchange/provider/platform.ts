import type { AutodiscoverCache, SrvTarget } from '../autodiscover/index.ts'

/** What the place offers that a program runs in: Node has more than browsers. */
export interface ExchangePlatform {
  /** Does requests; the global `fetch` if left out. */
  readonly fetch?: typeof fetch
  /** A `fetch` that authenticates with NTLM; where it is missing, NTLM is refused. */
  readonly ntlmFetch?: (user: string, password: string) => typeof fetch
  /** Looks up SRV records for Autodiscover. */
  readonly resolveSrv?: (name: string) => Promise<readonly SrvTarget[]>
  /** What Autodiscover told before; one of their own for a set of providers if left out. */
  readonly cache?: AutodiscoverCache
}
