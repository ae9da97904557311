import type { Principal } from '@bourse/store'
import { decodeXml, type XmlElement, XmlError, type XmlNode } from '../autodiscover/xml.ts'
import { type Exchange, headerOf, readBody, replyText } from '../http/index.ts'
import type { AttendeeOptions } from './attendee.ts'
import { getUserAvailability } from './availability.ts'
import { getUserOofSettings, type OofSettingsOptions, setUserOofSettings } from './oof-settings.ts'
import { readRequest, ServiceError, schemaError, writeFault, writeResponse } from './soap.ts'

/** Bytes that a request may have: two long texts, with all their characters escaped. */
const MAX_BODY = 2 << 20

export interface WebServicesOptions extends OofSettingsOptions, AttendeeOptions {
  readonly observe?: (operation: string, result: string) => void
}

type Operation = (request: XmlElement, principal: Principal, options: WebServicesOptions) => Promise<XmlNode>

/** The operations, by the names of their request elements. */
const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['GetUserOofSettingsRequest', getUserOofSettings],
  ['SetUserOofSettingsRequest', setUserOofSettings],
  ['GetUserAvailabilityRequest', getUserAvailability],
])

/** Answers a SOAP request of somebody who has been authenticated. */
export async function handleWebService(
  exchange: Exchange,
  principal: Principal,
  options: WebServicesOptions,
): Promise<void> {
  const { request, response, log } = exchange
  if (request.method !== 'POST') {
    replyText(response, 405, 'POST a SOAP request.', { Allow: 'POST' })
    return
  }
  // Pages of other sites can have a browser send other types, with what it knows of the user, and are not asked for leave.
  if (!/^text\/xml\s*(?:;|$)/i.test(headerOf(request, 'content-type') ?? '')) {
    replyText(response, 415, 'POST a SOAP request, as text/xml.')
    return
  }
  const body = await readBody(request, MAX_BODY)
  if (body.kind === 'aborted') return
  let operation = 'unknown'
  try {
    if (body.kind === 'tooLarge') throw schemaError('it is too long.')
    const element = readRequest(decode(body.bytes))
    const carryOut = OPERATIONS.get(element.name)
    if (carryOut === undefined) throw schemaError(`${element.name} is no operation that is known here.`)
    operation = element.name.replace(/Request$/, '')
    reply(exchange, 200, writeResponse(await carryOut(element, principal, options)))
    options.observe?.(operation, 'answered')
  } catch (error) {
    if (!(error instanceof ServiceError)) log.error({ err: error, operation }, 'a web service failed')
    const fault =
      error instanceof ServiceError
        ? error
        : new ServiceError('ErrorInternalServerError', 'An internal server error occurred.')
    reply(exchange, 500, writeFault(fault))
    options.observe?.(operation, fault.responseCode)
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return decodeXml(bytes)
  } catch (error) {
    if (error instanceof XmlError) throw schemaError(error.message)
    throw error
  }
}

function reply({ response }: Exchange, status: number, text: string): void {
  const body = Buffer.from(text)
  response
    .writeHead(status, {
      'Content-Type': 'text/xml; charset=utf-8',
      'Content-Length': body.length,
      'Cache-Control': 'private',
    })
    .end(body)
}
