import {
  AutodiscoverCache,
  type ExchangeSettings,
  ExchangeStore,
  exchangeProfile,
  exchangeProviders,
  exchangeStoreProvider,
} from '@bourse/client/exchange'
import { memorySecrets, type Profile } from '@bourse/client/profile'
import { openSession, type ProfileSession } from '@bourse/client/session'
import {
  ErrorCode,
  PidTagAddressType,
  PidTagAttachDataBinary,
  PidTagAttachLongFilename,
  PidTagAttachMethod,
  PidTagDisplayName,
  PidTagEmailAddress,
  PidTagSubject,
  PropertyBag,
  type ProviderContext,
  type Recipient,
  RecipientType,
} from '@bourse/mapi'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { dnOf, type LiveServer, PASSWORD, startLiveServer } from '../../../server/test/support/live-server.ts'
import { refusal, UnreliableFetch } from '../support/unreliable-fetch.ts'

let live: LiveServer

beforeAll(async () => {
  live = await startLiveServer('workers: 1')
})

afterAll(async () => {
  await live[Symbol.asyncDispose]()
})

const sessions: ProfileSession[] = []
const endings: AbortController[] = []

afterEach(async () => {
  for (const session of sessions.splice(0)) await session[Symbol.asyncDispose]()
  for (const ending of endings.splice(0)) ending.abort()
})

async function open(profile: Profile, password = PASSWORD): Promise<ProfileSession> {
  const secrets = memorySecrets({ [profile.name]: { [profile.name]: { password } } })
  const session = await openSession(profile, { secrets })
  sessions.push(session)
  return session
}

function context(secrets: Readonly<Record<string, string>> = { password: PASSWORD }): ProviderContext {
  const ending = new AbortController()
  endings.push(ending)
  return {
    secret: async (name) => secrets[name],
    signal: ending.signal,
    openStore: () => Promise.reject(new Error('there is no store')),
    async *stores() {},
    log: () => {},
  }
}

function recipient(address: string): Recipient {
  return {
    rowId: 7,
    type: RecipientType.To,
    properties: new PropertyBag([
      [PidTagAddressType, 'SMTP'],
      [PidTagEmailAddress, address],
      [PidTagDisplayName, address],
    ]),
  }
}

describe('a profile for an address', () => {
  it('opens mailbox, address book and transport of one account', async () => {
    const session = await open(exchangeProfile('alice@example.com', { server: live.url }))
    expect(session.store.logon.isOwner).toBe(true)
    const inbox = await session.store.openFolder(session.store.logon.folders.inbox!)
    expect(await inbox.get(PidTagDisplayName)).toBe('Inbox')
    const [bob] = await session.addressBook.resolveNames(['bob'], [PidTagDisplayName])
    expect(bob?.kind === 'resolved' && bob.entry.get(PidTagDisplayName)).toBe('Bob Baker')
    const transports = []
    for await (const transport of session.transports()) transports.push(transport)
    expect(transports).toHaveLength(1)
    expect(transports[0]!.addressTypes).toEqual(expect.arrayContaining(['EX', 'SMTP']))
    expect(transports[0]!.mailboxGuid).toBe(session.store.logon.mailboxGuid)
    expect(session.status().map(({ state }) => state)).toEqual(['open', 'open', 'open'])
  })

  it('may name the mailbox of somebody else, and the public folders', async () => {
    const { services } = exchangeProfile('alice@example.com', { server: live.url })
    const [mailbox] = services
    const profile: Profile = {
      name: 'alice@example.com',
      services: [
        mailbox!,
        { ...mailbox!, name: 'bob', settings: { ...mailbox!.settings, mailbox: 'bob@example.com' } },
        { ...mailbox!, name: 'public', settings: { ...mailbox!.settings, publicFolders: true } },
      ],
    }
    const session = await open(profile)
    const bob = await session.openStore('bob')
    expect(bob.logon.mailboxGuid).not.toBe(session.store.logon.mailboxGuid)
    expect(bob.logon.isOwner).toBe(false)
    const publicFolders = await session.openStore('public')
    expect(publicFolders.logon.kind).toBe('public')
    const subtree = await publicFolders.openFolder(publicFolders.logon.folders.ipmSubtree!)
    const table = await (await subtree.hierarchyTable()).setColumns([PidTagDisplayName])
    expect((await table.queryRows(10)).rows.map((row) => row.get(PidTagDisplayName))).toEqual([
      'Announcements',
    ])
  })

  it('says what is wrong with the password', async () => {
    const wrong = open(exchangeProfile('alice@example.com', { server: live.url }), 'wrong')
    await expect(wrong).rejects.toMatchObject({ code: ErrorCode.LogonFailed })
    const missing = exchangeStoreProvider.open(
      { address: 'alice@example.com', server: live.url },
      context({}),
    )
    await expect(missing).rejects.toThrow(/the password is missing/)
  })
})

