import type { Principal } from '@bourse/store'
import type { AnyNspiRequestType, NspiFailure } from '@bourse/wire/nspi'
import type { ServerUrls } from './server-urls.ts'

/** A response body of any request type of the address book endpoint, with the fields that all of them have. */
export type NspiResponseBody =
  | { readonly kind: 'success'; readonly errorCode: number }
  | ({ readonly kind: 'failure' } & NspiFailure)

/** What a request type is carried out with. */
export interface NspiCall {
  readonly requestId: string
  /** Where this server is reached, for GetMailboxUrl and GetAddressBookUrl. */
  readonly urls: ServerUrls
}

/** A session with the address book, from Bind to Unbind ([MS-OXNSPI] 3.1.4). */
export interface NspiSession extends AsyncDisposable {
  /**
   * Carries out one request: `fields` are what the request's codec has read, the result is what the response's codec can
   * write. Bind and Unbind come this way too; a session whose Bind answers an ErrorCode other than 0 is disposed.
   *
   * GetMailboxUrl and GetAddressBookUrl may come without Bind.
   */
  handle(type: AnyNspiRequestType, fields: unknown, call: NspiCall): Promise<NspiResponseBody>
}

/** Makes sessions with the address book. */
export interface NspiHost {
  open(principal: Principal): Promise<NspiSession>
}
