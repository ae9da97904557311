/**
 * Values of the X-ResponseCode header ([MS-OXCMAPIHTTP] 2.2.3.3.3): what became of a request before any
 * response body of its type could be made.
 */
export const ResponseCode = {
  Success: 0,
  UnknownFailure: 1,
  InvalidVerb: 2,
  InvalidPath: 3,
  InvalidHeader: 4,
  InvalidRequestType: 5,
  InvalidContextCookie: 6,
  MissingHeader: 7,
  AnonymousNotAllowed: 8,
  TooLarge: 9,
  ContextNotFound: 10,
  NoPrivilege: 11,
  InvalidRequestBody: 12,
  MissingCookie: 13,
  Reserved: 14,
  InvalidSequence: 15,
  EndpointDisabled: 16,
  InvalidResponse: 17,
  EndpointShuttingDown: 18,
} as const
export type ResponseCode = (typeof ResponseCode)[keyof typeof ResponseCode]

export interface ResponseCodeDescription {
  readonly code: ResponseCode
  /** The name that the specification gives it, e.g. `Invalid Verb`. */
  readonly name: string
  readonly description: string
}

/** All response codes with their names and what they mean, ordered by code ([MS-OXCMAPIHTTP] 2.2.3.3.3). */
export const responseCodes: readonly ResponseCodeDescription[] = [
  { code: 0, name: 'Success', description: 'The request was properly formatted and accepted.' },
  { code: 1, name: 'Unknown Failure', description: 'The request failed for a reason that is not known.' },
  { code: 2, name: 'Invalid Verb', description: 'The HTTP method of the request is not POST.' },
  { code: 3, name: 'Invalid Path', description: 'The request went to a path that is not served.' },
  { code: 4, name: 'Invalid Header', description: 'A header of the request has a value that is not valid.' },
  {
    code: 5,
    name: 'Invalid Request Type',
    description: 'The X-RequestType header names a request type that the endpoint does not have.',
  },
  {
    code: 6,
    name: 'Invalid Context Cookie',
    description: 'The cookie for the Session Context is not one that the server gives out.',
  },
  { code: 7, name: 'Missing Header', description: 'The request lacks a header that it needs.' },
  { code: 8, name: 'Anonymous Not Allowed', description: 'The request was not authenticated.' },
  { code: 9, name: 'Too Large', description: 'The request is larger than the server accepts.' },
  {
    code: 10,
    name: 'Context Not Found',
    description: 'The Session Context does not exist, or belongs to somebody else.',
  },
  { code: 11, name: 'No Privilege', description: 'The client may not use the Session Context.' },
  { code: 12, name: 'Invalid Request Body', description: 'The body of the request cannot be read.' },
  { code: 13, name: 'Missing Cookie', description: 'The request lacks a cookie that it needs.' },
  { code: 14, name: 'Reserved', description: 'A client ignores this value.' },
  {
    code: 15,
    name: 'Invalid Sequence',
    description: 'The request came while another one of the same Session Context was under way.',
  },
  { code: 16, name: 'Endpoint Disabled', description: 'The endpoint is turned off.' },
  { code: 17, name: 'Invalid Response', description: 'The response that was made is not valid.' },
  { code: 18, name: 'Endpoint Shutting Down', description: 'The endpoint is about to stop.' },
]

/** Name and meaning of a response code; undefined for a number that is none. */
export function describeResponseCode(code: number): ResponseCodeDescription | undefined {
  return responseCodes[code]
}
