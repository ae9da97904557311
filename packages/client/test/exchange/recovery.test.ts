import {
  authenticatedFetch,
  type ConnectOptions,
  connect,
  type ExchangeStore,
  isConnectionError,
  isOutcomeUnknown,
  logOn,
  type RopSession,
} from '@bourse/client/exchange'
import {
  ErrorCode,
  isMapiError,
  type MessageStore,
  type Notification,
  Order,
  PidTagAddressType,
  PidTagBody,
  PidTagDisplayName,
  PidTagEmailAddress,
  PidTagMid,
  PidTagSubject,
  type Progress,
  PropertyBag,
  type Recipient,
  RecipientType,
  type Table,
} from '@bourse/mapi'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { dnOf, type LiveServer, PASSWORD, startLiveServer } from '../../../server/test/support/live-server.ts'
import { TcpProxy } from '../support/tcp-proxy.ts'
import { refusal, UnreliableFetch } from '../support/unreliable-fetch.ts'

let live: LiveServer
let proxy: TcpProxy

beforeAll(async () => {
  live = await startLiveServer('workers: 1')
  proxy = await TcpProxy.start(live.url)
})

afterAll(async () => {
  await proxy[Symbol.asyncDispose]()
  await live[Symbol.asyncDispose]()
})

/** Stops the server and starts it again, at once for who looks through the proxy. */
async function restart(): Promise<void> {
  proxy.target = undefined
  proxy.cut()
  await live.restart()
  proxy.target = Number(new URL(live.url).port)
}

let network: UnreliableFetch
const sessions: RopSession[] = []

beforeEach(() => {
  network = new UnreliableFetch()
})

afterEach(async () => {
  network.fate = () => 'pass'
  for (const session of sessions.splice(0)) await session.close()
})

async function open(
  user = 'alice',
  options: Partial<ConnectOptions> = {},
): Promise<{ readonly session: RopSession; readonly store: ExchangeStore }> {
  const session = await connect({
    url: `${proxy.url}/mapi/emsmdb/`,
    userDn: dnOf(user),
    fetch: authenticatedFetch(
      { kind: 'basic', user: `${user}@example.com`, password: PASSWORD },
      network.fetch,
    ),
    reconnectDelay: 10,
    reconnectTime: 10_000,
    ...options,
  })
  sessions.push(session)
  return { session, store: await logOn(session, { mailboxDn: dnOf(user) }) }
}

/** A folder of its own for each test. */
async function newFolder(store: MessageStore, displayName: string) {
  const parent = await store.openFolder(store.logon.folders.ipmSubtree!)
  const { folder } = await parent.createFolder({ displayName })
  return folder
}

/** Messages that are made side by side; servers limit how many are open. */
const AT_ONCE = 50

async function fill(
  store: MessageStore,
  folderId: bigint,
  count: number,
  subject = (i: number) => `message ${i}`,
) {
  const ids: bigint[] = []
  const make = async (i: number): Promise<bigint> => {
    await using message = await store.createMessage(folderId)
    await message.setProperties([[PidTagSubject, subject(i)]])
    return message.save()
  }
  for (let at = 0; at < count; at += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - at) }, (_, i) => make(at + i))
    ids.push(...(await Promise.all(some)))
  }
  return ids
}

async function subjects(table: Table): Promise<readonly (string | undefined)[]> {
  const found: (string | undefined)[] = []
  for await (const row of table) found.push(row.get(PidTagSubject) as string | undefined)
  return found
}

function recipient(user: string): Recipient {
  return {
    rowId: 0,
    type: RecipientType.To,
    properties: new PropertyBag([
      [PidTagAddressType, 'SMTP'],
      [PidTagEmailAddress, `${user}@example.com`],
      [PidTagDisplayName, user],
    ]),
  }
}

