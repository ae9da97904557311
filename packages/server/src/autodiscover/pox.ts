import { mailboxId, serverUrls } from '../mapi-http/server-urls.ts'
import { WEB_SERVICES_URL_PATH } from '../web-services/path.ts'
import type { AlternativeMailbox, AutodiscoverSource, AutodiscoverUser } from './subject.ts'
import { child, decodeXml, formatXml, parseXml, type XmlElement, XmlError, type XmlNode } from './xml.ts'

/** One POX request ([MS-OXDSCLI] 2.2.3). */
export interface PoxRequest {
  readonly body: Uint8Array
  /** X-MapiHttpCapability: the version of MAPI over HTTP that the client understands; 0 if it does not say. */
  readonly mapiHttpCapability: number
  /** Base URLs by which the client reaches the server. */
  readonly externalUrl: string
  readonly internalUrl: string
}

export interface PoxResponse {
  readonly body: string
  /** 0 for settings and redirections, else the code of [MS-OXDSCLI] 2.2.4.1.1.3.1. */
  readonly errorCode: number
}

/** ErrorCode ([MS-OXDSCLI] 2.2.4.1.1.3.1) and what Exchange says to it. */
const PoxError = {
  addressNotFound: [500, "The email address can't be found."],
  noConfiguration: [501, 'The email address has no mailbox on this server.'],
  invalidRequest: [600, 'Invalid Request'],
  providerNotAvailable: [601, 'Provider is not available'],
} as const satisfies Readonly<Record<string, readonly [number, string]>>

const OUTER_SCHEMA = 'http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006'
const OUTLOOK_REQUEST = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006'
const MOBILE_REQUEST = 'http://schemas.microsoft.com/exchange/autodiscover/mobilesync/requestschema/2006'
const OUTLOOK_RESPONSE = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a'

/** Answers a POX request of somebody who has been authenticated ([MS-OXDSCLI] 3.2.5). */
export async function answerPox(request: PoxRequest, source: AutodiscoverSource): Promise<PoxResponse> {
  const parsed = parseRequest(request.body)
  if (parsed === undefined) return errorResponse('invalidRequest')
  if (parsed.responseSchema !== OUTLOOK_RESPONSE) return errorResponse('providerNotAvailable')
  const subject = await source.find(parsed.addressOrDn)
  switch (subject.kind) {
    case 'unknown':
      return errorResponse('addressNotFound')
    case 'noMailbox':
      return errorResponse('noConfiguration')
    case 'redirect':
      return accountResponse(undefined, [
        ['Action', 'redirectAddr'],
        ['RedirectAddr', subject.address],
      ])
    case 'publicFolders':
      return settings(request, source, { ...subject.mailbox, alternatives: [] })
    case 'user':
      if (subject.user.elsewhere !== undefined) {
        return accountResponse(undefined, [
          ['Action', 'redirectUrl'],
          ['RedirectUrl', `${subject.user.elsewhere}/autodiscover/autodiscover.xml`],
        ])
      }
      return settings(request, source, subject.user)
  }
}

/** The response to what is no request at all, such as a GET. */
export function invalidPox(): PoxResponse {
  return errorResponse('invalidRequest')
}

interface ParsedRequest {
  readonly addressOrDn: string
  readonly responseSchema: string
}

function parseRequest(body: Uint8Array): ParsedRequest | undefined {
  let root: XmlElement
  try {
    root = parseXml(decodeXml(body))
  } catch (error) {
    if (error instanceof XmlError) return undefined
    throw error
  }
  const isKnown = root.namespace === OUTLOOK_REQUEST || root.namespace === MOBILE_REQUEST
  if (root.name !== 'Autodiscover' || !isKnown) return undefined
  const request = child(root, 'Request')
  const responseSchema = child(request, 'AcceptableResponseSchema')?.text
  const addressOrDn = child(request, 'EMailAddress')?.text || child(request, 'LegacyDN')?.text
  return responseSchema && addressOrDn ? { addressOrDn, responseSchema } : undefined
}

