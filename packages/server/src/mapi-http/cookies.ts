import { randomBytes } from 'node:crypto'
import { CookieName } from '@bourse/wire/http'

/** The cookies of a request that this protocol knows. */
export interface ContextCookies {
  /** Stands for the Session Context. */
  readonly context: string | undefined
  /** Says which of the context's requests this is. */
  readonly sequence: string | undefined
}

const CONTEXT_PREFIX = 'MAPI'
const CONTEXT_FORM = /^MAPI[A-Za-z0-9_-]{43}$/

/** A new context cookie: 256 bits that nobody can guess. */
export function newContextCookie(): string {
  return CONTEXT_PREFIX + randomBytes(32).toString('base64url')
}

/** Whether a context cookie is one that this server, now or before its last start, can have given out. */
export function isContextCookie(value: string): boolean {
  return CONTEXT_FORM.test(value)
}

/** What the sequence cookies of one context begin with, so that none of another one is taken for one of its. */
export function newSequencePrefix(): string {
  return `${randomBytes(6).toString('base64url')}-`
}

/** Finds the cookies in a Cookie header ([RFC6265] 4.2). Of several of one name the first counts. */
export function parseCookies(header: string | undefined): ContextCookies {
  let context: string | undefined
  let sequence: string | undefined
  for (const pair of header?.split(';') ?? []) {
    const equals = pair.indexOf('=')
    if (equals < 0) continue
    const name = pair.slice(0, equals).trim()
    if (name === CookieName.MapiContext) context ??= pair.slice(equals + 1).trim()
    else if (name === CookieName.MapiSequence) sequence ??= pair.slice(equals + 1).trim()
  }
  return { context, sequence }
}

/**
 * A Set-Cookie header. The cookie is for the path of the request alone, so that a browser can keep several sessions apart
 * by the paths it reaches them at.
 */
export function setCookie(name: string, value: string, path: string, isSecure: boolean): string {
  return `${name}=${value}; path=${path}${isSecure ? '; secure' : ''}; HttpOnly`
}
