import { ErrorCode, MapiError } from '@bourse/mapi'
import { isSecureUrl } from '../auth/index.ts'
import { errorCode } from '../connection-error.ts'
import { type MailboxSettings, POX_HEADERS, poxRequest, readPox } from './pox.ts'
import { XmlError } from './xml.ts'

/** A server that an SRV record names (RFC 2782). */
export interface SrvTarget {
  readonly host: string
  readonly port: number
  readonly priority: number
  readonly weight: number
}

export interface AutodiscoverOptions {
  /** Does the requests that need the user, authenticated; see `authenticatedFetch`. */
  readonly fetch: typeof fetch
  /** Does the requests that nobody has to be known for, and that must not carry credentials. `fetch` of the platform if left out. */
  readonly plainFetch?: typeof fetch
  /** Looks up SRV records; without it they are not looked for. In Node: `resolveSrv` of `@bourse/client/node`. */
  readonly resolveSrv?: (name: string) => Promise<readonly SrvTarget[]>
  /**
   * Is asked before the credentials go to a host that something else than HTTPS named: a redirect over plain HTTP, or an SRV record. Left out, hosts
   * within the domain of the address are trusted, and those of Exchange Online.
   */
  readonly trust?: (url: URL, address: string) => boolean | Promise<boolean>
  /** URLs to ask before all others; a server's own `…/autodiscover/autodiscover.xml`. */
  readonly urls?: readonly string[]
  /** A host whose JSON service knows where mailboxes are, such as `outlook.office365.com`; asked last. None if left out. */
  readonly hosted?: string
  /** Which URLs are wanted; `external` if left out. */
  readonly network?: 'external' | 'internal'
  /** Milliseconds for each request; 15 seconds if left out. */
  readonly timeout?: number
  readonly signal?: AbortSignal
}

/** One thing that was tried, and what came of it. */
export interface AutodiscoverAttempt {
  /** A URL or the name of a DNS record. */
  readonly target: string
  readonly outcome: string
}

/** Nobody could say where a mailbox is. The message lists what was tried. */
export class AutodiscoverError extends MapiError {
  readonly attempts: readonly AutodiscoverAttempt[]

  constructor(address: string, attempts: readonly AutodiscoverAttempt[], code: number = ErrorCode.NotFound) {
    const lines = attempts.map(({ target, outcome }) => `\n  ${target}: ${outcome}`).join('')
    super(code, { message: `no server says where the mailbox of ${address} is. Tried:${lines}` })
    this.name = 'AutodiscoverError'
    this.attempts = attempts
  }
}

/** Redirects of any kind that are followed for one mailbox ([MS-OXDSCLI] 3.1.5.1 leaves the number to clients). */
const MAX_REDIRECTS = 10
const DEFAULT_TIMEOUT = 15_000

/** Characters of an answer that are looked at. */
const MAX_ANSWER = 1 << 20

const POX_PATH = '/autodiscover/autodiscover.xml'
const JSON_PATH = '/autodiscover/autodiscover.json'

/** Where Exchange Online answers Autodiscover requests. */
const EXCHANGE_ONLINE = /(^|\.)(outlook\.com|office365\.com|office\.com|outlook\.cn|office365\.us)$/i

/**
 * Finds the mailbox of an address ([MS-OXDISCO], [MS-OXDSCLI]). Asks, one after the other, the URLs of the options, the domain, its host
 * `autodiscover`, what that host redirects to over plain HTTP, and what the SRV record names; from each POX is wanted, and where there is none the
 * JSON form. Credentials go over HTTPS only. Rejects with an {@link AutodiscoverError}.
 *
 * ```ts
 * const settings = await autodiscover('alice@example.com', { fetch: authenticatedFetch(credentials) })
 * ```
 */
export async function autodiscover(address: string, options: AutodiscoverOptions): Promise<MailboxSettings> {
  const search = new Search(address, options)
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const found = await search.run()
    if (found.kind === 'settings') return found.settings
    if (search.addresses.has(found.address.toLowerCase())) {
      search.note(found.address, 'redirects to an address that was asked for before')
      throw search.failure()
    }
    search.redirectTo(found.address)
  }
  search.note(search.address, 'too many redirects')
  throw search.failure()
}

type Found =
  | { readonly kind: 'settings'; readonly settings: MailboxSettings }
  | { readonly kind: 'redirectAddress'; readonly address: string }

