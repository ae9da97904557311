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

The server is at ${url}/ with a certificate of its own making. Try:

    curl --insecure --user 'alice@example.com:${passwords.alice}' \\
         --header 'X-MapiHttpCapability: 1' --header 'Content-Type: text/xml' --data '<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request><EMailAddress>alice@example.com</EMailAddress><AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a</AcceptableResponseSchema></Request></Autodiscover>' \\
         ${url}/autodiscover/autodiscover.xml
    curl --insecure --user 'bob@example.com:${passwords.bob}' --request POST --data '' \\
         --header 'Content-Type: application/mapi-http' --header 'X-RequestType: PING' --header 'X-RequestId: {1}:1' \\
         ${url}/mapi/emsmdb/
${monitoringUrl === undefined ? '' : `    curl ${monitoringUrl}/metrics\n`}    node packages/server/src/main.ts apply ${dataFolder}/organization.yaml
    node packages/server/src/main.ts config example
`
}

function newPassword(): string {
  return Array.from({ length: PASSWORD_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
}
