import type { ServiceSettings } from '@bourse/mapi'

/** Settings of a message service with Exchange, Exchange Online or Bourse. Secrets (`password`, `token`) are kept apart. */
export interface ExchangeSettings {
  /** The user's address; where the mailbox is, Autodiscover finds out. */
  readonly address?: string
  /** Name to log on with; the address if left out. `DOMAIN\user` for NTLM where addresses are no user names. */
  readonly user?: string
  /**
   * How to authenticate: `basic` and `ntlm` need the secret `password`, `bearer` the secret `token`; with `ambient` the browser sees to it. `bearer` if there
   * is a token, else `basic`, if left out.
   */
  readonly authentication?: 'basic' | 'bearer' | 'ntlm' | 'ambient'
  /** A server to ask before Autodiscover asks anywhere else, e.g. `https://mail.example.com`. */
  readonly server?: string
  /** The MAPI/HTTP endpoint of the mailbox; with {@link userDn} Autodiscover is not asked. */
  readonly url?: string
  /** The MAPI/HTTP endpoint of the address book, beside {@link url}. */
  readonly addressBookUrl?: string
  /** Legacy DN of the user, beside {@link url}. */
  readonly userDn?: string
  /** Address of somebody else's mailbox that is to be opened. */
  readonly mailbox?: string
  /** Open the public folders instead of a mailbox. */
  readonly publicFolders?: boolean
  /** Ask for administrative access to the mailbox. */
  readonly admin?: boolean
  /** Hosts outside of the address's domain that may be told the credentials when a redirect or DNS names them. */
  readonly trustedHosts?: readonly string[]
  /** A host whose Autodiscover knows mailboxes of any domain, such as `outlook.office365.com`; asked last. */
  readonly hosted?: string
  /** Which URLs Autodiscover is to give: for the Internet (`external`, if left out) or the organization's network. */
  readonly network?: 'external' | 'internal'
  /** Code page of 8-bit strings; 1252 if left out. */
  readonly codePage?: number
  /** Locale ID; 0x409 (English, United States) if left out. */
  readonly locale?: number
  /** Seconds during which a call waits for the server to come back after the connection was lost; 60 if left out. */
  readonly reconnectSeconds?: number
}

const KINDS: Readonly<Record<keyof ExchangeSettings, 'string' | 'boolean' | 'number' | 'strings'>> = {
  address: 'string',
  user: 'string',
  authentication: 'string',
  server: 'string',
  url: 'string',
  addressBookUrl: 'string',
  userDn: 'string',
  mailbox: 'string',
  publicFolders: 'boolean',
  admin: 'boolean',
  trustedHosts: 'strings',
  hosted: 'string',
  network: 'string',
  codePage: 'number',
  locale: 'number',
  reconnectSeconds: 'number',
}

const ADDRESS = /^[^@\s]+@[^@\s]+$/

/** What is wrong with settings, a sentence each. */
export function checkExchangeSettings(settings: ServiceSettings): readonly string[] {
  const problems: string[] = []
  for (const [name, value] of Object.entries(settings)) {
    const kind = Object.hasOwn(KINDS, name) ? KINDS[name as keyof ExchangeSettings] : undefined
    if (kind === undefined) problems.push(`There is no setting "${name}".`)
    else if (value !== undefined && !isOfKind(value, kind))
      problems.push(`"${name}" must be ${kind === 'strings' ? 'a list of strings' : `a ${kind}`}.`)
  }
  if (problems.length > 0) return problems
  const { address, url, userDn, mailbox, authentication, network, server, addressBookUrl } =
    settings as ExchangeSettings
  if (address === undefined && (url === undefined || userDn === undefined))
    problems.push('Either "address" must be given, or "url" together with "userDn".')
  if (address !== undefined && !ADDRESS.test(address)) problems.push(`"${address}" is no address.`)
  if (mailbox !== undefined && !ADDRESS.test(mailbox)) problems.push(`"${mailbox}" is no address.`)
  if (authentication !== undefined && !['basic', 'bearer', 'ntlm', 'ambient'].includes(authentication))
    problems.push('"authentication" must be basic, bearer, ntlm or ambient.')
  if (network !== undefined && !['external', 'internal'].includes(network))
    problems.push('"network" must be external or internal.')
  for (const [name, value] of Object.entries({ url, server, addressBookUrl })) {
    if (value !== undefined && !URL.canParse(value)) problems.push(`"${name}" must be a URL.`)
  }
  return problems
}

function isOfKind(value: unknown, kind: 'string' | 'boolean' | 'number' | 'strings'): boolean {
  if (kind !== 'strings') return typeof value === kind
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}
