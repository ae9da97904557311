import { child, childText, escapeXml, parseXml, type XmlElement } from './xml.ts'

/** What Autodiscover tells of a mailbox ([MS-OXDSCLI] 2.2.4.1.1.2). */
export interface MailboxSettings {
  readonly displayName: string | undefined
  /** Legacy DN of the user; the name to connect and to log on with. */
  readonly legacyDn: string
  /** The mailbox's own address, which may be another than the one asked for. */
  readonly address: string | undefined
  /** The MAPI/HTTP endpoint of the mailbox (MailStore, [MS-OXDSCLI] 2.2.4.1.1.2.6). */
  readonly mailStoreUrl: string
  /** The MAPI/HTTP endpoint of the address book; `undefined` if there is none. */
  readonly addressBookUrl: string | undefined
  /** Address of the mailbox whose Autodiscover leads to the public folders ([MS-OXDSCLI] 2.2.4.1.1.2.5). */
  readonly publicFolderAddress: string | undefined
  /** Other mailboxes that the user may open ([MS-OXDSCLI] 2.2.4.1.1.2.3). */
  readonly alternatives: readonly AlternativeMailbox[]
}

export interface AlternativeMailbox {
  /** `Delegate`, `Archive` or `TeamMailbox`. */
  readonly type: string
  readonly displayName: string | undefined
  readonly legacyDn: string | undefined
  readonly address: string | undefined
}

/** What a POX response says. */
export type PoxAnswer =
  | { readonly kind: 'settings'; readonly settings: MailboxSettings }
  | { readonly kind: 'redirectAddress'; readonly address: string }
  | { readonly kind: 'redirectUrl'; readonly url: string }
  /** The server knows better than others that it cannot help. */
  | { readonly kind: 'error'; readonly code: number | undefined; readonly message: string }

const REQUEST_SCHEMA = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006'
const RESPONSE_SCHEMA = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a'

/** Headers of a POX request ([MS-OXDSCLI] 2.2.2.1): MAPI over HTTP is understood. */
export const POX_HEADERS = {
  'Content-Type': 'text/xml; charset=utf-8',
  Accept: 'text/xml',
  'X-MapiHttpCapability': '1',
} as const

/** The body of a POX request ([MS-OXDSCLI] 2.2.3). */
export function poxRequest(address: string): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<Autodiscover xmlns="${REQUEST_SCHEMA}">
  <Request>
    <EMailAddress>${escapeXml(address)}</EMailAddress>
    <AcceptableResponseSchema>${RESPONSE_SCHEMA}</AcceptableResponseSchema>
  </Request>
</Autodiscover>
`
}

/**
 * Reads a POX response ([MS-OXDSCLI] 2.2.4). `network` says which URLs are wanted: those for clients outside of the organization's network, or inside.
 * Throws an `XmlError` for what is no XML.
 */
export function readPox(body: string, network: 'external' | 'internal' = 'external'): PoxAnswer {
  const root = parseXml(body)
  const response = child(root, 'Response')
  const error = child(response, 'Error') ?? child(child(response, 'Account'), 'Error')
  if (error !== undefined) {
    const code = Number(childText(error, 'ErrorCode'))
    return {
      kind: 'error',
      code: Number.isNaN(code) ? undefined : code,
      message: childText(error, 'Message') ?? 'no reason given',
    }
  }
  const account = child(response, 'Account')
  if (account === undefined) return failed('the answer holds no account')
  // The names of actions differ in case between servers.
  switch (childText(account, 'Action')?.toLowerCase()) {
    case 'redirectaddr': {
      const address = childText(account, 'RedirectAddr')
      return address === undefined
        ? failed('redirectAddr without an address')
        : { kind: 'redirectAddress', address }
    }
    case 'redirecturl': {
      const url = childText(account, 'RedirectUrl')
      return url === undefined ? failed('redirectUrl without a URL') : { kind: 'redirectUrl', url }
    }
    default:
      return readSettings(response!, account, network)
  }
}

function readSettings(
  response: XmlElement,
  account: XmlElement,
  network: 'external' | 'internal',
): PoxAnswer {
  const user = child(response, 'User')
  const protocol = account.children.find(
    (element) =>
      element.name === 'Protocol' &&
      (element.attributes.Type ?? childText(element, 'Type'))?.toLowerCase() === 'mapihttp',
  )
  const mailStoreUrl = urlOf(child(protocol, 'MailStore'), network)
  if (mailStoreUrl === undefined) return failed('the server does not offer MAPI over HTTP for the mailbox')
  const legacyDn = childText(user, 'LegacyDN')
  if (legacyDn === undefined) return failed('the answer does not name the user (LegacyDN)')
  return {
    kind: 'settings',
    settings: {
      displayName: childText(user, 'DisplayName'),
      legacyDn,
      address: childText(user, 'AutoDiscoverSMTPAddress'),
      mailStoreUrl,
      addressBookUrl: urlOf(child(protocol, 'AddressBook'), network),
      publicFolderAddress: childText(child(account, 'PublicFolderInformation'), 'SmtpAddress'),
      alternatives: account.children
        .filter(({ name }) => name === 'AlternativeMailbox')
        .map((mailbox) => ({
          type: childText(mailbox, 'Type') ?? 'Delegate',
          displayName: childText(mailbox, 'DisplayName'),
          legacyDn: childText(mailbox, 'LegacyDN'),
          address: childText(mailbox, 'SmtpAddress'),
        })),
    },
  }
}

function urlOf(element: XmlElement | undefined, network: 'external' | 'internal'): string | undefined {
  const external = childText(element, 'ExternalUrl')
  const internal = childText(element, 'InternalUrl')
  return network === 'external' ? (external ?? internal) : (internal ?? external)
}

function failed(message: string): PoxAnswer {
  return { kind: 'error', code: undefined, message }
}
