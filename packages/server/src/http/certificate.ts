import { X509Certificate } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generate } from 'selfsigned'

/** Certificate chain and private key, PEM. */
export interface TlsFiles {
  readonly cert: string
  readonly key: string
}

const VALID_DAYS = 825
const RENEW_DAYS = 30
const DAY = 86_400_000

/**
 * The certificate that the settings name, or one that is signed by itself and made for this machine only: `localhost` and
 * the loopback addresses. That one is kept in the folder `tls` of the data, and made anew before it expires.
 */
export async function loadCertificate(
  configured: { readonly certificate: string | undefined; readonly key: string | undefined },
  dataFolder: string,
): Promise<TlsFiles> {
  if (configured.certificate !== undefined && configured.key !== undefined) {
    const [cert, key] = await Promise.all([
      readFile(configured.certificate, 'utf8'),
      readFile(configured.key, 'utf8'),
    ])
    return { cert, key }
  }
  const folder = join(dataFolder, 'tls')
  const certPath = join(folder, 'self-signed.crt')
  const keyPath = join(folder, 'self-signed.key')
  const existing = await readPair(certPath, keyPath)
  if (existing !== undefined && isFresh(existing.cert)) return existing
  const made = await makeSelfSigned()
  await mkdir(folder, { recursive: true })
  await replaceFile(keyPath, made.key, 0o600)
  await replaceFile(certPath, made.cert, 0o644)
  return made
}

async function readPair(certPath: string, keyPath: string): Promise<TlsFiles | undefined> {
  try {
    return { cert: await readFile(certPath, 'utf8'), key: await readFile(keyPath, 'utf8') }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function isFresh(cert: string): boolean {
  try {
    return new X509Certificate(cert).validToDate.getTime() > Date.now() + RENEW_DAYS * DAY
  } catch {
    return false
  }
}

/** Never leaves half a file, even if the process ends meanwhile. */
async function replaceFile(path: string, text: string, mode: number): Promise<void> {
  await writeFile(`${path}.new`, text, { mode })
  await rename(`${path}.new`, path)
}

async function makeSelfSigned(): Promise<TlsFiles> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - DAY),
    notAfterDate: new Date(Date.now() + VALID_DAYS * DAY),
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  })
  return { cert, key }
}
