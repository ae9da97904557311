import type { RopTransport } from '@bourse/client/exchange'
import { MapiError } from '@bourse/mapi'
import { openEngineFixture, principalOf, type StoreFixture } from '../../../store/test/support/fixture.ts'
import { DEFAULT_ROP_LIMITS, type RopLimits } from '../../src/rop/limits.ts'
import { RopSession, type StoreOpening } from '../../src/rop/session.ts'
import { exchangeFixture } from './exchange-fixture.ts'

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
  return exchangeFixture({
    connect: async (user) =>
      directTransport(
        new RopSession({
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
        }),
      ),
    dispose: () => engine.dispose(),
  })
}
