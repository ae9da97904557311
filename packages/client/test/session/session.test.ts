import { openSession, ProfileError, providerRegistry, SERVICE_RETRY_PAUSE } from '@bourse/client'
import { ErrorCode, MapiError, type MessageStore, type ProviderContext } from '@bourse/mapi'
import { localStoreProvider } from '@bourse/store/provider'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { expectError } from '../../../store/test/support/behaviour.ts'
import { fakeClock, fakeTransport, storeProvider, transportProvider } from '../support/fakes.ts'
import { compose, localService, openLocalSession, temporaryDirectory } from '../support/local-session.ts'

let directory: Awaited<ReturnType<typeof temporaryDirectory>>

beforeEach(async () => {
  directory = await temporaryDirectory()
})

afterEach(async () => {
  await directory[Symbol.asyncDispose]()
})

const BROKEN = { name: 'broken', kind: 'messageStore', provider: 'broken', settings: {} } as const
const broken = storeProvider('broken', () =>
  Promise.reject(new MapiError(ErrorCode.LogonFailed, { message: 'The password is wrong' })),
)

describe('a session', () => {
  it('opens the default store of its profile, and tells how its services are', async () => {
    await using session = await openLocalSession(
      directory.path,
      [{ name: 'post', kind: 'transport', provider: 'pigeon', settings: {} }],
      [transportProvider('pigeon', () => fakeTransport('SMTP'))],
    )
    expect(session.profile).toBe('test')
    expect(session.store.logon.isOwner).toBe(true)
    expect(session.status()).toEqual([
      { name: 'mailbox', kind: 'messageStore', state: 'open' },
      { name: 'post', kind: 'transport', state: 'closed' },
    ])
    for await (const transport of session.transports()) expect(transport.addressTypes).toEqual(['SMTP'])
    expect(session.status()[1]?.state).toBe('open')
  })

  it('keeps its mailbox from one session to the next', async () => {
    let mailbox: string
    {
      await using session = await openLocalSession(directory.path, [], [])
      mailbox = session.store.logon.mailboxGuid
      await (await compose(session.store, 'Kept', 'bob@example.com')).save()
    }
    await using session = await openLocalSession(directory.path, [], [])
    expect(session.store.logon.mailboxGuid).toBe(mailbox)
  })

  it('gives its stores in the order of the profile, the default one first', async () => {
    const opened: string[] = []
    const provider = (name: string) =>
      storeProvider(name, async () => {
        opened.push(name)
        return { [Symbol.asyncDispose]: async () => {}, name } as unknown as MessageStore
      })
    const service = (name: string) => ({ name, kind: 'messageStore' as const, provider: name, settings: {} })
    await using session = await openSession(
      { name: 'p', services: [service('a'), service('b'), service('c')], defaultStore: 'b' },
      { registry: providerRegistry({ providers: ['a', 'b', 'c'].map(provider) }) },
    )
    expect(opened).toEqual(['b'])
    const names: unknown[] = []
    for await (const store of session.stores()) names.push((store as unknown as { name: string }).name)
    expect(names).toEqual(['b', 'a', 'c'])
    expect(await session.openStore('a')).toBe(await session.openStore('a'))
  })

  it('goes on without a service that fails, and tries it again later', async () => {
    const clock = fakeClock()
    let attempts = 0
    const flaky = storeProvider('flaky', async () => {
      attempts++
      throw new MapiError(ErrorCode.NetworkError, { message: 'The server cannot be reached' })
    })
    await using session = await openLocalSession(
      directory.path,
      [{ name: 'far', kind: 'messageStore', provider: 'flaky', settings: {} }],
      [flaky],
      { clock },
    )
    const count = async () => {
      let stores = 0
      for await (const _ of session.stores()) stores++
      return stores
    }
    expect(await count()).toBe(1)
    expect(session.status()[1]).toEqual({
      name: 'far',
      kind: 'messageStore',
      state: 'failed',
      error: 'NetworkError: The server cannot be reached.',
    })
    expect(await count()).toBe(1)
    expect(attempts).toBe(1)
    await clock.advance(SERVICE_RETRY_PAUSE)
    expect(await count()).toBe(1)
    expect(attempts).toBe(2)
    // Who asks for it by name wants to know now.
    await expectError(session.openStore('far'), ErrorCode.NetworkError)
    expect(attempts).toBe(3)
  })

  it('takes the next store when the default one fails', async () => {
    await using session = await openSession(
      { name: 'p', services: [BROKEN, localService(directory.path)] },
      { registry: providerRegistry({ providers: [localStoreProvider, broken] }) },
    )
    expect(session.store.logon.isOwner).toBe(true)
    expect(session.status().map(({ state }) => state)).toEqual(['failed', 'open'])
  })

  it('is not there when no store opens', async () => {
    const opening = openSession(
      { name: 'p', services: [BROKEN] },
      { registry: providerRegistry({ providers: [broken] }) },
    )
    await expect(opening).rejects.toThrow('The password is wrong')
  })

  it('needs no store', async () => {
    await using session = await openSession({ name: 'p', services: [] })
    expect(() => session.store).toThrow('The profile "p" has no message store.')
    await expectError(session.openStore('x'), ErrorCode.NotFound)
    expect((await session.addressBook.resolveNames(['Ann'], []))[0]).toEqual({ kind: 'unresolved' })
  })

  it('is not opened with a profile or settings that are not in order', async () => {
    await expect(openSession({ name: '', services: [] })).rejects.toThrow(ProfileError)
    const opening = openSession({
      name: 'p',
      services: [{ name: 'm', kind: 'messageStore', provider: 'local', settings: {} }],
    })
    await expect(opening).rejects.toThrow('The setting "directory" must name the directory of the mailboxes.')
  })

  it('hands providers their secrets, and the stores of the session', async () => {
    let context: ProviderContext | undefined
    const lines: string[] = []
    const curious = {
      ...transportProvider('curious', () => fakeTransport('SMTP')),
      open: async (_: unknown, given: ProviderContext) => {
        context = given
        return fakeTransport('SMTP')
      },
    }
    const session = await openLocalSession(
      directory.path,
      [{ name: 'post', kind: 'transport', provider: 'curious', account: 'shared', settings: {} }],
      [curious],
      {
        secrets: { get: async ({ profile, account, name }) => `${profile}/${account}/${name}` },
        log: (_, line) => lines.push(line),
      },
    )
    for await (const _ of session.transports()) break
    expect(await context!.secret('token')).toBe('test/shared/token')
    expect(await context!.openStore()).toBe(session.store)
    expect(await context!.openStore('mailbox')).toBe(session.store)
    context!.log('info', 'Hello.')
    expect(lines).toContain('post: Hello.')
    expect(context!.signal.aborted).toBe(false)
    await session[Symbol.asyncDispose]()
    expect(context!.signal.aborted).toBe(true)
  })

  it('closes what it opened, once, and can do nothing afterwards', async () => {
    const transport = fakeTransport('SMTP')
    const session = await openLocalSession(
      directory.path,
      [{ name: 'post', kind: 'transport', provider: 'pigeon', settings: {} }],
      [transportProvider('pigeon', () => transport)],
    )
    for await (const _ of session.transports()) break
    const message = await compose(session.store, 'Too late', 'bob@example.com')
    await Promise.all([session[Symbol.asyncDispose](), session[Symbol.asyncDispose]()])
    expect(transport.isClosed).toBe(true)
    await expectError(session.openStore('mailbox'), ErrorCode.EndOfSession)
    await expectError(session.send(message), ErrorCode.EndOfSession)
  })
})
