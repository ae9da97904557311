import { basicAuthorization, HttpTransport } from '@bourse/client/exchange'
import { dnOf, type StoreFixture } from '../../../store/test/support/fixture.ts'
import { PASSWORD, startLiveServer } from '../support/live-server.ts'
import { exchangeFixture } from './exchange-fixture.ts'

/** Who the behaviour tests know, with the names they expect. */
const ORGANIZATION = `
organization: example
domains: [example.com]
users:
${['owner', 'delegate', 'stranger', 'admin'].map(declaration).join('\n')}
groups:
  - { name: team, displayName: team, legacyDn: ${dnOf('team')}, members: [delegate] }
`

/** The tests keep objects open for longer than programs do. */
const SETTINGS = `
workers: 1
limits:
  logons: 256
  folders: 100000
  messages: 100000
  attachments: 100000
  tables: 100000
  streams: 100000
  subscriptions: 100000
`

function declaration(user: string): string {
  const role = user === 'admin' ? ', role: administrator' : ''
  return `  - { name: ${user}, displayName: ${user}, legacyDn: ${dnOf(user)}, initialPassword: ${PASSWORD}${role} }`
}

/**
 * The whole server, with its directory and its threads, seen through the Exchange provider over HTTP: every call of the object
 * model becomes a request with the user's name and password.
 */
export async function openFixture(): Promise<StoreFixture> {
  const live = await startLiveServer(SETTINGS, ORGANIZATION)
  // Makes the store of the public folders, without any folder in it.
  await live.server.pool.target.setPublicFolderPermissions('/', [], { removeOthers: false })
  return exchangeFixture({
    connect: (user) =>
      HttpTransport.connect({
        url: `${live.url}/mapi/emsmdb/`,
        authorization: () => basicAuthorization(`${user}@example.com`, PASSWORD),
        userDn: dnOf(user),
        admin: user === 'admin',
      }),
    dispose: async () => live[Symbol.asyncDispose](),
  })
}
