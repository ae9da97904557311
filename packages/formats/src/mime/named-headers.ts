import {
  type NamedProperty,
  type PropertyBag,
  type PropertyTag,
  PS_INTERNET_HEADERS,
  PtypString,
} from '@bourse/mapi'
import type { PropertyNames } from '../property-names.ts'
import { decodeHeaderText } from './encoded-words.ts'
import type { Header } from './header-block.ts'

/** How many fields of one message become named properties: IDs are few, and senders choose the names. */
export const MAX_NAMED_HEADERS = 64
/** The longest name of a field that becomes a property's name: with its null it takes 254 bytes of UTF-16 ([MS-OXCDATA] 2.6.1). */
const MAX_NAME_LENGTH = 126
/** The longest value, in characters. */
const MAX_VALUE_LENGTH = 32_768

/**
 * Fields that have properties of their own or say only how the message came or is built: they do not become named properties. All are in
 * PidTagTransportMessageHeaders.
 */
const OTHERWISE_KEPT: ReadonlySet<string> = new Set([
  'from',
  'sender',
  'to',
  'cc',
  'bcc',
  'reply-to',
  'subject',
  'date',
  'message-id',
  'in-reply-to',
  'references',
  'importance',
  'priority',
  'x-priority',
  'x-msmail-priority',
  'sensitivity',
  'thread-topic',
  'thread-index',
  'list-help',
  'list-subscribe',
  'list-unsubscribe',
  'disposition-notification-to',
  'return-receipt-to',
  'x-auto-response-suppress',
  'autoforwarded',
  'expires',
  'expiry-date',
  'reply-by',
  'deferred-delivery',
  'keywords',
  'x-message-flag',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
  'content-disposition',
  'content-id',
  'content-location',
  'content-base',
  'received',
  'return-path',
  'x-ms-tnef-correlator',
  'x-ms-has-attach',
  'x-unsent',
  'dkim-signature',
  'domainkey-signature',
  'arc-seal',
  'arc-message-signature',
  'arc-authentication-results',
  'resent-from',
  'resent-to',
  'resent-date',
  'resent-message-id',
  'resent-sender',
  'resent-cc',
  'delivered-to',
  'x-mozilla-keys',
  'status',
  'x-status',
])

/** The name of the property for a field: in PS_INTERNET_HEADERS, in lower case ([MS-OXCMAIL] 2.1.3.2.29). */
export function headerProperty(key: string): NamedProperty<string> {
  return { kind: 'name', set: PS_INTERNET_HEADERS, name: key, type: PtypString }
}

/**
 * Sets a named property for each field that has no other. Returns false if there are fields for which there was no property: more than
 * {@link MAX_NAMED_HEADERS}, or no ID for a name.
 */
export async function setNamedHeaders(
  header: Header,
  names: PropertyNames,
  properties: PropertyBag,
): Promise<boolean> {
  const values = new Map<string, string>()
  let isAll = true
  for (const { key, value } of header.fields) {
    if (OTHERWISE_KEPT.has(key) || value === '' || values.has(key)) continue
    if (!/^[!-9;-~]+$/.test(key) || key.length > MAX_NAME_LENGTH) continue
    if (values.size === MAX_NAMED_HEADERS) {
      isAll = false
      break
    }
    values.set(key, decodeHeaderText(value, header.charset).replaceAll('\0', '').slice(0, MAX_VALUE_LENGTH))
  }
  if (values.size === 0) return isAll
  const ids = await names.getPropertyIds([...values.keys()].map(headerProperty), { create: true })
  let i = 0
  for (const value of values.values()) {
    const id = ids[i++] ?? 0
    if (id === 0) isAll = false
    else properties.set((((id << 16) | PtypString) >>> 0) as PropertyTag<string>, value)
  }
  return isAll
}
