/** Names of the HTTP headers that the protocol uses ([MS-OXCMAPIHTTP] 2.2.3). Case does not matter in them. */
export const HeaderName = {
  Host: 'Host',
  ContentLength: 'Content-Length',
  ContentType: 'Content-Type',
  SetCookie: 'Set-Cookie',
  Cookie: 'Cookie',
  TransferEncoding: 'Transfer-Encoding',
  /** What is asked for: one of the values in `request-type.ts`. */
  RequestType: 'X-RequestType',
  /** The client's number for the request, which the server sends back: see `ClientCounter`. */
  RequestId: 'X-RequestId',
  /** What became of the request: one of the values in `response-code.ts`. */
  ResponseCode: 'X-ResponseCode',
  /** The client's name for itself and its session, which the server sends back: see `ClientCounter`. */
  ClientInfo: 'X-ClientInfo',
  /** Milliseconds from one PENDING meta-tag to the next. */
  PendingPeriod: 'X-PendingPeriod',
  /** The client's version: see `ApplicationVersion`. */
  ClientApplication: 'X-ClientApplication',
  /** The server's version: see `ApplicationVersion`. */
  ServerApplication: 'X-ServerApplication',
  /** Milliseconds after which the server forgets an idle Session Context. */
  ExpirationInfo: 'X-ExpirationInfo',
  /** Milliseconds that the request took the server. */
  ElapsedTime: 'X-ElapsedTime',
  /** When the server began with the request, as an HTTP date. */
  StartTime: 'X-StartTime',
  /** Left by devices between client and server, at most {@link MAX_DEVICE_INFO_LENGTH} characters; neither of them sends it. */
  DeviceInfo: 'X-DeviceInfo',
} as const
export type HeaderName = (typeof HeaderName)[keyof typeof HeaderName]

/** Headers without which a request is not valid ([MS-OXCMAPIHTTP] 2.2.2.1). */
export const REQUIRED_REQUEST_HEADERS: readonly HeaderName[] = [
  HeaderName.Host,
  HeaderName.RequestType,
  HeaderName.RequestId,
  HeaderName.ContentType,
  HeaderName.ContentLength,
]

/** Headers that every response has ([MS-OXCMAPIHTTP] 2.2.2.2), besides Content-Length or Transfer-Encoding. */
export const REQUIRED_RESPONSE_HEADERS: readonly HeaderName[] = [
  HeaderName.ContentType,
  HeaderName.RequestType,
  HeaderName.ResponseCode,
  HeaderName.RequestId,
]

/** Content-Type of requests, and of responses whose X-ResponseCode is 0 ([MS-OXCMAPIHTTP] 2.2.3.2.2). */
export const CONTENT_TYPE = 'application/mapi-http'

/** Content-Type of responses with any other X-ResponseCode: a page for people ([MS-OXCMAPIHTTP] 2.2.3.2.2). */
export const FAILURE_CONTENT_TYPE = 'text/html'

/** Characters that an X-DeviceInfo header may have ([MS-OXCMAPIHTTP] 2.2.3.3.11). */
export const MAX_DEVICE_INFO_LENGTH = 64

/** X-PendingPeriod in milliseconds when the header is not there ([MS-OXCMAPIHTTP] 2.2.3.3.5). */
export const DEFAULT_PENDING_PERIOD = 30_000

/** Milliseconds between the PENDING meta-tags that a server sends unless told otherwise ([MS-OXCMAPIHTTP] 3.2.2). */
export const DEFAULT_KEEP_ALIVE_INTERVAL = 15_000

/** Milliseconds after which a NotificationWait request ends without an event ([MS-OXCMAPIHTTP] 3.2.2). */
export const NOTIFICATION_WAIT_TIMEOUT = 300_000

/**
 * Names of the cookies, as Exchange calls them ([MS-OXCMAPIHTTP] 4.2). A client must not care: it keeps and
 * sends whatever cookies it gets ([MS-OXCMAPIHTTP] 3.1.5.1).
 */
export const CookieName = {
  /** Stands for the Session Context. */
  MapiContext: 'MapiContext',
  /** Changes with each response, so that a server notices requests out of turn. */
  MapiSequence: 'MapiSequence',
  /** Leads requests through a load balancer to the same server. */
  MapiRouting: 'MapiRouting',
} as const
