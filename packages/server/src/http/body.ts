import type { IncomingMessage } from 'node:http'

/** What became of reading the body of a request. */
export type BodyResult =
  | { readonly kind: 'body'; readonly bytes: Uint8Array }
  /** It has, or would have, more bytes than are allowed. */
  | { readonly kind: 'tooLarge' }
  /** The client went away or took too long. */
  | { readonly kind: 'aborted' }

/** How many times the limit a body may have to be read nevertheless, so that the client gets to see the answer. */
const DRAINED = 16

/**
 * Reads the body of a request, at most `limit` bytes. More than that is read and dropped; far more is not read, and the
 * connection is of no further use then (`request.complete` is not set).
 */
export function readBody(request: IncomingMessage, limit: number): Promise<BodyResult> {
  const announced = Number(request.headers['content-length'] ?? 0)
  if (announced > limit * DRAINED) return Promise.resolve({ kind: 'tooLarge' })
  return new Promise((resolve) => {
    const pieces: Buffer[] = []
    let length = 0
    let isSettled = false
    function settle(result: BodyResult): void {
      if (isSettled) return
      isSettled = true
      if (result.kind === 'tooLarge') {
        request.off('data', onData)
        request.pause()
      }
      resolve(result)
    }
    const onData = (piece: Buffer) => {
      length += piece.length
      if (length <= limit) pieces.push(piece)
      else pieces.length = 0
      if (length > limit * DRAINED) settle({ kind: 'tooLarge' })
    }
    const onEnd = () => {
      if (length > limit) {
        settle({ kind: 'tooLarge' })
        return
      }
      const bytes = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces, length)
      settle({ kind: 'body', bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length) })
    }
    const onClose = () => settle({ kind: 'aborted' })
    request.on('data', onData)
    request.on('end', onEnd)
    request.on('close', onClose)
    // Later ones are of no interest, but must have a listener.
    request.on('error', onClose)
  })
}
