import { ByteReader, type Codec, decodeWith, encodeWith } from '@bourse/mapi/bytes'
import { AddressBookRequestType, parseAddressBookRequestType, pingRequest } from '@bourse/wire/http'
import { type AnyNspiRequestType, nspiRequestType } from '@bourse/wire/nspi'
import type { Exchange } from '../http/index.ts'
import { ping } from './emsmdb.ts'
import type { Call, ContextUse, EndpointDefinition } from './endpoint.ts'
import type { NspiHost, NspiResponseBody, NspiSession } from './nspi-host.ts'
import { NSPI_PATH, type ServerUrls } from './server-urls.ts'

const { Bind, Unbind, Ping, GetMailboxUrl, GetAddressBookUrl } = AddressBookRequestType

const USES: Readonly<Partial<Record<AddressBookRequestType, ContextUse>>> = {
  [Bind]: 'open',
  [Unbind]: 'close',
  [Ping]: 'free',
  [GetMailboxUrl]: 'free',
  [GetAddressBookUrl]: 'free',
}

/**
 * The address book endpoint ([MS-OXCMAPIHTTP] 2.2.5). `urlsFor` gives the URLs of this server as the sender of a request reaches
 * it.
 */
export function nspiEndpoint(
  host: NspiHost,
  urlsFor: (exchange: Exchange) => ServerUrls,
): EndpointDefinition<NspiSession> {
  return {
    name: 'nspi',
    path: NSPI_PATH.slice(0, -1),
    parseType: parseAddressBookRequestType,
    useOf: (type) => USES[type as AddressBookRequestType] ?? 'exclusive',
    prepare: (type, body) => {
      const requestType = nspiRequestType(type as AddressBookRequestType)
      if (requestType === undefined) {
        decodeWith(pingRequest, body)
        return ping
      }
      // Bytes after the end of a request are of no account, as with Exchange: there are clients that send them.
      const fields = (requestType.request as Codec<unknown>).decode(new ByteReader(body))
      return (call) => carryOut(host, requestType, fields, call, urlsFor(call.exchange))
    },
  }
}

/** MAPI_E_NOT_ENOUGH_MEMORY is what the address book has for what exceeds a limit ([MS-OXNSPI] 2.2.1.2, OutOfResources). */
const OUT_OF_RESOURCES = 0x8004010e

async function carryOut(
  host: NspiHost,
  type: AnyNspiRequestType,
  fields: unknown,
  call: Call<NspiSession>,
  urls: ServerUrls,
): Promise<Uint8Array> {
  const { exchange, principal } = call
  const nspiCall = { requestId: exchange.requestId, urls }
  if (call.session !== undefined) return encode(type, await call.session.handle(type, fields, nspiCall))
  // Bind, or a request that needs no Bind.
  const isBind = type.header === Bind
  if (isBind && !call.canKeep) {
    return encodeWith(type.failure, { statusCode: OUT_OF_RESOURCES, auxiliaryBuffer: new Uint8Array(0) })
  }
  const session = await host.open(principal)
  let isKept = false
  try {
    const body = await session.handle(type, fields, nspiCall)
    const bytes = encode(type, body)
    if (isBind && body.kind === 'success' && body.errorCode === 0) {
      isKept = true
      call.keep(session)
    }
    return bytes
  } finally {
    if (!isKept) await session[Symbol.asyncDispose]()
  }
}

function encode(type: AnyNspiRequestType, body: NspiResponseBody): Uint8Array {
  return encodeWith(type.response as Codec<NspiResponseBody>, body)
}
