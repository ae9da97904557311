import { createReadStream } from 'node:fs'

/** Where the bytes of a MIME message are: in a file, or in memory if they are few. */
export type MimeSource = { readonly path: string } | { readonly bytes: Uint8Array }

/** The bytes of a message, from its beginning. */
export function readSource(source: MimeSource): AsyncIterable<Uint8Array> {
  return 'path' in source ? createReadStream(source.path) : once(source.bytes)
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