describe('a server that is stopped and started again', () => {
  it('is noticed by nobody who only reads', async () => {
    const { store, session } = await open()
    const folder = await store.openFolder(store.logon.folders.inbox!)
    await restart()
    expect(await folder.get(PidTagDisplayName)).toBe('Inbox')
    expect(session.generation).toBe(2)
  })

  it('lets a long listing go on where it was', async () => {
    const { store } = await open()
    const folder = await newFolder(store, 'long listing')
    await fill(store, folder.id, 450)
    const table = await (await folder.contentsTable()).setColumns([PidTagMid, PidTagSubject])
    const found: bigint[] = []
    for await (const row of table) {
      found.push(row.get(PidTagMid)!)
      if (found.length === 150) await restart()
    }
    expect(found).toHaveLength(450)
    expect(new Set(found).size).toBe(450)
  })

  it('lets a listing go on where it was though rows before that place are gone and others came', async () => {
    const { store } = await open()
    const folder = await newFolder(store, 'changed listing')
    const ids = await fill(store, folder.id, 30)
    const table = await (await folder.contentsTable()).setColumns([PidTagMid, PidTagSubject])
    const first = await table.queryRows(10)
    await restart()
    const other = await open()
    const same = await other.store.openFolder(folder.id)
    const firstIds = first.rows.map((row) => row.get(PidTagMid)!)
    await same.deleteMessages(firstIds.slice(0, 3), { hard: true })
    await same.deleteMessages([firstIds[9]!], { hard: true })
    const rest: bigint[] = []
    for await (const row of table) rest.push(row.get(PidTagMid)!)
    expect([...firstIds, ...rest].toSorted()).toEqual([...ids].toSorted())
  })

  it('says so when the place in a table cannot be found again', async () => {
    const { store } = await open()
    const folder = await newFolder(store, 'lost place')
    await fill(store, folder.id, 10)
    const table = await (await folder.contentsTable()).setColumns([PidTagMid])
    await table.queryRows(4)
    await restart()
    const other = await open()
    await (await other.store.openFolder(folder.id)).empty({ hard: true })
    const error = await table.queryRows(4).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    expect(isMapiError(error, ErrorCode.InvalidBookmark)).toBe(true)
    expect((error as Error).message).toMatch(/place in the table cannot be found again/)
    // From the beginning there is no such question.
    await table.seek('beginning', 0)
    expect((await table.queryRows(4)).rows).toHaveLength(0)
  })

  it('leaves the order, the restriction and the columns of a table as they were', async () => {
    const { store } = await open()
    const folder = await newFolder(store, 'ordered')
    await fill(store, folder.id, 12, (i) => `subject ${String.fromCharCode(97 + i)}`)
    const table = await (await folder.contentsTable()).setColumns([PidTagSubject])
    await table.sort({
      sortOrders: [{ tag: PidTagSubject, order: Order.Descending }],
      categorizedCount: 0,
      expandedCount: 0,
    })
    const { rows } = await table.queryRows(2)
    await restart()
    expect(rows[0]!.get(PidTagSubject)).toBe('subject l')
    expect(await subjects(table)).toEqual([...'jihgfedcba'].map((letter) => `subject ${letter}`))
  })

  it('lets a large value be read to its end', async () => {
    const { store } = await open()
    const folder = await newFolder(store, 'large value')
    const text = Array.from({ length: 40_000 }, (_, i) => String(i)).join(' ')
    await using message = await folder.createMessage()
    await message.setProperties([[PidTagBody, text]])
    const id = await message.save()
    await using again = await store.openMessage(folder.id, id)
    await using stream = await again.openStream(PidTagBody)
    let read = ''
    const decoder = new TextDecoder('utf-16le')
    for await (const part of stream) {
      const isFirst = read === ''
      read += decoder.decode(part, { stream: true })
      if (isFirst) await restart()
    }
    expect(read).toBe(text)
  })

  it('takes unsaved changes with it, and says so', async () => {
    const { store } = await open()
    const folder = await newFolder(store, 'unsaved')
    await using message = await folder.createMessage()
    await message.setProperties([[PidTagSubject, 'not saved']])
    await restart()
    const error = await message.save().then(
      () => undefined,
      (reason: unknown) => reason,
    )
    expect(isMapiError(error, ErrorCode.InvalidObject)).toBe(true)
    expect((error as Error).message).toMatch(/changes to the object that had not been saved/)
    expect(isOutcomeUnknown(error)).toBe(false)
  })

  it('leaves a saved message open', async () => {
    const { store } = await open()
    const folder = await newFolder(store, 'saved')
    await using message = await folder.createMessage()
    await message.setProperties([[PidTagSubject, 'first']])
    const id = await message.save()
    await restart()
    await message.setProperties([[PidTagSubject, 'second']])
    expect(await message.save()).toBe(id)
    expect(await message.get(PidTagSubject)).toBe('second')
  })

  it('renews subscriptions, and tells that something may have been missed', async () => {
    const { store } = await open()
    const folder = await newFolder(store, 'watched')
    const told: Notification[] = []
    let wake = (): void => {}
    await using _ = await store.subscribe({ events: ['created'], folderId: folder.id }, (notifications) => {
      told.push(...notifications)
      wake()
    })
    const until = async (isDone: () => boolean): Promise<void> => {
      while (!isDone()) await new Promise<void>((resolve) => (wake = resolve))
    }
    await fill(store, folder.id, 1)
    await until(() => told.some(({ kind }) => kind === 'created'))
    await restart()
    await until(() => told.some(({ kind }) => kind === 'tableChanged'))
    told.length = 0
    const [id] = await fill(store, folder.id, 1)
    await until(() => told.some((item) => item.kind === 'created' && item.messageId === id))
  })

  it('is given up after the time that was set, with an error that says what failed', async () => {
    const states: string[] = []
    const { store } = await open('alice', {
      reconnectTime: 100,
      onState: ({ kind }) => states.push(kind),
    })
    proxy.target = undefined
    proxy.cut()
    try {
      const error = await store.get(PidTagDisplayName).then(
        () => undefined,
        (reason: unknown) => reason,
      )
      expect(isConnectionError(error)).toBe(true)
      expect((error as Error).message).toMatch(/no answer from 127\.0\.0\.1/)
      expect(states.at(-1)).toBe('disconnected')
    } finally {
      proxy.target = Number(new URL(live.url).port)
    }
    // The next call tries again.
    await expect(store.get(PidTagDisplayName)).resolves.toBeTypeOf('string')
    expect(states.at(-1)).toBe('connected')
  })
})

