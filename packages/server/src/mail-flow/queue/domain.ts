import { domainToASCII } from 'node:url'

/** A domain in lower case and in its ASCII form; what has none, such as an address literal, in lower case only. */
export function asciiDomain(domain: string): string {
  return domainToASCII(domain) || domain.toLowerCase()
}

/** What stands behind the `@` of an SMTP address, in lower case and in its ASCII form. */
export function asciiDomainOf(address: string): string {
  return asciiDomain(address.slice(address.lastIndexOf('@') + 1))
}
