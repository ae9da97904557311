import { type AddressBook, ErrorCode, MapiError, type Message, type Session } from '@bourse/mapi'
import { type EngineFixture, openEngineFixture } from '../../../store/test/support/fixture.ts'
import { comfortable, type MailSession } from '../../src/mail/index.ts'

/** A comfortable session over the engine, and what it sent. */
export interface EngineSession {
  readonly fixture: EngineFixture
  readonly session: MailSession
  /** IDs of the messages that were handed over to be sent. */
  readonly sent: bigint[]
}

/** Ends with the session. */
export async function openEngineSession(addressBook?: Partial<AddressBook>): Promise<EngineSession> {
  const fixture = await openEngineFixture()
  const store = await fixture.store()
  const sent: bigint[] = []
  const raw: Session = {
    profile: 'test',
    store,
    addressBook: (addressBook ?? { resolveNames: unresolved }) as AddressBook,
    async *stores() {
      yield store
    },
    openStore: async () => store,
    async *transports() {},
    status: () => [],
    send: async (message: Message) => {
      sent.push(message.id!)
      await message.submit()
    },
    [Symbol.asyncDispose]: () => fixture.dispose(),
  }
  return { fixture, session: comfortable(raw), sent }
}

async function unresolved(): Promise<never> {
  throw new MapiError(ErrorCode.NotSupported)
}
