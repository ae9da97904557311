import type { ServiceSettings } from '@bourse/mapi'

/** Settings of the `smtp` provider, as a profile has them. The secrets are `password`, or `token` for an OAuth 2 access token. */
export interface SmtpSettings {
  /** Name or address of the server. */
  readonly host: string
  /** 587, or 465 where TLS comes first (RFC 8314), if left out. */
  readonly port?: number
  /**
   * How the connection is protected: `starttls` (the default) and `implicit` refuse to go on without TLS, `opportunistic` uses it where the
   * server has it, `none` does not.
   */
  readonly tls?: 'starttls' | 'implicit' | 'opportunistic' | 'none'
  /** A certificate authority to trust besides those of the system, in PEM. */
  readonly certificateAuthority?: string
  /** Whom to log on as; nobody if left out. */
  readonly user?: string
  /** The user's Internet address: where messages come from that name no other, and where reports go. `user` if left out. */
  readonly address?: string
  /** What the client calls itself (EHLO); the computer's name if left out. */
  readonly clientName?: string
  /** How long to wait for the server, in milliseconds. */
  readonly timeout?: number
}

const TLS = ['starttls', 'implicit', 'opportunistic', 'none']
const ADDRESS = /^[^\s@<>]+@[^\s@<>]+$/

/** Longest time to wait for the server, in milliseconds. */
export const DEFAULT_TIMEOUT = 60_000

/** What each setting must be: a check, and what it says of the setting. */
const CHECKS: Readonly<Record<string, readonly [(value: unknown) => boolean, string]>> = {
  host: [isText, 'must be the name of the server'],
  port: [
    (value) => Number.isInteger(value) && (value as number) > 0 && (value as number) < 0x10000,
    'must be a port number',
  ],
  tls: [(value) => TLS.includes(value as string), `must be ${TLS.map((one) => `"${one}"`).join(', ')}`],
  certificateAuthority: [isText, 'must be a certificate in PEM'],
  user: [isText, 'must be a text'],
  address: [isAddress, 'must be an Internet address'],
  clientName: [isText, 'must be a text'],
  timeout: [(value) => Number.isInteger(value) && (value as number) > 0, 'must be a number of milliseconds'],
}

/** What is wrong with the settings, a sentence each. */
export function checkSmtpSettings(settings: ServiceSettings): readonly string[] {
  const problems: string[] = []
  if (settings.host === undefined) problems.push('The setting "host" must be the name of the server.')
  for (const [key, value] of Object.entries(settings)) {
    const check = Object.hasOwn(CHECKS, key) ? CHECKS[key] : undefined
    if (check === undefined) problems.push(`The setting "${key}" is not known.`)
    else if (!check[0](value)) problems.push(`The setting "${key}" ${check[1]}.`)
  }
  if (settings.address === undefined && !isAddress(settings.user)) {
    problems.push('The setting "address" must be there, because "user" is no Internet address.')
  }
  return problems
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

function isAddress(value: unknown): boolean {
  return typeof value === 'string' && ADDRESS.test(value)
}
