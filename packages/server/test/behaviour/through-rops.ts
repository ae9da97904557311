import { RopSession as ClientSession, logOn, type RopTransport } from '@bourse/client/exchange'
import { MapiError } from '@bourse/mapi'
import {
  dnOf,
  openEngineFixture,
  principalOf,
  type StoreFixture,
  type TestUser,
} from '../../../store/test/support/fixture.ts'
import { DEFAULT_ROP_LIMITS, type RopLimits } from '../../src/rop/limits.ts'
import { RopSession, type StoreOpening } from '../../src/rop/session.ts'

const MAX_ROP_OUT = 0x40000

/** The tests keep objects open for longer than programs do. */
const MANY = 100_000
const LIMITS: RopLimits = {
  ...DEFAULT_ROP_LIMITS,
  logons: 256,
  objects: {
    folder: MANY,
    message: MANY,
    attachment: MANY,
    table: MANY,
    stream: MANY,
    subscription: MANY,
    download: MANY,
    upload: MANY,
    collector: MANY,
  },
}

const log = {
  error: (fields: object, message: string) => {
    throw new Error(`the server logged an error: ${message}`, { cause: (fields as { err?: unknown }).err })
  },
  warn: () => {},
  debug: () => {},
}

/** A transport without a network: ROP buffers go straight to a session of the server. */
function directTransport(server: RopSession): RopTransport {
  return {
    dnPrefix: '',
    codePage: 1252,
    async execute(payload) {
      const { errorCode, outputs } = await server.execute([payload], MAX_ROP_OUT, { chained: true })
      if (errorCode !== 0) throw new MapiError(errorCode)
      return outputs
    },
    waitForNotifications: (signal) => server.waitForNotifications(signal),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

/**
 * The engine behind the ROP processor, seen through the Exchange provider: every call of the object model becomes a ROP, is
 * carried out by the server and comes back.
 */
export async function openFixture(): Promise<StoreFixture> {
  const engine = await openEngineFixture()
  const sessions = new Map<TestUser, { readonly session: ClientSession; logons: number }>()

  /** One session per user, as a program has it, with as many logons as are asked for. */
  function connect(user: TestUser): { readonly session: ClientSession; readonly logonId: number } {
    let connected = sessions.get(user)
    if (connected === undefined) {
      const server = new RopSession({
        principal: principalOf(user),
        clientVersion: [15, 0, 4815, 1002],
        codePage: 1252,
        locale: { string: 0x409, sort: 0x409 },
        openStore: async ({ kind }): Promise<StoreOpening> => ({
          kind: 'store',
          store: await (kind === 'private' ? engine.store(user) : engine.publicStore(user)),
        }),
        limits: LIMITS,
        log,
      })
      connected = { session: new ClientSession(directTransport(server)), logons: 0 }
      sessions.set(user, connected)
    }
    return { session: connected.session, logonId: connected.logons++ }
  }

  return {
    store: async (user = 'owner') => {
      const { session, logonId } = connect(user)
      return logOn(session, { mailboxDn: dnOf('owner'), admin: user === 'admin', logonId })
    },
    publicStore: async (user = 'owner') => {
      const { session, logonId } = connect(user)
      return logOn(session, { logonId })
    },
    dispose: async () => {
      for (const { session } of sessions.values()) await session.close()
      await engine.dispose()
    },
  }
}