/** The search for one mailbox, over all redirects. */
class Search {
  readonly addresses = new Set<string>()
  address: string
  readonly #options: AutodiscoverOptions
  readonly #original: string
  readonly #attempts: AutodiscoverAttempt[] = []
  /** Asked for the present address already. */
  #asked = new Set<string>()
  #isRefused = false

  constructor(address: string, options: AutodiscoverOptions) {
    this.address = address
    this.#original = address
    this.#options = options
    this.addresses.add(address.toLowerCase())
  }

  note(target: string, outcome: string): undefined {
    this.#attempts.push({ target, outcome })
    return undefined
  }

  failure(): AutodiscoverError {
    const code = this.#isRefused ? ErrorCode.LogonFailed : ErrorCode.NotFound
    return new AutodiscoverError(this.#original, this.#attempts, code)
  }

  redirectTo(address: string): void {
    this.note(this.address, `goes by the address ${address}`)
    this.address = address
    this.addresses.add(address.toLowerCase())
    this.#asked = new Set()
  }

  async run(): Promise<Found> {
    const domain = this.address.slice(this.address.lastIndexOf('@') + 1)
    if (!/^[^@\s]+@[^@\s]+$/.test(this.address)) {
      this.note(this.address, 'is no address')
      throw this.failure()
    }
    for (const candidate of this.#candidates(domain)) {
      if (this.#options.signal?.aborted === true) throw new MapiError(ErrorCode.UserCanceled)
      const found = await candidate()
      if (found !== undefined) return found
    }
    throw this.failure()
  }

  /** In the order of [MS-OXDISCO] 3.1.5. */
  #candidates(domain: string): readonly (() => Promise<Found | undefined>)[] {
    const { urls = [], hosted } = this.#options
    return [
      ...urls.map((url) => () => this.#ask(url)),
      () => this.#askHost(domain),
      () => this.#askHost(`autodiscover.${domain}`),
      () => this.#followPlainRedirect(`autodiscover.${domain}`),
      () => this.#followSrv(`_autodiscover._tcp.${domain}`),
      ...(hosted === undefined ? [] : [() => this.#askJson(hosted)]),
    ]
  }

  async #askHost(host: string): Promise<Found | undefined> {
    return (await this.#ask(`https://${host}${POX_PATH}`)) ?? (await this.#askJson(host))
  }

  /** Asks for settings in the POX form, and follows redirects. */
  async #ask(start: string): Promise<Found | undefined> {
    let target = start
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const url = safeUrl(target)
      if (url === undefined || !isSecureUrl(url)) {
        return this.note(target, 'is not HTTPS, so no credentials are sent there')
      }
      if (this.#asked.has(url.href)) return undefined
      this.#asked.add(url.href)
      const answer = await this.#fetch(this.#options.fetch, url.href, {
        method: 'POST',
        headers: POX_HEADERS,
        body: poxRequest(this.address),
      })
      if (answer === undefined) return undefined
      const { response, text } = answer
      const location = redirectOf(response, url)
      if (location !== undefined) {
        this.note(url.href, `redirects to ${location}`)
        target = location
        continue
      }
      if (response.status === 401 || response.status === 403) {
        this.#isRefused = true
        const offered = response.headers.get('WWW-Authenticate')
        return this.note(
          url.href,
          `does not accept the credentials (HTTP status ${response.status}${offered === null ? '' : `, offers ${offered}`})`,
        )
      }
      if (!response.ok) return this.note(url.href, `HTTP status ${response.status}`)
      const read = this.#read(url.href, text)
      if (read === undefined || read.kind !== 'redirectUrl') return read
      this.note(url.href, `sends to ${read.url}`)
      target = read.url
    }
    return this.note(start, 'too many redirects')
  }

  #read(
    target: string,
    text: string,
  ): Found | { readonly kind: 'redirectUrl'; readonly url: string } | undefined {
    try {
      const answer = readPox(text, this.#options.network)
      if (answer.kind !== 'error') return answer
      return this.note(
        target,
        answer.code === undefined ? answer.message : `error ${answer.code}: ${answer.message}`,
      )
    } catch (error) {
      if (!(error instanceof XmlError)) throw error
      return this.note(target, `is no Autodiscover answer (${error.message})`)
    }
  }

  /** Asks in the JSON form, which needs no authentication, where POX is. */
  async #askJson(host: string): Promise<Found | undefined> {
    const url = `https://${host}${JSON_PATH}?${new URLSearchParams({ Email: this.address, Protocol: 'AutodiscoverV1', RedirectCount: '1' })}`
    const answer = await this.#fetch(
      this.#plainFetch,
      url,
      { headers: { Accept: 'application/json' } },
      'follow',
    )
    if (answer === undefined) return undefined
    if (!answer.response.ok) return this.note(url, `HTTP status ${answer.response.status}`)
    const target = urlInJson(answer.text)
    if (target === undefined) return this.note(url, 'is no Autodiscover answer')
    this.note(url, `sends to ${target}`)
    return this.#ask(target)
  }

  /** A domain without a certificate for its host `autodiscover` redirects from there ([MS-OXDISCO] 3.1.5.4). Only the Location is looked at. */
  async #followPlainRedirect(host: string): Promise<Found | undefined> {
    const url = `http://${host}${POX_PATH}`
    const answer = await this.#fetch(this.#plainFetch, url, { method: 'GET' })
    if (answer === undefined) return undefined
    const location = redirectOf(answer.response, new URL(url))
    if (location === undefined)
      return this.note(url, `does not redirect (HTTP status ${answer.response.status})`)
    return this.#askTrusted(url, location)
  }

  async #followSrv(name: string): Promise<Found | undefined> {
    const { resolveSrv } = this.#options
    if (resolveSrv === undefined) return undefined
    let targets: readonly SrvTarget[]
    try {
      targets = await resolveSrv(name)
    } catch (error) {
      return this.note(`SRV ${name}`, errorCode(error) ?? String(error))
    }
    if (targets.length === 0) return this.note(`SRV ${name}`, 'no record')
    for (const { host, port } of targets.toSorted((a, b) => a.priority - b.priority || b.weight - a.weight)) {
      const authority = port === 443 ? host : `${host}:${port}`
      const found = await this.#askTrusted(`SRV ${name}`, `https://${authority}${POX_PATH}`)
      if (found !== undefined) return found
    }
    return undefined
  }

  /** Asks where something sends that anybody between here and there could have put in its place. */
  async #askTrusted(source: string, target: string): Promise<Found | undefined> {
    const url = safeUrl(target)
    if (url === undefined) return this.note(source, `sends to ${target}, which is no URL`)
    const { trust = isTrusted } = this.#options
    if (!(await trust(url, this.address))) {
      return this.note(
        source,
        `sends to ${url.host}, which is not trusted; say that it is if it belongs to your organization`,
      )
    }
    this.note(source, `sends to ${url.href}`)
    return this.#ask(url.href)
  }

  get #plainFetch(): typeof fetch {
    return this.#options.plainFetch ?? ((input, init) => fetch(input, init))
  }

  async #fetch(
    send: typeof fetch,
    url: string,
    init: RequestInit,
    redirect: RequestRedirect = 'manual',
  ): Promise<{ readonly response: Response; readonly text: string } | undefined> {
    const { timeout = DEFAULT_TIMEOUT, signal } = this.#options
    const limit = AbortSignal.timeout(timeout)
    try {
      const response = await send(url, {
        ...init,
        redirect,
        signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
      })
      const text = (await response.text()).slice(0, MAX_ANSWER)
      return { response, text }
    } catch (error) {
      if (signal?.aborted === true) throw new MapiError(ErrorCode.UserCanceled, { cause: error })
      if (limit.aborted) return this.note(url, `no answer in ${timeout} ms`)
      return this.note(url, `no connection (${errorCode(error) ?? (error as Error).message})`)
    }
  }
}

/** The default for {@link AutodiscoverOptions.trust}. */
export function isTrusted(url: URL, address: string): boolean {
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase()
  const host = url.hostname.toLowerCase()
  return host === domain || host.endsWith(`.${domain}`) || EXCHANGE_ONLINE.test(host)
}

function redirectOf(response: Response, base: URL): string | undefined {
  if (response.status < 300 || response.status >= 400) return undefined
  const location = response.headers.get('Location')
  return location === null ? undefined : safeUrl(location, base)?.href
}

function safeUrl(text: string, base?: URL): URL | undefined {
  return URL.canParse(text, base) ? new URL(text, base) : undefined
}

function urlInJson(text: string): string | undefined {
  try {
    const { Url } = JSON.parse(text) as { readonly Url?: unknown }
    return typeof Url === 'string' ? Url : undefined
  } catch {
    return undefined
  }
}
