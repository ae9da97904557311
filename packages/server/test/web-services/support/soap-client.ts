import { child, parseXml, type XmlElement } from '../../../src/autodiscover/xml.ts'
import { PASSWORD } from '../../support/live-server.ts'

export const MESSAGES = 'http://schemas.microsoft.com/exchange/services/2006/messages'
export const TYPES = 'http://schemas.microsoft.com/exchange/services/2006/types'

export interface SoapAnswer {
  readonly status: number
  readonly contentType: string | null
  /** What is in the body of the response. */
  readonly body: XmlElement
  readonly text: string
}

/** Sends what is in a SOAP body to the web services, as a user, and reads the answer. */
export async function callWebService(
  base: string,
  body: string,
  { user = 'alice', path = '/EWS/Exchange.asmx' } = {},
): Promise<SoapAnswer> {
  const response = await fetch(base + path, {
    method: 'POST',
    headers: {
      'Content-Type': 'text/xml; charset=utf-8',
      Authorization: `Basic ${Buffer.from(`${user}@example.com:${PASSWORD}`).toString('base64')}`,
    },
    body: envelope(body),
  })
  const text = await response.text()
  const root = parseXml(text)
  return {
    status: response.status,
    contentType: response.headers.get('content-type'),
    body: child(root, 'Body')!.children[0]!,
    text,
  }
}

/** The text at a path of names. */
export function textAt(element: XmlElement | undefined, ...names: readonly string[]): string | undefined {
  return names.reduce<XmlElement | undefined>(child, element)?.text
}

function envelope(body: string): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Header /><soap:Body>${body}</soap:Body></soap:Envelope>`
}
