import { domainToASCII } from 'node:url'

/** An address as it stands in a command of SMTP. */
export interface EnvelopeAddress {
  /** With the domain in its ASCII form. */
  readonly address: string
  /** Whether the part before the domain is not ASCII, so that only servers with SMTPUTF8 (RFC 6531) know what to do with it. */
  readonly needsUtf8: boolean
}

/** The address as it stands in a command, or nothing if it cannot stand there. An address without a domain is not one. */
export function envelopeAddress(address: string): EnvelopeAddress | undefined {
  const at = address.lastIndexOf('@')
  const local = address.slice(0, Math.max(0, at))
  const name = address.slice(at + 1)
  const domain = name.startsWith('[') ? name : domainToASCII(name)
  // Angle brackets may stand in quotes, but too many programs do not know that. Making a domain ASCII removes line breaks, so what came is looked at.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const isImpossible = /[\x00-\x1f\x7f<>]|^\s|\s$/.test(address) || /[\x00-\x20\x7f<>]/.test(domain)
  if (local === '' || domain === '' || isImpossible) return undefined
  return { address: `${local}@${domain}`, needsUtf8: /[^\x20-\x7e]/.test(local) }
}
