/**
 * Carries ROP buffers to a session on a server and back: over MAPI/HTTP in programs, through a function call in tests, over a message
 * port between threads.
 */
export interface RopTransport extends AsyncDisposable {
  /**
   * Sends one ROP input buffer and resolves to the ROP output buffers of the answer, none of them packed. At most one request is
   * under way at a time. Rejects with a `MapiError` for what failed as a whole.
   */
  execute(payload: Uint8Array, signal?: AbortSignal): Promise<readonly Uint8Array[]>

  /** Resolves to `true` when notifications wait to be fetched with an {@link execute}, to `false` when nothing came for a long while. */
  waitForNotifications(signal: AbortSignal): Promise<boolean>

  /** Milliseconds to wait before a request that failed is sent again, as the server wants it; 0 if it did not say. */
  readonly retryDelay?: number

  /** Gives the session up after the connection failed. `isKnown`: the server may still have it. */
  abandon?(isKnown: boolean): void

  /** What recipients' X500 addresses may leave out (DnPrefix of the Connect response). */
  readonly dnPrefix: string

  /** Code page of 8-bit strings. */
  readonly codePage: number
}
