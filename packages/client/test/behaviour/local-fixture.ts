import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSession, type Profile, type ProfileSession } from '@bourse/client'
import type { Guid } from '@bourse/mapi'
import { StoreEngine } from '@bourse/store'
import { dnOf, type StoreFixture, type TestUser } from '../../../store/test/support/fixture.ts'

/** A profile with one store of the `local` provider, which a user of the tests has opened. */
function profileOf(directory: string, mailbox: Guid, user: TestUser): Profile {
  return {
    name: user,
    services: [
      {
        name: 'mailbox',
        kind: 'messageStore',
        provider: 'local',
        settings: {
          directory,
          mailbox,
          user: {
            legacyDn: dnOf(user),
            displayName: user,
            groups: user === 'delegate' ? [dnOf('team')] : [],
            administrator: user === 'admin',
          },
        },
      },
    ],
  }
}

/** The engine through the subsystem: each store is the default store of a session that was opened with a profile. */
export async function openFixture(): Promise<StoreFixture> {
  const directory = await mkdtemp(join(tmpdir(), 'bourse-local-'))
  const engine = await StoreEngine.open(directory)
  const { info: owner } = await engine.createMailbox({
    kind: 'private',
    ownerDn: dnOf('owner'),
    displayName: 'owner',
  })
  const { info: everybody } = await engine.createMailbox({
    kind: 'public',
    ownerDn: '',
    displayName: 'Public Folders',
  })
  await engine[Symbol.asyncDispose]()
  const sessions: ProfileSession[] = []
  async function open(mailbox: Guid, user: TestUser) {
    const session = await openSession(profileOf(directory, mailbox, user))
    sessions.push(session)
    return session.store
  }
  return {
    store: (user = 'owner') => open(owner.guid, user),
    publicStore: (user = 'owner') => open(everybody.guid, user),
    dispose: async () => {
      for (const session of sessions) await session[Symbol.asyncDispose]()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