/** How to reach a mailbox ([MS-OXDSCLI] 2.2.4.1.1.2). RPC is not offered, so a client without MAPI over HTTP gets nothing. */
async function settings(
  { mapiHttpCapability, externalUrl, internalUrl }: PoxRequest,
  source: AutodiscoverSource,
  user: Omit<AutodiscoverUser, 'elsewhere'>,
): Promise<PoxResponse> {
  if (mapiHttpCapability < 1) return errorResponse('providerNotAvailable')
  const domain = user.address.slice(user.address.lastIndexOf('@') + 1)
  const id = mailboxId(user.mailboxGuid, domain)
  const internal = serverUrls(internalUrl)
  const external = serverUrls(externalUrl)
  const publicFolders = await source.publicFolderAddress(domain)
  const userNode: XmlNode = [
    'User',
    [
      ['DisplayName', user.displayName],
      ['LegacyDN', user.legacyDn],
      ['AutoDiscoverSMTPAddress', user.address],
      ['DeploymentId', source.deploymentId],
    ],
  ]
  return accountResponse(userNode, [
    ['AccountType', 'email'],
    ['Action', 'settings'],
    ['MicrosoftOnline', 'False'],
    ['ConsumerMailbox', 'False'],
    [
      'Protocol',
      [
        ['MailStore', urls(internal.emsmdb(id), external.emsmdb(id))],
        ['AddressBook', urls(internal.nspi(id), external.nspi(id))],
        ...webServices(externalUrl),
      ],
      { Type: 'mapiHttp', Version: '1' },
    ],
    // Clients look for the web services in these; RPC, which they are of, is not offered.
    ['Protocol', [['Type', 'EXCH'], ['Server', id], ...webServices(internalUrl)]],
    ['Protocol', [['Type', 'EXPR'], ['Server', hostOf(externalUrl)], ...webServices(externalUrl)]],
    ...user.alternatives.map(alternativeMailbox),
    publicFolders === undefined ? undefined : ['PublicFolderInformation', [['SmtpAddress', publicFolders]]],
  ])
}

/** Free/busy and automatic replies ([MS-OXDSCLI] 2.2.4.1.1.2.6: ASUrl, EwsUrl, EmwsUrl, OOFUrl). */
function webServices(base: string): readonly XmlNode[] {
  const url = base + WEB_SERVICES_URL_PATH
  return [
    ['ASUrl', url],
    ['EwsUrl', url],
    ['EmwsUrl', url],
    ['OOFUrl', url],
  ]
}

function hostOf(url: string): string {
  return URL.parse(url)?.hostname ?? ''
}

function urls(internal: string, external: string): readonly XmlNode[] {
  return [
    ['InternalUrl', internal],
    ['ExternalUrl', external],
  ]
}

/** [MS-OXDSCLI] 2.2.4.1.1.2.3. */
function alternativeMailbox({ displayName, legacyDn, address, mailboxGuid }: AlternativeMailbox): XmlNode {
  return [
    'AlternativeMailbox',
    [
      ['Type', 'Delegate'],
      ['DisplayName', displayName],
      ['LegacyDN', legacyDn],
      ['Server', mailboxId(mailboxGuid, address.slice(address.lastIndexOf('@') + 1))],
      ['SmtpAddress', address],
      ['OwnerSmtpAddress', address],
    ],
  ]
}

function accountResponse(user: XmlNode | undefined, account: readonly (XmlNode | undefined)[]): PoxResponse {
  const response: XmlNode = ['Response', [user, ['Account', account]], { xmlns: OUTLOOK_RESPONSE }]
  return { body: formatXml(['Autodiscover', [response], { xmlns: OUTER_SCHEMA }]), errorCode: 0 }
}

/** [MS-OXDSCLI] 2.2.4.1.1.3. */
function errorResponse(error: keyof typeof PoxError): PoxResponse {
  const [errorCode, message] = PoxError[error]
  const time = new Date().toISOString().slice(11, 23)
  const node: XmlNode = [
    'Error',
    [
      ['ErrorCode', String(errorCode)],
      ['Message', message],
      ['DebugData', ''],
    ],
    { Time: `${time}0000`, Id: '1' },
  ]
  return { body: formatXml(['Autodiscover', [['Response', [node]]], { xmlns: OUTER_SCHEMA }]), errorCode }
}
