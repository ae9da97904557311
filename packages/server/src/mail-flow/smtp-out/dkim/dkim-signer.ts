import { createReadStream } from 'node:fs'
import { dkimSign } from 'mailauth/lib/dkim/sign.js'
import type { Log } from '../../../log/index.ts'
import type { ContentSigner } from '../content.ts'
import { authorDomain } from './author-domain.ts'
import type { SigningKeys } from './signing-keys.ts'

export interface DkimSignerOptions {
  readonly keys: SigningKeys
  /** Whether a domain, in ASCII and lower case, is one of the organization's. */
  isOurs(domain: string): Promise<boolean>
  readonly log: Log
  /** Milliseconds since 1970; the clock of this machine if left out. */
  readonly now?: () => number
}

/** Header fields that are signed where they are there: what says who, to whom, when and what (RFC 6376, 5.4.1), and what mail programs act on. */
const SIGNED = [
  'From',
  'Sender',
  'Reply-To',
  'Subject',
  'Date',
  'Message-ID',
  'To',
  'Cc',
  'MIME-Version',
  'Content-Type',
  'Content-Transfer-Encoding',
  'Content-ID',
  'Content-Description',
  'In-Reply-To',
  'References',
  'Resent-Date',
  'Resent-From',
  'Resent-Sender',
  'Resent-To',
  'Resent-Cc',
  'Resent-Message-ID',
  'List-Id',
  'List-Help',
  'List-Unsubscribe',
  'List-Unsubscribe-Post',
  'List-Subscribe',
  'List-Post',
  'List-Owner',
  'List-Archive',
]

/** Signs what is from the organization (RFC 6376), and leaves what is not as it is, such as mail that is passed on. */
export function dkimSigner({ keys, isOurs, log, now = Date.now }: DkimSignerOptions): ContentSigner {
  return {
    async sign(path, header) {
      const domain = authorDomain(header)
      if (domain === undefined || !(await isOurs(domain))) return ''
      const signatureData = keys.forDomain(domain).map(({ selector, algorithm, privateKey }) => ({
        signingDomain: domain,
        selector,
        algorithm,
        privateKey,
      }))
      const { signatures, errors } = await dkimSign(createReadStream(path), {
        // The declarations want one key here, the function all of them there.
        ...signatureData[0]!,
        signatureData,
        canonicalization: 'relaxed/relaxed',
        headerList: SIGNED,
        signTime: new Date(now()),
        strict: true,
      })
      for (const { err } of errors) log.error({ err, domain }, 'a message goes out without a signature')
      return signatures
    },
  }
}
