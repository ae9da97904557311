import { domainOf, isSmtpAddress } from '../model/address.ts'
import type { Domain } from '../model/directory-object.ts'
import { foldCase } from '../text/fold.ts'

/**
 * What a name given at logon stands for: a user name, perhaps of one domain of the organization, and an address. Whoever has
 * the address comes first.
 */
export interface LoginName {
  /** SMTP address to look up. */
  readonly address?: string
  /** User name to look up; absent if the domain is not one of the organization. */
  readonly userName?: string
}

/** Reads a name in any of the forms `user`, `DOMAIN\user`, `user@domain` (user principal name) and `address@domain`. */
export function parseLoginName(text: string, domains: readonly Domain[]): LoginName {
  const name = text.trim()
  const backslash = name.indexOf('\\')
  if (backslash >= 0) {
    const userName = name.slice(backslash + 1)
    // Some clients put the domain before a name that has one already.
    if (userName.includes('@')) return parseLoginName(userName, domains)
    return isOwnDomain(name.slice(0, backslash), domains) ? { userName } : {}
  }
  if (!name.includes('@')) return { userName: name }
  const address = isSmtpAddress(name) ? { address: name } : {}
  return isOwnDomain(domainOf(name), domains)
    ? { ...address, userName: name.slice(0, name.lastIndexOf('@')) }
    : address
}

/** Whether a name is that of one of the domains, in full or as before a backslash; a name left out is any's. */
function isOwnDomain(text: string, domains: readonly Domain[]): boolean {
  const key = foldCase(text)
  return (
    key === '' ||
    key === '.' ||
    domains.some(({ name, netbiosName }) => key === name || key === foldCase(netbiosName))
  )
}
