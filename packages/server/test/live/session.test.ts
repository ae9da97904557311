import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  exchangeProfile,
  memorySecrets,
  openSession,
  type Profile,
  type ProfileSession,
} from '@bourse/client'
import {
  type Message,
  type MessageStore,
  PidTagAddressType,
  PidTagBody,
  PidTagContentCount,
  PidTagDisplayName,
  PidTagEmailAddress,
  PidTagSubject,
  PropertyBag,
  RecipientType,
} from '@bourse/mapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LiveServer, PASSWORD, startLiveServer } from '../support/live-server.ts'

const ADDRESS = 'alice@example.com'
const directory = mkdtempSync(join(tmpdir(), 'bourse-session-'))
let live: LiveServer

beforeAll(async () => {
  live = await startLiveServer('workers: 1')
})

afterAll(async () => {
  await live[Symbol.asyncDispose]()
  rmSync(directory, { recursive: true })
})

function open(change: (profile: Profile) => Profile = (profile) => profile): Promise<ProfileSession> {
  const secrets = memorySecrets({ [ADDRESS]: { [ADDRESS]: { password: PASSWORD } } })
  return openSession(change(exchangeProfile(ADDRESS, { server: live.url })), { secrets })
}

async function compose(store: MessageStore): Promise<Message> {
  const message = await store.createMessage(store.logon.folders.outbox!)
  await message.setProperties([
    [PidTagSubject, 'Hello'],
    [PidTagBody, 'How are you?'],
  ])
  const properties = new PropertyBag([
    [PidTagDisplayName, 'Bob Baker'],
    [PidTagAddressType, 'SMTP'],
    [PidTagEmailAddress, 'bob@example.com'],
  ])
  await message.modifyRecipients([{ rowId: 0, recipient: { rowId: 0, type: RecipientType.To, properties } }])
  return message
}

describe('a session with a server', () => {
  it('has mailbox, address book and transport of an account', async () => {
    await using session = await open()
    const [bob] = await session.addressBook.resolveNames(['Bob'], [PidTagDisplayName])
    expect(bob?.kind === 'resolved' && bob.entry.cells[0]).toBe('Bob Baker')
    const types: string[] = []
    for await (const transport of session.transports()) types.push(...transport.addressTypes)
    expect(types).toContain('SMTP')
    expect(session.status().map(({ state }) => state)).toEqual(['open', 'open', 'open'])
  })

  it('has the server send what is in its mailbox', async () => {
    await using session = await open()
    const { store } = session
    await session.send(await compose(store))
    expect(await session.queue.list()).toEqual([])
    const countIn = async (id: bigint) => (await store.openFolder(id)).get(PidTagContentCount)
    const { outbox, sentItems } = store.logon.folders
    await expect.poll(() => countIn(sentItems!), { timeout: 10_000 }).toBe(1)
    expect(await countIn(outbox!)).toBe(0)
  })

  it('sends a message of another store through the mailbox, once', async () => {
    const local = { name: 'here', kind: 'messageStore', provider: 'local', settings: { directory } } as const
    await using session = await open((profile) => ({ ...profile, services: [...profile.services, local] }))
    const here = await session.openStore('here')
    await session.send(await compose(here))
    await session.queue.flush()
    expect(await session.queue.list()).toEqual([])
    const counts = async () => {
      const folders = [here.logon.folders.outbox!, here.logon.folders.sentItems!, here.logon.folders.inbox!]
      return Promise.all(folders.map(async (id) => (await here.openFolder(id)).get(PidTagContentCount)))
    }
    // Filed with what was sent, and no report of a failure.
    expect(await counts()).toEqual([0, 1, 0])
  })

  it('says why it cannot log on', async () => {
    const secrets = memorySecrets({ [ADDRESS]: { [ADDRESS]: { password: 'wrong' } } })
    const opening = openSession(exchangeProfile(ADDRESS, { server: live.url }), { secrets })
    await expect(opening).rejects.toThrow('LogonFailed')
  })
})
