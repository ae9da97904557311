import { child, formatXml, parseXml, type XmlElement, XmlError, type XmlNode } from '../autodiscover/xml.ts'
import { SERVER_VERSION } from '../mapi-http/server-version.ts'

/** Namespaces of Exchange's web services ([MS-OXWSCDATA] 2.2.1). */
export const MESSAGES = 'http://schemas.microsoft.com/exchange/services/2006/messages'
export const TYPES = 'http://schemas.microsoft.com/exchange/services/2006/types'
const ERRORS = 'http://schemas.microsoft.com/exchange/services/2006/errors'
const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/'

/** Why a request is answered with a fault, or a part of it with an error: a code of ResponseCodeType ([MS-OXWSCDATA] 2.2.5.24). */
export class ServiceError extends Error {
  readonly responseCode: string

  constructor(responseCode: string, message: string) {
    super(message)
    this.responseCode = responseCode
  }
}

/** What is wrong with a request that is not as its schema wants it. */
export function schemaError(message: string): ServiceError {
  return new ServiceError('ErrorSchemaValidation', `The request failed schema validation: ${message}`)
}

/** The element in the body of a SOAP request. Throws {@link ServiceError} for what is none. */
export function readRequest(text: string): XmlElement {
  let root: XmlElement
  try {
    root = parseXml(text)
  } catch (error) {
    if (error instanceof XmlError) throw schemaError(error.message)
    throw error
  }
  const [request, ...others] = child(root, 'Body')?.children ?? []
  if (root.name !== 'Envelope') throw schemaError('the document is no SOAP envelope.')
  if (request === undefined || others.length > 0) throw schemaError('the body has to have one element.')
  return request
}

/** A SOAP response with this in its body. */
export function writeResponse(body: XmlNode): string {
  const { major, minor, buildMajor, buildMinor } = SERVER_VERSION
  const version: XmlNode = [
    'h:ServerVersionInfo',
    '',
    {
      MajorVersion: String(major),
      MinorVersion: String(minor),
      MajorBuildNumber: String(buildMajor),
      MinorBuildNumber: String(buildMinor),
      'xmlns:h': TYPES,
    },
  ]
  return envelope([
    ['s:Header', [version]],
    ['s:Body', [body]],
  ])
}

/** The SOAP fault that tells of an error. */
export function writeFault({ responseCode, message }: ServiceError): string {
  return envelope([
    [
      's:Body',
      [
        [
          's:Fault',
          [
            ['faultcode', `a:${responseCode}`, { 'xmlns:a': TYPES }],
            ['faultstring', message, { 'xml:lang': 'en-US' }],
            [
              'detail',
              [
                ['e:ResponseCode', responseCode, { 'xmlns:e': ERRORS }],
                ['e:Message', message, { 'xmlns:e': ERRORS }],
              ],
            ],
          ],
        ],
      ],
    ],
  ])
}

/** ResponseMessage of what went well, or of what did not ([MS-OXWSCDATA] 2.2.4.67). */
export function responseMessage(error?: ServiceError): XmlNode {
  if (error === undefined)
    return ['ResponseMessage', [['ResponseCode', 'NoError']], { ResponseClass: 'Success' }]
  return [
    'ResponseMessage',
    [
      ['MessageText', error.message],
      ['ResponseCode', error.responseCode],
      ['DescriptiveLinkKey', '0'],
    ],
    { ResponseClass: 'Error' },
  ]
}

/** The text of a child, or `undefined` if there is none. */
export function textOf(element: XmlElement | undefined, name: string): string | undefined {
  return child(element, name)?.text
}

/** One of some words that the text of a child has to be. */
export function wordOf<const W extends string>(
  element: XmlElement | undefined,
  name: string,
  words: readonly W[],
): W | undefined {
  const text = textOf(element, name)
  if (text === undefined) return undefined
  const word = words.find((one) => one === text)
  if (word === undefined) throw schemaError(`${name} is one of ${words.join(', ')}.`)
  return word
}

function envelope(parts: readonly XmlNode[]): string {
  return formatXml(['s:Envelope', parts, { 'xmlns:s': SOAP }])
}
