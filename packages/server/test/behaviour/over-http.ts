import { memorySecrets, openSession, type Profile, type ProfileSession } from '@bourse/client'
import type { MessageStore, ServiceSettings } from '@bourse/mapi'
import { dnOf, type StoreFixture, type TestUser } from '../../../store/test/support/fixture.ts'
import { PASSWORD, startLiveServer } from '../support/live-server.ts'

/** Who the behaviour tests know, with the names they expect. */
const ORGANIZATION = `
organization: example
domains: [example.com]
users:
${['owner', 'delegate', 'stranger', 'admin'].map(declaration).join('\n')}
groups:
  - { name: team, displayName: team, legacyDn: ${dnOf('team')}, members: [delegate] }
`

/** The tests keep objects open for longer than programs do, and look at what is submitted before it is sent. */
const SETTINGS = `
workers: 1
mail: { pickupDelay: 1h }
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
 * The whole server, with its directory and its threads, seen through the subsystem: each store is the default store of a session, which the
 * Exchange provider has opened over HTTP with a profile, Autodiscover and a password. Every call of the object model becomes a request.
 */
export async function openFixture(): Promise<StoreFixture> {
  const live = await startLiveServer(SETTINGS, ORGANIZATION)
  // Makes the store of the public folders, without any folder in it.
  await live.server.pool.target.setPublicFolderPermissions('/', [], { removeOthers: false })
  const sessions = new Map<string, Promise<ProfileSession>>()

  function open(user: TestUser, what: ServiceSettings): Promise<ProfileSession> {
    const settings = { address: `${user}@example.com`, server: live.url, admin: user === 'admin', ...what }
    const profile: Profile = {
      name: user,
      services: [{ name: 'mailbox', kind: 'messageStore', provider: 'exchange', settings }],
    }
    const secrets = memorySecrets({ [user]: { mailbox: { password: PASSWORD } } })
    return openSession(profile, { secrets })
  }

  /** One session for each user and mailbox, as programs have it, from which they take all that they copy from and to. */
  async function storeOf(user: TestUser, mailbox: string, what: ServiceSettings): Promise<MessageStore> {
    const key = `${user} ${mailbox}`
    const session = sessions.get(key) ?? open(user, what)
    sessions.set(key, session)
    return (await session).store
  }

  return {
    store: (user = 'owner') => storeOf(user, 'private', { mailbox: 'owner@example.com' }),
    publicStore: (user = 'owner') => storeOf(user, 'public', { publicFolders: true }),
    dispose: async () => {
      for (const session of sessions.values()) await (await session)[Symbol.asyncDispose]()
      await live[Symbol.asyncDispose]()
    },
  }
}
