import { md5 } from '@bourse/mapi'
import { concat } from './hmac-md5.ts'

/**
 * MD5 of the channel bindings `tls-server-end-point` (RFC 5929 4) of a TLS connection, made from the hash of the server's certificate. Exchange
 * wants them where Extended Protection is on.
 */
export function channelBindings(certificateHash: Uint8Array): Uint8Array {
  const data = concat(new TextEncoder().encode('tls-server-end-point:'), certificateHash)
  // gss_channel_bindings_struct (RFC 2744 3.11): no addresses, then the data after its length.
  const head = new Uint8Array(20)
  new DataView(head.buffer).setUint32(16, data.length, true)
  return md5(concat(head, data))
}
