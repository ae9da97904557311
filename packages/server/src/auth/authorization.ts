import type { PasswordCandidate } from './account.ts'

/** What an Authorization header says. */
export type Authorization =
  | { readonly scheme: 'basic'; readonly candidates: readonly PasswordCandidate[] }
  | { readonly scheme: 'bearer'; readonly token: string }
  /** Another scheme, or one of these with a value that is malformed. */
  | { readonly scheme: 'other' }

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const windows1252 = new TextDecoder('windows-1252')

/** Reads an Authorization header ([RFC9110] 11.6.2). */
export function parseAuthorization(header: string): Authorization {
  const space = header.indexOf(' ')
  const scheme = (space < 0 ? header : header.slice(0, space)).toLowerCase()
  const value = space < 0 ? '' : header.slice(space + 1).trim()
  if (scheme === 'basic') {
    const candidates = parseBasic(value)
    return candidates === undefined ? { scheme: 'other' } : { scheme: 'basic', candidates }
  }
  if (scheme === 'bearer' && /^[A-Za-z0-9._~+/=-]+$/.test(value)) return { scheme: 'bearer', token: value }
  return { scheme: 'other' }
}

/**
 * Name and password of a Basic header ([RFC7617]). Some clients send UTF-8 and some Windows-1252, and none says which:
 * what can be read as both is tried as both.
 */
function parseBasic(value: string): readonly PasswordCandidate[] | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(value)) return undefined
  const bytes = Buffer.from(value, 'base64')
  const colon = bytes.indexOf(0x3a)
  if (colon < 0 || bytes.includes(0)) return undefined
  const name = bytes.subarray(0, colon)
  const password = bytes.subarray(colon + 1)
  const candidates: PasswordCandidate[] = []
  try {
    candidates.push({ name: utf8.decode(name), password: utf8.decode(password) })
  } catch {
    // Not UTF-8.
  }
  if (bytes.some((byte) => byte >= 0x80)) {
    candidates.push({ name: windows1252.decode(name), password: windows1252.decode(password) })
  }
  return candidates
}
