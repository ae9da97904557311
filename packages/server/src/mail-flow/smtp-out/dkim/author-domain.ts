import { domainToASCII } from 'node:url'
import addressparser from 'nodemailer/lib/addressparser'

/** The domain of whom a message is from, in ASCII and lower case; nothing where that is not plain: several authors in different domains, or several fields. */
export function authorDomain(header: Uint8Array): string | undefined {
  const fields = new TextDecoder()
    .decode(header)
    .split(/\r?\n(?![ \t])/)
    .filter((line) => /^from[ \t]*:/i.test(line))
  if (fields.length !== 1) return undefined
  const value = fields[0]!.slice(fields[0]!.indexOf(':') + 1).replace(/\r?\n(?=[ \t])/g, '')
  const domains = new Set(
    addressparser(value, { flatten: true }).map(({ address }) =>
      domainToASCII(address.slice(address.lastIndexOf('@') + 1)),
    ),
  )
  const [domain] = domains
  return domains.size === 1 && domain !== '' ? domain : undefined
}
