import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packExtended, unpackExtended } from '@bourse/wire/rpc'
import { parseSettings } from '../../src/config/index.ts'
import { silentLog } from '../../src/log/index.ts'
import type { RopSession } from '../../src/rop/session.ts'
import { type BourseServer, startServer } from '../../src/server.ts'
import { RopClient } from '../rop/support/rop-client.ts'
import { MapiClient } from './mapi-client.ts'

export const PASSWORD = 'correct horse'

/** An organization with two users, an administrator, a room, a group and a public folder. */
export const ORGANIZATION = `
organization: Example
domains: [example.com]
users:
  - { name: alice, displayName: Alice Adams, initialPassword: ${PASSWORD} }
  - { name: bob, displayName: Bob Baker, initialPassword: ${PASSWORD}, delegates: [alice], folders: { Inbox: { alice: editor } } }
  - { name: admin, displayName: Ann Admin, role: administrator, initialPassword: ${PASSWORD} }
rooms:
  - { name: library, displayName: Library }
groups:
  - { name: team, displayName: Team, members: [alice, bob] }
publicFolders:
  - { path: /Announcements, permissions: { default: reviewer, team: publishingAuthor } }
`

export function dnOf(user: string): string {
  return `/o=Example/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=${user}`
}

export interface LiveServer extends AsyncDisposable {
  readonly server: BourseServer
  readonly url: string
  readonly data: string
  client(user?: string, query?: string): MapiClient
  /** A client that has connected, and that sends ROPs. */
  connect(user?: string, query?: string): Promise<LiveClient>
  /** Stops the server and starts another one with the same data. */
  restart(): Promise<void>
}

export interface LiveClient {
  readonly http: MapiClient
  readonly rops: RopClient
}

/**
 * The whole server with its engine and its worker threads, on a free port of loopback. `yaml` is for more settings; with those of
 * `authentication` the delay of failures is among them. `smtp` is the list of addresses for mail from outside, `submission` and
 * `submissions` those for mail of users, as YAML.
 */
export async function startLiveServer(
  yaml = '',
  organization = ORGANIZATION,
  { smtp = '[]', submission = '[]', submissions = '[]' } = {},
): Promise<LiveServer> {
  const data = mkdtempSync(join(tmpdir(), 'bourse-live-'))
  const authentication = yaml.includes('authentication:') ? '' : 'authentication: { failureDelay: 0ms }\n'
  const settings = parseSettings(
    `data: ${data}\nlisten: { https: [], http: ["127.0.0.1:0"], smtp: ${smtp}, submission: ${submission}, ` +
      `submissions: ${submissions}, monitoring: "127.0.0.1:0" }\n` +
      `${authentication}${yaml}`,
    join(data, 'bourse.yaml'),
  )
  let server = await startServer(settings, silentLog)
  await server.apply(organization, 'organization.yaml')
  const live: LiveServer = {
    get server() {
      return server
    },
    get url() {
      return server.urls[0]!
    },
    data,
    client: (user = 'alice', query = '') =>
      new MapiClient({
        url: `${live.url}/mapi/emsmdb/${query}`,
        user: `${user}@example.com`,
        password: PASSWORD,
      }),
    async connect(user = 'alice', query = '') {
      const http = live.client(user, query)
      const { body } = await http.connect(dnOf(user))
      if (body?.kind !== 'success' || body.errorCode !== 0)
        throw new Error(`Connect: ${JSON.stringify(body)}`)
      return { http, rops: ropClient(http) }
    },
    async restart() {
      await server.stop()
      server = await startServer(settings, silentLog)
    },
    async [Symbol.asyncDispose]() {
      await server.stop()
      rmSync(data, { recursive: true })
    },
  }
  return live
}

/** Sends ROPs by Execute requests. */
export function ropClient(client: MapiClient, flags = 3): RopClient {
  const session = {
    async execute(
      input: readonly Uint8Array[],
      maxRopOut: number,
      { chained }: { readonly chained: boolean },
    ) {
      const ropBuffer = packExtended(input, { compress: false, obfuscate: false })
      const { body, finalCode } = await client.execute(ropBuffer, {
        maxRopOut,
        flags: chained ? flags | 4 : flags,
      })
      if (body?.kind !== 'success') throw new Error(`Execute failed with X-ResponseCode ${finalCode}`)
      return { errorCode: body.errorCode, outputs: unpackExtended(body.ropBuffer) }
    },
  }
  return new RopClient(session as unknown as RopSession)
}
