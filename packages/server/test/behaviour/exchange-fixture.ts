import { logOn, RopSession, type RopTransport } from '@bourse/client/exchange'
import { dnOf, type StoreFixture, type TestUser } from '../../../store/test/support/fixture.ts'

export interface ExchangeFixtureOptions {
  /** Connects a user with the server. */
  connect(user: TestUser): Promise<RopTransport>
  /** Ends the server, after all sessions have been closed. */
  dispose(): Promise<void>
}

/**
 * Stores of the Exchange provider: one session per user, as a program has it, with as many logons as are asked for. Logons are
 * numbered.
 */
export function exchangeFixture({ connect, dispose }: ExchangeFixtureOptions): StoreFixture {
  const sessions = new Map<TestUser, { readonly session: Promise<RopSession>; logons: number }>()

  async function sessionOf(
    user: TestUser,
  ): Promise<{ readonly session: RopSession; readonly logonId: number }> {
    let connected = sessions.get(user)
    if (connected === undefined) {
      connected = { session: connect(user).then((transport) => new RopSession(transport)), logons: 0 }
      sessions.set(user, connected)
    }
    const logonId = connected.logons++
    return { session: await connected.session, logonId }
  }

  return {
    store: async (user = 'owner') => {
      const { session, logonId } = await sessionOf(user)
      return logOn(session, { mailboxDn: dnOf('owner'), admin: user === 'admin', logonId })
    },
    publicStore: async (user = 'owner') => {
      const { session, logonId } = await sessionOf(user)
      return logOn(session, { logonId })
    },
    dispose: async () => {
      for (const { session } of sessions.values()) await (await session).close()
      await dispose()
    },
  }
}
