import { Resolver } from 'node:dns/promises'

export interface MxRecord {
  readonly exchange: string
  /** The lower, the sooner. */
  readonly priority: number
}

/** What is asked of DNS. Rejects with errors whose `code` is that of `node:dns`: `ENOTFOUND` where there is no such name, `ENODATA` where it has no such record. */
export interface MailResolver {
  resolveMx(domain: string): Promise<readonly MxRecord[]>
  resolve4(host: string): Promise<readonly string[]>
  resolve6(host: string): Promise<readonly string[]>
  resolveTxt(name: string): Promise<readonly (readonly string[])[]>
}

/** Asks the servers that this machine uses. */
export function systemResolver(): MailResolver {
  return new Resolver({ timeout: 5000, tries: 3 })
}

/** What was asked for; nothing where it is certain that there is nothing. Rejects where nobody could tell. */
export async function recordsOf<T>(question: Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await question
  } catch (error) {
    if (isNothing(error)) return []
    throw error
  }
}

/** Whether DNS has said that there is no such name, or no such record of it. */
export function isNothing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENODATA' || isNoName(error)
}

/** Whether DNS has said that there is no such name. */
export function isNoName(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOTFOUND' || code === 'EBADNAME'
}