describe('an answer that is lost', () => {
  it('does not matter where nothing was changed', async () => {
    const { store } = await open()
    network.once('Execute', 'loseAnswer')
    const folder = await store.openFolder(store.logon.folders.inbox!)
    expect(await folder.get(PidTagDisplayName)).toBe('Inbox')
  })

  it('to a submission sends nothing twice, and says that nobody knows', async () => {
    const { store } = await open()
    const folder = await newFolder(store, 'submitted')
    await using message = await folder.createMessage()
    await message.setProperties([[PidTagSubject, 'only once']])
    await message.modifyRecipients([{ rowId: 0, recipient: recipient('bob') }])
    network.once('Execute', 'loseAnswer')
    const error = await message.submit().then(
      () => undefined,
      (reason: unknown) => reason,
    )
    expect(isOutcomeUnknown(error)).toBe(true)
    expect((error as Error).message).toMatch(
      /RopSubmitMessage was lost.*not known whether it was carried out/,
    )
    // What is known to be uncertain is not tried again behind anybody's back.
    await expect(message.submit()).rejects.toSatisfy(isOutcomeUnknown)
    expect(network.rops.filter((name) => name === 'RopSubmitMessage')).toHaveLength(1)
  })

  it('to saving and deleting leaves it to the caller to look', async () => {
    const { store } = await open()
    const folder = await newFolder(store, 'saved or not')
    const message = await folder.createMessage()
    await message.setProperties([[PidTagSubject, 'saved']])
    network.once('Execute', 'loseAnswer')
    await expect(message.save()).rejects.toSatisfy(isOutcomeUnknown)
    const table = await (await folder.contentsTable()).setColumns([PidTagSubject, PidTagMid])
    const { rows } = await table.queryRows(10)
    expect(rows.map((row) => row.get(PidTagSubject))).toEqual(['saved'])
    network.once('Execute', 'loseAnswer')
    await expect(folder.deleteMessages([rows[0]!.get(PidTagMid)!])).rejects.toSatisfy(isOutcomeUnknown)
    await table.seek('beginning', 0)
    expect((await table.queryRows(10)).rows).toHaveLength(0)
  })

  it('lets a message be made again in the same request as long as it was not saved', async () => {
    const { store } = await open()
    const folder = await newFolder(store, 'made again')
    network.once('Execute', 'loseAnswer')
    await using message = await folder.createMessage()
    await message.setProperties([[PidTagSubject, 'once']])
    await message.save()
    const table = await (await folder.contentsTable()).setColumns([PidTagSubject])
    expect(await subjects(table)).toEqual(['once'])
  })
})

