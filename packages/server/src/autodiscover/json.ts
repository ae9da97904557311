import { EMSMDB_PATH } from '../mapi-http/server-urls.ts'
import { WEB_SERVICES_URL_PATH } from '../web-services/path.ts'

/** The answer to a request for a URL by protocol, the JSON form of Autodiscover. */
export interface JsonResponse {
  readonly status: number
  readonly body: Readonly<Record<string, string>>
}

/** Where POX is served. */
export const POX_PATH = '/autodiscover/autodiscover.xml'

/** The protocols whose URLs can be asked for, by their names in lower case. */
const PROTOCOLS: ReadonlyMap<string, { readonly name: string; readonly path: string }> = new Map(
  [
    { name: 'AutodiscoverV1', path: POX_PATH },
    { name: 'MapiHttp', path: EMSMDB_PATH },
    { name: 'EWS', path: WEB_SERVICES_URL_PATH },
  ].map((protocol) => [protocol.name.toLowerCase(), protocol]),
)

/** Below this path the address follows. */
const ADDRESS_PATH = /^\/autodiscover\/autodiscover\.json\/v1\.0\/([^/]+)\/?$/

/**
 * Answers `/autodiscover/autodiscover.json?Email=…&Protocol=…` or `/autodiscover/autodiscover.json/v1.0/{email}?Protocol=…`, with
 * the URL of a protocol below `baseUrl`. It may be asked for without authentication, and so does not tell whether there is such
 * an address.
 */
export function answerJson(path: string, query: string, baseUrl: string): JsonResponse {
  const parameters = new Map(
    Array.from(new URLSearchParams(query), ([name, value]) => [name.toLowerCase(), value] as const),
  )
  const email = ADDRESS_PATH.exec(path)?.[1] ?? parameters.get('email') ?? ''
  const wanted = parameters.get('protocol') ?? ''
  if (!/^[^@\s]+@[^@\s]+$/.test(email)) {
    return failed('InvalidUserId', `The given user ID '${email}' is invalid.`)
  }
  if (wanted === '') {
    const message = "A valid value must be provided for the query parameter 'Protocol'."
    return failed('MandatoryParameterMissing', message)
  }
  const protocol = PROTOCOLS.get(wanted.toLowerCase())
  if (protocol === undefined) {
    const known = Array.from(PROTOCOLS.values(), ({ name }) => name).join(',')
    const message = `The given protocol value '${wanted}' is invalid. Supported values are '${known}'`
    return failed('InvalidProtocol', message)
  }
  return { status: 200, body: { Protocol: protocol.name, Url: baseUrl + protocol.path } }
}

function failed(code: string, message: string): JsonResponse {
  return { status: 400, body: { ErrorCode: code, ErrorMessage: message } }
}
