import { ErrorCode, MapiError } from '@bourse/mapi'
import { afterAll, beforeAll, expect } from 'vitest'
import {
  dnOf,
  type EngineFixture,
  openEngineFixture,
  principalOf,
  type TestUser,
} from '../../../../store/test/support/fixture.ts'
import { RopSession, type RopSessionOptions } from '../../../src/rop/session.ts'
import { RopClient } from './rop-client.ts'

export { dnOf } from '../../../../store/test/support/fixture.ts'

/** The mailbox that this server does not have. */
export const ELSEWHERE = dnOf('elsewhere')
export const OTHER_SERVER = '/o=example/ou=first/cn=configuration/cn=servers/cn=other'

/** What the tests of one `describe` share: an engine with the mailbox of `owner` and public folders. */
export interface RopFixture {
  readonly engine: EngineFixture
  /** What was logged as an error or a warning. Must be empty at the end. */
  readonly errors: unknown[]
  /** A new session that nobody has logged on in. */
  connect(user?: TestUser, options?: Partial<RopSessionOptions>): RopClient
  /** A new session with a logon to the mailbox of `owner`, and its handle. */
  logOn(user?: TestUser): Promise<{ client: RopClient; store: number }>
}

/** Opens an engine before the tests of this `describe` and closes it after them. */
export function useEngine(): RopFixture {
  let engine: EngineFixture
  const sessions: RopSession[] = []
  const errors: unknown[] = []
  beforeAll(async () => {
    engine = await openEngineFixture()
  })
  afterAll(async () => {
    for (const session of sessions) await session[Symbol.asyncDispose]()
    await engine.dispose()
    expect(errors).toEqual([])
  })
  const fixture: RopFixture = {
    get engine() {
      return engine
    },
    errors,
    connect(user = 'owner', options = {}) {
      const session = new RopSession({ ...sessionOptions(() => engine, user, errors), ...options })
      sessions.push(session)
      return new RopClient(session)
    },
    async logOn(user) {
      const client = fixture.connect(user)
      const { returnValue, handle } = await client.logOn(dnOf('owner'))
      if (returnValue !== 0) throw new Error(`logon failed with 0x${returnValue.toString(16)}`)
      return { client, store: handle }
    },
  }
  return fixture
}

function sessionOptions(engine: () => EngineFixture, user: TestUser, errors: unknown[]): RopSessionOptions {
  return {
    principal: principalOf(user),
    clientVersion: [16, 0, 4266, 1001],
    codePage: 1252,
    locale: { string: 0x409, sort: 0x409 },
    log: {
      error: (fields, message) => errors.push([message, fields]),
      warn: (fields, message) => errors.push([message, fields]),
      debug: () => undefined,
    },
    async openStore({ kind, essdn }) {
      if (kind === 'public') return { kind: 'store', store: await engine().publicStore(user) }
      if (essdn === dnOf('owner')) return { kind: 'store', store: await engine().store(user) }
      if (essdn === ELSEWHERE) return { kind: 'redirect', serverName: OTHER_SERVER }
      throw new MapiError(ErrorCode.UnknownUser)
    },
  }
}