describe('a request that was not accepted', () => {
  it.each([
    ['the session context is not found', refusal(10)],
    ['the cookie is not valid', refusal(6)],
    ['the sequence is not valid', refusal(15)],
    ['the endpoint is shutting down', refusal(18)],
    ['too many requests', new Response('', { status: 429 })],
  ])('is sent again in a new session: %s', async (_, response) => {
    const { store } = await open()
    const folder = await newFolder(store, `again ${_}`)
    network.once('Execute', response)
    const ids = await fill(store, folder.id, 1)
    const table = await (await folder.contentsTable()).setColumns([PidTagMid])
    expect((await table.queryRows(10)).rows.map((row) => row.get(PidTagMid))).toEqual(ids)
  })

  it('is not sent again where that is pointless', async () => {
    const { store } = await open()
    network.once('Execute', refusal(12))
    const error = await store.get(PidTagDisplayName).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    expect(error).toMatchObject({ responseCode: 12, outcome: 'notDone' })
    expect(network.count('Connect')).toBe(1)
  })

  it('because of the credentials is told as such', async () => {
    const wrong = connect({
      url: `${proxy.url}/mapi/emsmdb/`,
      userDn: dnOf('alice'),
      fetch: authenticatedFetch({ kind: 'basic', user: 'alice@example.com', password: 'wrong' }),
    })
    await expect(wrong).rejects.toMatchObject({ code: ErrorCode.LogonFailed, status: 401 })
  })
})

describe('an operation on many messages', () => {
  it('may be asked how far it is', async () => {
    const { store } = await open()
    const folder = await newFolder(store, 'progress')
    const other = await newFolder(store, 'progress elsewhere')
    const ids = await fill(store, folder.id, 20)
    const told: Progress[] = []
    const onProgress = (progress: Progress) => told.push(progress)
    expect(await folder.copyMessages(ids, other, { onProgress })).toEqual({ partial: false })
    expect(await folder.empty({ onProgress, hard: true })).toEqual({ partial: false })
    for (const { completed, total } of told) expect(completed).toBeLessThanOrEqual(total)
    const table = await (await other.contentsTable()).setColumns([PidTagSubject])
    expect(await subjects(table)).toHaveLength(20)
  })
})

describe('a call that is cancelled', () => {
  it('rejects at once, before and while it is under way', async () => {
    const { store } = await open()
    const controller = new AbortController()
    const folder = await newFolder(store, 'cancelled')
    const table = await (await folder.contentsTable()).setColumns([PidTagSubject])
    const call = table.queryRows(10, { signal: controller.signal })
    controller.abort()
    await expect(call).rejects.toMatchObject({ code: ErrorCode.UserCanceled })
    await expect(table.queryRows(10, { signal: controller.signal })).rejects.toMatchObject({
      code: ErrorCode.UserCanceled,
    })
    expect((await table.queryRows(10)).rows).toEqual([])
  })
})
