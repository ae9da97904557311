import { DirectoryError } from '../directory-error.ts'
import { foldCase } from '../text/fold.ts'

/**
 * Proxy addresses are written as PidTagAddressBookProxyAddresses holds them ([MS-OXOABK] 2.2.3.23): the type, a colon and the
 * address. The type is in upper case for the one address of a type that is the primary one, else in lower case:
 * `SMTP:alice@example.com`, `smtp:a.adams@example.com`.
 */
export interface ProxyAddress {
  /** In upper case. */
  readonly type: string
  readonly address: string
  readonly isPrimary: boolean
}

const PROXY = /^([A-Za-z][A-Za-z0-9._-]*):(.+)$/s

export function parseProxyAddress(text: string): ProxyAddress | undefined {
  const parts = PROXY.exec(text)
  if (parts === null) return undefined
  const type = parts[1]!
  return { type: type.toUpperCase(), address: parts[2]!, isPrimary: type === type.toUpperCase() }
}

export function formatProxyAddress({ type, address, isPrimary }: ProxyAddress): string {
  return `${isPrimary ? type.toUpperCase() : type.toLowerCase()}:${address}`
}

/**
 * The addresses of an object as they are kept: each once, exactly one of each type primary (the first that says so, else the
 * first), primary ones first. Addresses without a type are SMTP's. Throws `DirectoryError` for what is no address.
 */
export function normalizeAddresses(addresses: Iterable<string>): readonly string[] {
  const byType = new Map<string, ProxyAddress[]>()
  for (const text of addresses) {
    const address = toProxyAddress(text)
    const others = byType.get(address.type) ?? []
    if (others.some((other) => addressKey(other) === addressKey(address))) continue
    byType.set(address.type, [...others, address])
  }
  const ordered: ProxyAddress[] = []
  for (const group of byType.values()) {
    const primary = group.find(({ isPrimary }) => isPrimary) ?? group[0]!
    for (const address of group) ordered.push({ ...address, isPrimary: address === primary })
  }
  ordered.sort((a, b) => Number(b.isPrimary) - Number(a.isPrimary))
  return ordered.map(formatProxyAddress)
}

function toProxyAddress(text: string): ProxyAddress {
  const typed = parseProxyAddress(text)
  if (typed !== undefined && typed.type !== 'SMTP') return typed
  const address = typed?.address ?? text
  if (!isSmtpAddress(address)) {
    throw new DirectoryError('invalid', `"${text}" is not a mail address.`)
  }
  return { type: 'SMTP', address, isPrimary: typed?.isPrimary ?? false }
}

const LOCAL_PART = /^[^\s@"(),:;<>[\\\]]+$/
const DOMAIN =
  /^(?=.{1,253}$)[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?(?:\.[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?)*$/u

/** Whether text is `local@domain`. Quoted local parts and address literals are not known here. */
export function isSmtpAddress(text: string): boolean {
  const at = text.lastIndexOf('@')
  const local = text.slice(0, at)
  return (
    at > 0 &&
    local.length <= 64 &&
    LOCAL_PART.test(local) &&
    !hasControls(local) &&
    isDomainName(text.slice(at + 1))
  )
}

export function isDomainName(text: string): boolean {
  return DOMAIN.test(text)
}

function hasControls(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) <= 0x20) return true
  return false
}

/** The domain of an SMTP address, in lower case. */
export function domainOf(smtpAddress: string): string {
  return foldCase(smtpAddress.slice(smtpAddress.lastIndexOf('@') + 1))
}

/** By what an address is found and may be only once in a directory: type and address without letter case. */
export function addressKey({ type, address }: Pick<ProxyAddress, 'type' | 'address'>): string {
  return foldCase(`${type}:${address}`)
}

/** PidTagSmtpAddress: the primary SMTP address among proxy addresses. */
export function primarySmtpAddress(addresses: readonly string[]): string | undefined {
  const primary = addresses.find((address) => address.startsWith('SMTP:'))
  return primary?.slice('SMTP:'.length)
}
