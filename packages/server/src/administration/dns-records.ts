import { createHash } from 'node:crypto'
import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import type { Settings } from '../config/index.ts'
import { keysPath, openSigningKeys, type SigningKeys } from '../mail-flow/smtp-out/index.ts'
import { mailHostName } from '../server.ts'

/** A record that is to be published in DNS. */
export interface DnsRecord {
  /** In ASCII, without a dot at the end. */
  readonly name: string
  readonly type: 'CNAME' | 'MX' | 'SRV' | 'TXT'
  /** Of a TXT record, the text as a whole, however long it is. */
  readonly value: string
  /** What it is for, in a sentence. */
  readonly purpose: string
  /** Whether mail goes its way without it. */
  readonly isOptional: boolean
}

/**
 * The records to publish for a domain of the organization, as the settings want them. The key for signatures is made if it is not there. Rejects where a
 * key cannot be used.
 */
export async function dnsRecords(settings: Settings, domain: string): Promise<readonly DnsRecord[]> {
  const { outgoing } = settings.mail
  const name = domainToASCII(domain)
  const mailHost = mailHostName(settings)
  const web = new URL(settings.urls.external ?? `https://${mailHost}`)
  const keys = outgoing.dkim.sign ? await openSigningKeys(outgoing.dkim, keysPath(settings)) : undefined
  return [
    required(name, 'MX', `10 ${mailHost}`, 'Mail for the domain goes to this server.'),
    ...senderRecords(name, settings),
    ...signatureRecords(name, keys),
    required(
      `_dmarc.${name}`,
      'TXT',
      `v=DMARC1; p=none; rua=mailto:postmaster@${name}`,
      'What others do with mail that only pretends to be from the domain: tell of it. Once the reports are as they should be, say p=quarantine or p=reject.',
    ),
    required(`autodiscover.${name}`, 'CNAME', web.hostname, 'Mail programs find the server.'),
    optional(
      `_autodiscover._tcp.${name}`,
      'SRV',
      `0 0 ${web.port || '443'} ${web.hostname}`,
      'They do, where the name above has no certificate.',
    ),
    optional(
      `_mta-sts.${name}`,
      'TXT',
      `v=STSv1; id=${policyId(mtaStsPolicy(settings))}`,
      `Others send mail for the domain over TLS only, once https://mta-sts.${name}/.well-known/mta-sts.txt has the policy. Bourse does not serve it.`,
    ),
  ]
}

/** The policy that is to be served where a domain has a record for MTA-STS (RFC 8461, 3.2). */
export function mtaStsPolicy(settings: Settings): string {
  return `version: STSv1\r\nmode: testing\r\nmx: ${mailHostName(settings)}\r\nmax_age: 604800\r\n`
}

/** Changes with the policy (RFC 8461, 3.1). */
function policyId(policy: string): string {
  return createHash('sha256').update(policy).digest('hex').slice(0, 20)
}

/** Which servers send mail from the domain (SPF, RFC 7208), and what this one calls itself, which counts for reports. */
function senderRecords(name: string, settings: Settings): readonly DnsRecord[] {
  const { via, smarthost } = settings.mail.outgoing
  const mailHost = mailHostName(settings)
  if (via === 'off') {
    return [
      required(
        name,
        'TXT',
        'v=spf1 -all',
        'No server sends mail from the domain, as this one sends none to the outside.',
      ),
    ]
  }
  if (via === 'smarthost') {
    const host = smarthost.host ?? ''
    const relay = isIP(host) === 0 ? `a:${host}` : `ip${isIP(host)}:${host}`
    const purpose = `${host} sends mail from the domain. Whoever runs it knows better what to put in its place.`
    return [required(name, 'TXT', `v=spf1 mx ${relay} ~all`, purpose)]
  }
  const own = required(mailHost, 'TXT', 'v=spf1 a -all', 'This server calls itself so, and no other does.')
  return [
    required(
      name,
      'TXT',
      'v=spf1 mx -all',
      'The server that takes mail for the domain sends it, and no other does.',
    ),
    ...(mailHost === name ? [] : [own]),
  ]
}

function signatureRecords(name: string, keys: SigningKeys | undefined): readonly DnsRecord[] {
  return (keys?.forDomain(name) ?? []).map(({ selector, record }) =>
    required(
      `${selector}._domainkey.${name}`,
      'TXT',
      record,
      'Others can verify that mail is from the domain (DKIM).',
    ),
  )
}

function required(name: string, type: DnsRecord['type'], value: string, purpose: string): DnsRecord {
  return { name, type, value, purpose, isOptional: false }
}

function optional(name: string, type: DnsRecord['type'], value: string, purpose: string): DnsRecord {
  return { name, type, value, purpose, isOptional: true }
}

/** Bytes of one string in a TXT record (RFC 1035, 3.3). */
const MAX_STRING = 255

/** A record as a zone file has it (RFC 1035, 5.1). */
export function zoneLine({ name, type, value }: DnsRecord): string {
  return `${name}. IN ${type} ${type === 'TXT' ? quoted(value) : `${value}.`}`
}

function quoted(text: string): string {
  const strings = text.match(new RegExp(`.{1,${MAX_STRING}}`, 'g')) ?? ['']
  return strings.map((one) => `"${one}"`).join(' ')
}
