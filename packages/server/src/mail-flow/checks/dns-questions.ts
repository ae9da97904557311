import { Resolver } from 'node:dns/promises'
import type { DNSResolver } from 'mailauth'

/** Asks DNS for the records of a name. Rejects with errors whose `code` is that of `node:dns`. */
export type DnsQuestion = DNSResolver

/** How long one server of DNS is waited for, in milliseconds, before the question is put once more. */
const PATIENCE = 3000

/** Asks the servers that this machine uses. */
export function systemDns(): DnsQuestion {
  const resolver = new Resolver({ timeout: PATIENCE, tries: 2 })
  return async (name, type) => (await resolver.resolve(name, type)) as string[] | string[][]
}

/** Asks as `ask` does, but not longer than some milliseconds from the first question on: then all, those that are open too, have failed for the moment. */
export function withDeadline(ask: DnsQuestion, milliseconds: number): DnsQuestion {
  let end: number | undefined
  return (name, type) =>
    new Promise((resolve, reject) => {
      end ??= performance.now() + milliseconds
      const late = (): void =>
        reject(Object.assign(new Error(`DNS did not answer in time: ${type} ${name}`), { code: 'ETIMEOUT' }))
      const left = end - performance.now()
      if (left <= 0) return late()
      const timer = setTimeout(late, left)
      ask(name, type)
        .then(resolve, reject)
        .finally(() => clearTimeout(timer))
    })
}