describe('settings', () => {
  it.each<[object, string | RegExp]>([
    [{}, /Either "address" must be given/],
    [{ address: 'nobody' }, /"nobody" is no address/],
    [{ address: 'a@b.example', colour: 'red' }, /There is no setting "colour"/],
    [{ address: 'a@b.example', admin: 'yes' }, /"admin" must be a boolean/],
    [{ address: 'a@b.example', trustedHosts: [1] }, /"trustedHosts" must be a list of strings/],
    [{ address: 'a@b.example', authentication: 'magic' }, /must be basic, bearer, ntlm or ambient/],
    [{ address: 'a@b.example', server: 'mail' }, /"server" must be a URL/],
    [{ address: 'a@b.example', network: 'both' }, /external or internal/],
  ])('%j are refused in a sentence', async (settings, problem) => {
    expect(exchangeStoreProvider.validate?.(settings as never)).toEqual([expect.stringMatching(problem)])
    await expect(exchangeStoreProvider.open(settings as never, context())).rejects.toThrow(problem)
  })

  it('may name the endpoint instead of an address', async () => {
    const settings: ExchangeSettings = {
      url: `${live.url}/mapi/emsmdb/`,
      userDn: dnOf('alice'),
      user: 'alice@example.com',
    }
    expect(exchangeStoreProvider.validate?.({ ...settings })).toEqual([])
    await using store = await exchangeStoreProvider.open({ ...settings }, context())
    expect(store.logon.isOwner).toBe(true)
  })

  it('ask for NTLM only where there is some', async () => {
    const opening = exchangeStoreProvider.open(
      { address: 'alice@example.com', authentication: 'ntlm' },
      context(),
    )
    await expect(opening).rejects.toThrow(/NTLM is not to be had here/)
  })
})

describe('a mailbox that has moved', () => {
  it('is looked for once more', async () => {
    const network = new UnreliableFetch()
    const cache = new AutodiscoverCache()
    const { store } = exchangeProviders({ fetch: network.fetch, cache })
    network.once('Connect', new Response('', { status: 404 }))
    const settings = { address: 'alice@example.com', server: live.url }
    await using opened = await store.open(settings, context())
    expect(opened.logon.isOwner).toBe(true)
    expect(network.seen.filter(({ type }) => type === '')).toHaveLength(2)
    expect(network.count('Connect')).toBe(2)
  })
})

describe('a mailbox that moves while it is open', () => {
  it('is found again', async () => {
    const network = new UnreliableFetch()
    const { store } = exchangeProviders({ fetch: network.fetch })
    const settings = { address: 'alice@example.com', server: live.url }
    await using opened = await store.open(settings, context())
    const fates: Readonly<Record<string, Response>> = {
      Execute: refusal(10),
      Connect: new Response('', { status: 404 }),
    }
    const met = new Set<string>()
    network.fate = ({ type }) => {
      const fate = met.has(type) ? undefined : fates[type]
      met.add(type)
      return fate ?? 'pass'
    }
    const inbox = await opened.openFolder(opened.logon.folders.inbox!)
    expect(await inbox.get(PidTagDisplayName)).toBe('Inbox')
    // Autodiscover was asked on opening and again.
    expect(network.seen.filter(({ type }) => type === '')).toHaveLength(2)
  })
})

describe('the transport', () => {
  it('submits a copy of a message from elsewhere', async () => {
    const network = new UnreliableFetch()
    const { store, transport } = exchangeProviders({ fetch: network.fetch })
    const settings = { address: 'alice@example.com', server: live.url }
    await using bob = await exchangeStoreProvider.open({ ...settings, address: 'bob@example.com' }, context())
    await using message = await bob.createMessage(bob.logon.folders.outbox!)
    await message.setProperties([[PidTagSubject, 'from elsewhere']])
    await message.modifyRecipients([{ rowId: 0, recipient: recipient('carol@example.com') }])
    {
      await using attachment = await message.createAttachment()
      await attachment.setProperties([
        [PidTagAttachMethod, 1],
        [PidTagAttachLongFilename, 'large.bin'],
        [PidTagAttachDataBinary, new Uint8Array(200_000).fill(7)],
      ])
      await attachment.save()
    }
    await message.save()

    await using sender = await transport.open(settings, context())
    const to = recipient('bob@example.com')
    const outcomes = await sender.send(message, [to])
    expect(outcomes).toEqual([{ recipient: to, outcome: { kind: 'sent' } }])
    expect(network.rops.filter((name) => name === 'RopSubmitMessage')).toHaveLength(1)
    void store
  })

  it('belongs to the mailbox that the session has open', async () => {
    const { store, transport } = exchangeProviders()
    const settings = { address: 'alice@example.com', server: live.url }
    const mailbox = await store.open(settings, context())
    await using sender = await transport.open(settings, {
      ...context(),
      async *stores() {
        yield mailbox
      },
    })
    expect(sender.mailboxGuid).toBe(mailbox.logon.mailboxGuid)
    expect(mailbox).toBeInstanceOf(ExchangeStore)
    await mailbox[Symbol.asyncDispose]()
  })

  it('does not send again what may have been sent', async () => {
    const network = new UnreliableFetch()
    const { store, transport } = exchangeProviders({ fetch: network.fetch })
    const settings = { address: 'alice@example.com', server: live.url }
    await using mailbox = await store.open(settings, context())
    await using message = await mailbox.createMessage(mailbox.logon.folders.outbox!)
    await message.setProperties([[PidTagSubject, 'once']])
    await message.save()
    await using sender = await transport.open(settings, context())
    network.fate = ({ type }) =>
      type === 'Execute' && network.rops.at(-1) === 'RopSubmitMessage' ? 'loseAnswer' : 'pass'
    const [first] = await sender.send(message, [recipient('bob@example.com')])
    expect(first?.outcome).toMatchObject({ kind: 'failed', reason: expect.stringMatching(/not known/) })
    expect(network.rops.filter((name) => name === 'RopSubmitMessage')).toHaveLength(1)
  })
})
