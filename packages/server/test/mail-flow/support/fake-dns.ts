import type { DnsQuestion } from '../../../src/mail-flow/checks/index.ts'

/** DNS that knows these records, `TXT example.com` and the like; a value may be an error code instead. */
export function fakeDns(records: Readonly<Record<string, readonly string[] | string>>): DnsQuestion {
  return async (name, type) => {
    const found = records[`${type} ${name.toLowerCase()}`] ?? 'ENOTFOUND'
    if (typeof found === 'string') throw Object.assign(new Error(`${found}: ${name}`), { code: found })
    return type === 'TXT' ? found.map((text) => [text]) : [...found]
  }
}
