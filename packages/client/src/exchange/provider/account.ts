import { ErrorCode, isMapiError, MapiError, type ProviderContext } from '@bourse/mapi'
import { ResponseCode } from '@bourse/wire/http'
import { authenticatedFetch, type TokenSource } from '../auth/index.ts'
import { type AutodiscoverCache, isTrusted, type MailboxSettings } from '../autodiscover/index.ts'
import { isConnectionError } from '../connection-error.ts'
import type { ExchangePlatform } from './platform.ts'
import { checkExchangeSettings, type ExchangeSettings } from './settings.ts'

/** Where something is, and as whom to go there. */
export interface Endpoints {
  /** Does requests in the user's name. */
  readonly fetch: typeof fetch
  /** Legacy DN of the user. */
  readonly userDn: string
  /** Legacy DN of the mailbox; `undefined` for public folders. */
  readonly mailboxDn: string | undefined
  readonly mailStoreUrl: string
  readonly addressBookUrl: string | undefined
  /** Where the mailbox is now, if an error says that it is there no more. */
  findAgain(error: unknown): Promise<string | undefined>
}

type Found = Omit<Endpoints, 'findAgain'>

/** Throws `InvalidParameter` with what is wrong. */
export function requireSettings(settings: object): ExchangeSettings {
  const problems = checkExchangeSettings(settings as Readonly<Record<string, unknown>>)
  if (problems.length > 0) throw new MapiError(ErrorCode.InvalidParameter, { message: problems.join(' ') })
  return settings as ExchangeSettings
}

/** A `fetch` in the user's name. Rejects with `LogonFailed` if a secret is missing. */
export async function fetchFor(
  settings: ExchangeSettings,
  context: ProviderContext,
  platform: ExchangePlatform,
): Promise<typeof fetch> {
  const base: typeof fetch = platform.fetch ?? ((input, init) => fetch(input, init))
  const user = settings.user ?? settings.address ?? ''
  const kind = settings.authentication ?? ((await context.secret('token')) === undefined ? 'basic' : 'bearer')
  switch (kind) {
    case 'ambient':
      return base
    case 'bearer': {
      await requireSecret(context, 'token')
      // Whoever keeps the secret may renew it.
      const token: TokenSource = () => requireSecret(context, 'token')
      return authenticatedFetch({ kind: 'bearer', token }, base)
    }
    case 'ntlm':
      if (platform.ntlmFetch === undefined) {
        throw new MapiError(ErrorCode.LogonFailed, {
          message: 'NTLM is not to be had here; in browsers, choose "ambient"',
        })
      }
      return platform.ntlmFetch(user, await requireSecret(context, 'password'))
    case 'basic':
      return authenticatedFetch(
        { kind: 'basic', user, password: await requireSecret(context, 'password') },
        base,
      )
  }
}

async function requireSecret(context: ProviderContext, name: string): Promise<string> {
  const secret = await context.secret(name)
  if (secret !== undefined) return secret
  throw new MapiError(ErrorCode.LogonFailed, { message: `the ${name} is missing` })
}

/**
 * Finds the endpoints of an account and uses them. When what Autodiscover told is out of date (the mailbox has moved, the URL is gone), it is asked
 * once more.
 */
export async function withEndpoints<T>(
  settings: ExchangeSettings,
  context: ProviderContext,
  platform: ExchangePlatform & { readonly cache: AutodiscoverCache },
  use: (endpoints: Endpoints) => Promise<T>,
): Promise<T> {
  const send = await fetchFor(settings, context, platform)
  const asked = new Set<string>()
  const find = (address: string): Promise<MailboxSettings> => {
    asked.add(address)
    const { server, trustedHosts = [], hosted, network } = settings
    return platform.cache.find(address, {
      fetch: send,
      ...(platform.fetch === undefined ? {} : { plainFetch: platform.fetch }),
      ...(platform.resolveSrv === undefined ? {} : { resolveSrv: platform.resolveSrv }),
      ...(server === undefined ? {} : { urls: [new URL('/autodiscover/autodiscover.xml', server).href] }),
      ...(hosted === undefined ? {} : { hosted }),
      ...(network === undefined ? {} : { network }),
      trust: (url, of) => isTrusted(url, of) || trustedHosts.includes(url.hostname),
      signal: context.signal,
    })
  }
  const forget = (): void => {
    context.log('info', 'The mailbox is not where Autodiscover said; asking once more.')
    for (const address of asked) platform.cache.invalidate(address)
  }
  const findAgain = async (error: unknown): Promise<string | undefined> => {
    if (asked.size === 0 || !hasMoved(error)) return undefined
    forget()
    return (await endpointsOf(settings, send, find)).mailStoreUrl
  }
  for (let attempt = 1; ; attempt++) {
    try {
      return await use({ ...(await endpointsOf(settings, send, find)), findAgain })
    } catch (error) {
      const isStale = hasMoved(error) || (isConnectionError(error) && error.status === undefined)
      if (attempt > 1 || asked.size === 0 || !isStale) throw error
      forget()
    }
  }
}

async function endpointsOf(
  settings: ExchangeSettings,
  send: typeof fetch,
  find: (address: string) => Promise<MailboxSettings>,
): Promise<Found> {
  const { address, url, userDn, addressBookUrl, mailbox, publicFolders } = settings
  if (url !== undefined && userDn !== undefined) {
    const mailboxDn = publicFolders === true ? undefined : userDn
    return { fetch: send, userDn, mailboxDn, mailStoreUrl: url, addressBookUrl }
  }
  const own = await find(address!)
  if (publicFolders === true) {
    if (own.publicFolderAddress === undefined)
      throw new MapiError(ErrorCode.NotFound, { message: `${address} has no public folders` })
    const { mailStoreUrl } = await find(own.publicFolderAddress)
    return { ...own, fetch: send, userDn: own.legacyDn, mailboxDn: undefined, mailStoreUrl }
  }
  const target = mailbox === undefined ? own : await find(mailbox)
  return {
    fetch: send,
    userDn: own.legacyDn,
    mailboxDn: target.legacyDn,
    mailStoreUrl: target.mailStoreUrl,
    addressBookUrl: own.addressBookUrl,
  }
}

/** Whether an error is one that a mailbox gives that has moved to another server, or its URL that has changed. */
function hasMoved(error: unknown): boolean {
  if (!isConnectionError(error)) {
    return [ErrorCode.WrongServer, ErrorCode.UnknownUser].some((code) => isMapiError(error, code))
  }
  const { status, responseCode } = error
  if (responseCode !== undefined) {
    return responseCode === ResponseCode.InvalidPath || responseCode === ResponseCode.EndpointDisabled
  }
  return status !== undefined && status >= 300 && status < 500 && !STILL_THERE.has(status)
}

/** HTTP statuses of the endpoint itself, or of who counts its requests. */
const STILL_THERE: ReadonlySet<number> = new Set([401, 403, 408, 429])
