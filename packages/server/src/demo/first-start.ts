import { randomInt } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BourseServer } from '../server.ts'
import { sampleOrganization, samples } from './samples.ts'

/** The passwords of the users of the sample organization. */
export interface SamplePasswords {
  readonly alice: string
  readonly bob: string
}

/** Without those that are easily mistaken for others. */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'
const PASSWORD_LENGTH = 16

/** Two users, a group, a room, a public folder and some mail, so that there is something to look at. */
export async function makeSampleOrganization(
  server: BourseServer,
  dataFolder: string,
): Promise<SamplePasswords> {
  const passwords = { alice: newPassword(), bob: newPassword() }
  await server.apply(sampleOrganization(passwords), 'organization.yaml')
  for (const name of ['alice', 'bob'] as const) {
    const user = await server.directory.find(name)
    await server.pool.fill(user!.mailbox!.guid, samples[name])
  }
  await server.pool.fill(server.publicFolders, samples.public)
  const withoutPasswords = sampleOrganization(passwords).replaceAll(/^ *initialPassword:.*\n/gm, '')
  await writeFile(join(dataFolder, 'organization.yaml'), withoutPasswords, { mode: 0o600 })
  return passwords
}

/** What to tell at the first start. */
export function welcome(
  { urls, monitoringUrl }: BourseServer,
  passwords: SamplePasswords,
  dataFolder: string,
): string {
  const url = (urls.find((each) => each.startsWith('https:')) ?? urls[0]!).replace('127.0.0.1', 'localhost')
  return `
This is the first start: an organization was made in ${dataFolder}, with some mail.
Its users, and their passwords, which are shown only now:

    alice@example.com   ${passwords.alice}   (administrator)
    bob@example.com     ${passwords.bob}

The server is at ${url}/ with a certificate of its own making, which programs are told to trust by
NODE_EXTRA_CA_CERTS. In another terminal, in this folder, try:

    export NODE_EXTRA_CA_CERTS=$PWD/${dataFolder}/tls/self-signed.crt
    npx bourse profile add alice alice@example.com --server ${url}
    npx bourse list
    npx bourse send --to bob --subject Hello --text "Are you there?"
    npx bourse user list
    npx bourse apply ${dataFolder}/organization.yaml
${monitoringUrl === undefined ? '' : `    curl ${monitoringUrl}/metrics\n`}
The first command asks for the password of alice. \`npx bourse --help\` shows all others.
`
}

function newPassword(): string {
  return Array.from({ length: PASSWORD_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
}
