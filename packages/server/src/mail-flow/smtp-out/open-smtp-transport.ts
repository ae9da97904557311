import { join } from 'node:path'
import type { Settings } from '../../config/index.ts'
import type { Log } from '../../log/index.ts'
import { dkimSigner } from './dkim/dkim-signer.ts'
import { openSigningKeys } from './dkim/signing-keys.ts'
import { openMtaStsPolicies } from './mta-sts.ts'
import { type MailResolver, systemResolver } from './resolver.ts'
import { SmtpTransport } from './smtp-transport.ts'

export interface OpenTransportOptions {
  readonly settings: Settings
  /** What the server calls itself (EHLO). */
  readonly hostName: string
  /** Whether a domain, in ASCII and lower case, is one of the organization's. */
  isOurDomain(domain: string): Promise<boolean>
  readonly log: Log
  /** Left out: the servers that this machine uses. */
  readonly resolver?: MailResolver
}

/** The folder of the keys of a server. */
export function keysPath(settings: Settings): string {
  return join(settings.data, 'keys')
}

/** A transport with what it has in the data folder: keys for signatures, and what other domains ask for. Rejects where a key cannot be used. */
export async function openSmtpTransport(options: OpenTransportOptions): Promise<SmtpTransport> {
  const { settings, hostName, isOurDomain, log, resolver = systemResolver() } = options
  const { outgoing } = settings.mail
  // RFC 5321, 2.3.5: others want a name that they can look up.
  if (!hostName.includes('.'))
    log.warn({ hostName }, 'other servers may refuse mail from a server with such a name: set mail.hostName')
  const signer = outgoing.dkim.sign
    ? dkimSigner({ keys: await openSigningKeys(outgoing.dkim, keysPath(settings)), isOurs: isOurDomain, log })
    : undefined
  const policies = outgoing.mtaSts
    ? await openMtaStsPolicies({ path: join(settings.data, 'mta-sts.json'), resolver, log })
    : undefined
  return new SmtpTransport({
    settings: outgoing,
    hostName,
    log,
    resolver,
    ...(signer === undefined ? {} : { signer }),
    ...(policies === undefined ? {} : { policies }),
  })
}
