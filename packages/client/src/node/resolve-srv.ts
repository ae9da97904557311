import { Resolver } from 'node:dns/promises'
import type { SrvTarget } from '../exchange/autodiscover/index.ts'

/** Looks up SRV records with the system's name servers; none if there are none. For `AutodiscoverOptions.resolveSrv`. */
export async function resolveSrv(name: string): Promise<readonly SrvTarget[]> {
  try {
    const records = await new Resolver({ timeout: 5000, tries: 2 }).resolveSrv(name)
    return records.map(({ name: host, port, priority, weight }) => ({ host, port, priority, weight }))
  } catch (error) {
    const { code } = error as { readonly code?: string }
    if (code === 'ENOTFOUND' || code === 'ENODATA') return []
    throw error
  }
}
