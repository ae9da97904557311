import { lookup } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import type { Settings } from '../../config/index.ts'
import type { TlsMode } from './connection.ts'
import { findMailHosts, type MailHost, type MailHostOptions } from './mail-hosts.ts'
import type { MtaStsPolicies } from './mta-sts.ts'
import { type Verdict, verdict } from './verdict.ts'

/** Over which servers mail goes, and how it is protected on its way there. */
export interface Route {
  readonly hosts: readonly MailHost[]
  readonly port: number
  readonly tls: TlsMode
  /** TLS from the first byte on. */
  readonly isImplicit?: boolean
  /** Certificate authorities to trust in the place of those of the system, PEM. */
  readonly certificateAuthority?: readonly string[]
  readonly login?: { readonly user: string; readonly password: string }
}

export type FoundRoute =
  | { readonly kind: 'route'; readonly route: Route }
  | { readonly kind: 'none'; readonly verdict: Verdict }

type OutgoingSettings = Settings['mail']['outgoing']

/** The ports for handing in messages (RFC 6409, RFC 8314). */
const SUBMISSION = 587
const SUBMISSIONS = 465

export interface DirectOptions extends MailHostOptions {
  readonly settings: Pick<OutgoingSettings, 'tls' | 'tlsRequired' | 'tlsVerified'>
  readonly port: number
  readonly policies: MtaStsPolicies | undefined
  readonly certificateAuthority: readonly string[] | undefined
}

/** The way to the servers of a domain. */
export async function directRoute(domain: string, options: DirectOptions): Promise<FoundRoute> {
  const { policies, port, settings, certificateAuthority } = options
  const [found, policy] = await Promise.all([
    findMailHosts(domain, options),
    domain.startsWith('[') ? undefined : policies?.find(domain),
  ])
  if (found.kind === 'none') return found
  const isEnforced = policy?.mode === 'enforce'
  const hosts = isEnforced ? found.hosts.filter(({ name }) => policy.allows(name)) : found.hosts
  if (hosts.length === 0) {
    const names = found.hosts.map(({ name }) => name).join(', ')
    const text = `${domain} lets mail go to certain servers only (MTA-STS), and those that DNS names are none of them: ${names}`
    return { kind: 'none', verdict: verdict('4.7.5', text) }
  }
  const tls = isEnforced ? 'verified' : tlsFor(domain, settings)
  const route: Route = {
    hosts,
    port,
    tls,
    ...(certificateAuthority === undefined ? {} : { certificateAuthority }),
  }
  return { kind: 'route', route }
}

function tlsFor(domain: string, { tls, tlsRequired, tlsVerified }: DirectOptions['settings']): TlsMode {
  const isIn = (domains: readonly string[]): boolean => domains.some((one) => one.toLowerCase() === domain)
  if (tls === 'verified' || isIn(tlsVerified)) return 'verified'
  if (tls === 'required' || isIn(tlsRequired)) return 'required'
  return tls
}

/** The way to the server that passes mail on. Its name need not be in DNS, and its addresses are tried in the order in which this machine has them. */
export async function smarthostRoute(settings: OutgoingSettings['smarthost']): Promise<FoundRoute> {
  const { host, tls, certificateAuthority } = settings
  const isImplicit = tls === 'implicit'
  if (host === undefined) return none('4.3.5', 'There is no server for mail to the outside.')
  const port = settings.port ?? (isImplicit ? SUBMISSIONS : SUBMISSION)
  let addresses: readonly string[]
  try {
    addresses = (await lookup(host, { all: true })).map(({ address }) => address)
  } catch (error) {
    return none('4.4.3', `The addresses of ${host} are not known: ${(error as Error).message}`)
  }
  try {
    const password = await readPassword(settings)
    const route: Route = {
      hosts: [{ name: host, priority: 0, addresses }],
      port,
      tls: isImplicit || tls === 'starttls' ? 'verified' : tls,
      isImplicit,
      ...(certificateAuthority === undefined
        ? {}
        : { certificateAuthority: [await readFile(certificateAuthority, 'utf8')] }),
      ...(settings.user === undefined ? {} : { login: { user: settings.user, password } }),
    }
    return { kind: 'route', route }
  } catch (error) {
    return none('4.3.5', `The settings of ${host} cannot be used: ${(error as Error).message}`)
  }
}

/** Read for each message, so that it can be changed while the server runs. */
async function readPassword({ user, passwordFile, passwordVariable }: OutgoingSettings['smarthost']) {
  if (user === undefined) return ''
  if (passwordFile !== undefined) return (await readFile(passwordFile, 'utf8')).split(/\r?\n/)[0]!
  const password = process.env[passwordVariable]
  if (password === undefined) throw new Error(`there is no environment variable ${passwordVariable}`)
  return password
}

function none(status: Parameters<typeof verdict>[0], text: string): FoundRoute {
  return { kind: 'none', verdict: verdict(status, text) }
}
