import { type Guid, parseGuid } from '@bourse/mapi/bytes'
import { describeResponseCode, type ResponseCode } from './response-code.ts'

/** A GUID and a number: X-RequestId ([MS-OXCMAPIHTTP] 2.2.3.3.2) and X-ClientInfo (2.2.3.3.4). */
export interface ClientCounter {
  /** Of the Session Context in an X-RequestId, of the client in an X-ClientInfo. */
  readonly guid: Guid
  /** Grows with each request in an X-RequestId, with each Session Context in an X-ClientInfo. */
  readonly counter: number
}

/** Braces on both sides of the GUID or on none: the specification has examples of either. */
const COUNTER_PATTERN = /^(?:\{([-0-9a-f]{36})\}|([-0-9a-f]{36})):(\d{1,15})$/i

/**
 * Reads an X-RequestId or X-ClientInfo header, such as `{E2EA6C1C-E61B-49E9-9CFB-38184F907552}:123456`;
 * undefined when it is not of this form. A server sends the text back as it came, never one formatted anew.
 */
export function parseClientCounter(text: string): ClientCounter | undefined {
  const parts = COUNTER_PATTERN.exec(text.trim())
  if (!parts) return undefined
  try {
    return { guid: parseGuid(parts[1] ?? parts[2]!), counter: Number(parts[3]) }
  } catch {
    return undefined
  }
}

/** Writes an X-RequestId or X-ClientInfo header as `{GUID}:n`, in upper case, which is how Outlook does it. */
export function formatClientCounter({ guid, counter }: ClientCounter): string {
  if (!Number.isSafeInteger(counter) || counter < 0) throw new RangeError(`not a counter: ${counter}`)
  return `{${guid.toUpperCase()}}:${counter}`
}

/** Product and version: X-ClientApplication ([MS-OXCMAPIHTTP] 2.2.3.3.6) and X-ServerApplication (2.2.3.3.7). */
export interface ApplicationVersion {
  /** `Outlook`, `Exchange`, or what else calls itself a client or a server. */
  readonly product: string
  readonly major: number
  readonly minor: number
  readonly buildMajor: number
  readonly buildMinor: number
}

const APPLICATION_PATTERN = /^([^/\s]+)\/(\d{1,5})\.(\d{1,5})\.(\d{1,5})\.(\d{1,5})$/

/** Reads an X-ClientApplication or X-ServerApplication header, such as `Outlook/15.00.4551.1004`; undefined when it is not of this form. */
export function parseApplicationVersion(text: string): ApplicationVersion | undefined {
  const parts = APPLICATION_PATTERN.exec(text.trim())
  if (!parts) return undefined
  return {
    product: parts[1]!,
    major: Number(parts[2]),
    minor: Number(parts[3]),
    buildMajor: Number(parts[4]),
    buildMinor: Number(parts[5]),
  }
}

/** Writes an X-ClientApplication header: `Outlook/15.xx.xxxx.xxxx` ([MS-OXCMAPIHTTP] 2.2.3.3.6). */
export function formatClientApplication(version: ApplicationVersion): string {
  return formatApplication(version, 4)
}

/** Writes an X-ServerApplication header: `Exchange/15.xx.xxxx.xxx` ([MS-OXCMAPIHTTP] 2.2.3.3.7). */
export function formatServerApplication(version: ApplicationVersion): string {
  return formatApplication(version, 3)
}

function formatApplication(version: ApplicationVersion, buildMinorWidth: number): string {
  const { product, major, minor, buildMajor, buildMinor } = version
  return `${product}/${major}.${pad(minor, 2)}.${pad(buildMajor, 4)}.${pad(buildMinor, buildMinorWidth)}`
}

/** Orders versions, whatever their products: negative when `a` is the earlier one, 0 when they are the same. */
export function compareVersions(a: ApplicationVersion, b: ApplicationVersion): number {
  return a.major - b.major || a.minor - b.minor || a.buildMajor - b.buildMajor || a.buildMinor - b.buildMinor
}

/**
 * Reads the milliseconds in an X-PendingPeriod, X-ExpirationInfo or X-ElapsedTime header ([MS-OXCMAPIHTTP]
 * 2.2.3.3.5, 2.2.3.3.8, 2.2.3.3.9); undefined when it holds no whole number.
 */
export function parseMilliseconds(text: string): number | undefined {
  return parseWholeNumber(text)
}

/** Writes milliseconds, rounded to whole ones, for the same headers. */
export function formatMilliseconds(milliseconds: number): string {
  const whole = Math.round(milliseconds)
  if (!Number.isSafeInteger(whole) || whole < 0) throw new RangeError(`no duration: ${milliseconds}`)
  return String(whole)
}

/** Reads an X-ResponseCode header ([MS-OXCMAPIHTTP] 2.2.3.3.3), known or not; undefined when it holds no whole number. */
export function parseResponseCode(text: string): number | undefined {
  return parseWholeNumber(text)
}

/** Whether a number is one of the response codes of [MS-OXCMAPIHTTP] 2.2.3.3.3. */
export function isResponseCode(code: number): code is ResponseCode {
  return describeResponseCode(code) !== undefined
}

function parseWholeNumber(text: string): number | undefined {
  const digits = text.trim()
  return /^\d{1,15}$/.test(digits) ? Number(digits) : undefined
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0')
}
