import { generateKeyPairSync } from 'node:crypto'
import { dkimSign } from 'mailauth/lib/dkim/sign.js'

export interface SigningKey {
  readonly privateKey: string
  /** For DNS, below `_domainkey`. */
  readonly record: string
}

/** A key as domains have them for DKIM and ARC. */
export function signingKey(): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    record: `v=DKIM1; k=rsa; p=${spki}`,
  }
}

/** A message with a signature of a domain, selector `s`. */
export async function signed(message: string, domain: string, { privateKey }: SigningKey): Promise<string> {
  const key = { signingDomain: domain, selector: 's', privateKey }
  const { signatures, errors } = await dkimSign(message, { ...key, signatureData: [key] })
  if (errors.length > 0) throw new Error(`It cannot be signed: ${JSON.stringify(errors)}`)
  return `${signatures}${message}`
}
