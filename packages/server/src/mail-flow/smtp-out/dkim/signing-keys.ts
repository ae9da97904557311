import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject, randomUUID } from 'node:crypto'
import { link, mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Settings } from '../../../config/index.ts'

/** A key for signatures (RFC 6376, 3.1). */
export interface SigningKey {
  /** Its name in DNS, before `._domainkey.`. */
  readonly selector: string
  readonly algorithm: 'rsa-sha256' | 'ed25519-sha256'
  /** PEM. */
  readonly privateKey: string
  /** What its record in DNS says (RFC 6376, 3.6.1). */
  readonly record: string
}

/** The keys of an organization. */
export interface SigningKeys {
  /** Those with which mail from a domain is signed, at least one. */
  forDomain(domain: string): readonly SigningKey[]
}

/** Bits of the key that is made: what fits into DNS, and all verifiers know (RFC 8301, 3.2). */
const RSA_BITS = 2048

/**
 * Reads the keys that the settings name, and the one in the folder for domains of which they name none; it is made if it is not there. Throws an `Error`
 * with the file in its message if one cannot be used.
 */
export async function openSigningKeys(
  settings: Settings['mail']['outgoing']['dkim'],
  folder: string,
): Promise<SigningKeys> {
  const named = await Promise.all(
    settings.keys.map(async ({ domain, selector, file }) => ({
      domain: domain?.toLowerCase(),
      key: signingKey(selector, await readFile(file, 'utf8'), file),
    })),
  )
  const forAll = named.filter(({ domain }) => domain === undefined)
  const own = forAll.length > 0 ? [] : [await ownKey(settings.selector, folder)]
  return {
    forDomain(domain) {
      const ofDomain = named.filter((one) => one.domain === domain)
      const found = (ofDomain.length > 0 ? ofDomain : forAll).map(({ key }) => key)
      return found.length > 0 ? found : own
    },
  }
}

async function ownKey(selector: string, folder: string): Promise<SigningKey> {
  const path = join(folder, `dkim-${selector.replace(/[^\w.-]/g, '_')}.pem`)
  try {
    return signingKey(selector, await readFile(path, 'utf8'), path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: RSA_BITS,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeOnce(path, privateKey)
  return signingKey(selector, await readFile(path, 'utf8'), path)
}

/** Writes a whole file, unless there is one: another process may make the key at the same time. */
async function writeOnce(path: string, text: string): Promise<void> {
  const made = `${path}.${randomUUID()}`
  try {
    await using file = await open(made, 'wx', 0o600)
    await file.writeFile(text)
    await file.sync()
    await link(made, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await rm(made, { force: true })
  }
}

function signingKey(selector: string, pem: string, file: string): SigningKey {
  if (!/^[\w-]+(?:\.[\w-]+)*$/.test(selector))
    throw new Error(`${file}: ${selector} cannot be the name of a key.`)
  let key: KeyObject
  try {
    key = createPrivateKey(pem)
  } catch (error) {
    throw new Error(`${file}: this is no private key: ${(error as Error).message}`)
  }
  const type = key.asymmetricKeyType
  const privateKey = key.export({ type: 'pkcs8', format: 'pem' }) as string
  if (type === 'ed25519') {
    // RFC 8463, 4.2: the bare key, without what says of which kind it is.
    const { x } = createPublicKey(key).export({ format: 'jwk' })
    const bare = Buffer.from(x!, 'base64url').toString('base64')
    return { selector, algorithm: 'ed25519-sha256', privateKey, record: `v=DKIM1; k=ed25519; p=${bare}` }
  }
  if (type !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < 1024) {
    throw new Error(`${file}: DKIM needs an RSA key of at least 1024 bits, or an Ed25519 key.`)
  }
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64')
  return { selector, algorithm: 'rsa-sha256', privateKey, record: `v=DKIM1; k=rsa; p=${spki}` }
}
