import { MessageChannel, type MessagePort } from 'node:worker_threads'
import {
  ErrorCode,
  type LogonInfo,
  MapiError,
  type MessageStore,
  type Notification,
  type NotificationSink,
  PidTagBody,
  PidTagMessageSize,
  PidTagSubject,
  PropertyBag,
  PropertyError,
  Row,
  type Table,
} from '@bourse/mapi'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isRemote, RemoteObjects } from '../../src/worker/remote-objects.ts'

/** A store of a few methods, each of which shows one thing that has to go over. */
class FakeStore {
  readonly logon = {
    kind: 'private',
    folders: { inbox: 5n },
    isOwner: true,
    mailboxGuid: 'guid',
    // What the interface does not have, and what could not be sent.
    mailbox: { database: () => {} },
  } as unknown as LogonInfo
  isDisposed = false
  summary = { subjectPrefix: '', normalizedSubject: 'before', recipientCount: 0 }
  sinks: NotificationSink[] = []
  received: unknown[] = []

  async openFolder(id: bigint): Promise<FakeFolder> {
    if (id === 0n) throw new MapiError(ErrorCode.NotFound)
    return new FakeFolder(id)
  }

  async getProperties(): Promise<PropertyBag> {
    return new PropertyBag([
      [PidTagSubject, 'Hello'],
      [PidTagBody, new PropertyError(ErrorCode.NotEnoughMemory)],
    ])
  }

  async setProperties(values: Iterable<readonly [number, unknown]>): Promise<readonly []> {
    this.received = [...values]
    this.summary = { ...this.summary, normalizedSubject: 'after' }
    return []
  }

  async subscribe(_options: object, sink: NotificationSink): Promise<AsyncDisposable> {
    this.sinks.push(sink)
    return { [Symbol.asyncDispose]: async () => void this.sinks.splice(this.sinks.indexOf(sink), 1) }
  }

  async empty(options: { signal?: AbortSignal; onProgress?: (progress: object) => void }): Promise<string> {
    options.onProgress?.({ completed: 1, total: 2 })
    if (options.signal?.aborted === false) {
      await new Promise<void>((resolve) => options.signal!.addEventListener('abort', () => resolve()))
    }
    return `aborted: ${options.signal?.aborted}`
  }

  async copyTo(destination: object): Promise<string> {
    return destination instanceof FakeFolder ? `own folder ${destination.id}` : 'a foreign folder'
  }

  table = new FakeTable()

  async contentsTable(): Promise<FakeTable> {
    return this.table
  }

  async exportContents(): Promise<AsyncDisposable & AsyncIterable<unknown>> {
    const store = this
    return {
      async *[Symbol.asyncIterator]() {
        yield {
          kind: 'messageChange',
          header: await store.getProperties(),
          open: async () => new FakeFolder(9n),
        }
        yield { kind: 'state', state: { idsetGiven: new Uint8Array([1, 2]) } }
      },
      [Symbol.asyncDispose]: async () => {},
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.isDisposed = true
  }
}

class FakeFolder {
  readonly hasRules = false
  readonly id: bigint

  constructor(id: bigint) {
    this.id = id
  }

  async getRest(): Promise<Uint8Array> {
    return new Uint8Array(100).subarray(10, 12)
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

class FakeTable {
  columns: readonly number[] = []

  async setColumns(columns: readonly number[]): Promise<FakeTable> {
    this.columns = columns
    return this
  }

  async queryRows(): Promise<object> {
    return { rows: [new Row(this.columns as never, ['a', new PropertyError(5)])], position: 'end' }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Row> {
    for (let i = 0; i < 3; i++) yield new Row([PidTagMessageSize] as never, [i])
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

describe('objects of another thread', () => {
  const ports: MessagePort[] = []
  let own: FakeStore
  let owner: RemoteObjects
  let user: RemoteObjects
  let store: MessageStore

  beforeEach(async () => {
    const { port1, port2 } = new MessageChannel()
    ports.push(port1, port2)
    own = new FakeStore()
    owner = new RemoteObjects(port1, {
      logOn: (name) => (name === 'fail' ? Promise.reject(new MapiError(0x3eb)) : own),
    })
    user = new RemoteObjects(port2, {})
    store = (await user.call('logOn', 'alice')) as MessageStore
  })

  afterEach(() => {
    for (const port of ports.splice(0)) port.close()
  })

  it('have the fields of their interface, and nothing else', () => {
    expect(store.logon).toEqual({
      kind: 'private',
      folders: { inbox: 5n },
      isOwner: true,
      mailboxGuid: 'guid',
    })
    expect(isRemote(store)).toBe(true)
    expect((store as unknown as { id: unknown }).id).toBeUndefined()
    expect('openFolder' in store).toBe(false)
  })

  it('can be awaited like anything else', async () => {
    expect(await store).toBe(store)
  })

  it('answer objects, which are the same as long as they live', async () => {
    const folder = await store.openFolder(7n)
    expect([folder.id, folder.hasRules]).toEqual([7n, false])
    const table = await (store as unknown as FakeStore).contentsTable()
    expect(await (store as unknown as FakeStore).contentsTable()).toBe(table)
    expect(await table.setColumns([PidTagSubject])).toBe(table)
    expect(table.columns).toEqual([PidTagSubject])
  })

  it('answer bags, rows, errors in the place of values, and bytes', async () => {
    const bag = await store.getProperties([])
    expect(bag).toBeInstanceOf(PropertyBag)
    expect(bag.get(PidTagSubject)).toBe('Hello')
    expect(bag.error(PidTagBody)).toBe(ErrorCode.NotEnoughMemory)
    const table = (await (store as unknown as FakeStore).contentsTable()) as unknown as Table
    await table.setColumns([PidTagSubject, PidTagBody])
    const { rows } = await table.queryRows(1)
    expect(rows[0]).toBeInstanceOf(Row)
    expect(rows[0]!.get(PidTagSubject)).toBe('a')
    expect(rows[0]!.error(PidTagBody)).toBe(5)
    const folder = (await store.openFolder(7n)) as unknown as FakeFolder
    const bytes = await folder.getRest()
    expect([bytes.length, bytes.buffer.byteLength]).toEqual([2, 2])
  })

  it('fail with the codes that they fail with', async () => {
    await expect(store.openFolder(0n)).rejects.toMatchObject({ code: ErrorCode.NotFound })
    await expect(user.call('logOn', 'fail')).rejects.toMatchObject({ code: 0x3eb })
    await expect((store as unknown as { nothing(): Promise<void> }).nothing()).rejects.toThrow(
      'no method nothing',
    )
    await expect(user.call('nothing')).rejects.toThrow('no nothing')
  })

  it('take entries of any kind, and show what changed by it', async () => {
    const entries = [[PidTagSubject, 'x']]
    for (const values of [
      new PropertyBag(entries as never),
      entries,
      new Map(entries as never),
      entries.values(),
    ]) {
      await store.setProperties(values as never)
      expect(own.received).toEqual(entries)
    }
    expect((store as unknown as FakeStore).summary.normalizedSubject).toBe('after')
  })

  it('know their own objects when they are given them', async () => {
    const folder = await store.openFolder(7n)
    expect(await store.copyTo(folder)).toBe('own folder 7')
    expect(await store.copyTo(new FakeFolder(8n) as never)).toBe('a foreign folder')
  })

  it('call back who listens, until the subscription is disposed', async () => {
    const heard: unknown[] = []
    const before = user.lentCount
    const subscription = await store.subscribe({ events: ['created'] }, (notifications) =>
      heard.push(...notifications),
    )
    expect(user.lentCount).toBe(before + 1)
    const notification: Notification = { kind: 'rowDeleted', id: { folderId: 1n } }
    own.sinks[0]!([notification])
    await expect.poll(() => heard).toEqual([notification])
    await subscription[Symbol.asyncDispose]()
    expect(own.sinks).toEqual([])
    expect(user.lentCount).toBe(before)
  })

  it('hear of signals, and tell of progress', async () => {
    const controller = new AbortController()
    const progress: unknown[] = []
    const work = (store as unknown as FakeStore).empty({
      signal: controller.signal,
      onProgress: (each) => progress.push(each),
    })
    await expect.poll(() => progress).toEqual([{ completed: 1, total: 2 }])
    controller.abort()
    expect(await work).toBe('aborted: true')
    expect(await (store as unknown as FakeStore).empty({})).toBe('aborted: undefined')
    expect(user.lentCount).toBe(0)
  })

  it('can be iterated, to the end or not', async () => {
    const table = await (store as unknown as FakeStore).contentsTable()
    const sizes: unknown[] = []
    for await (const row of table) sizes.push(row.cells[0])
    expect(sizes).toEqual([0, 1, 2])
    const lent = owner.lentCount
    for await (const row of table) {
      sizes.push(row.cells[0])
      break
    }
    expect(sizes).toEqual([0, 1, 2, 0])
    expect(owner.lentCount).toBe(lent)
  })

  it('can answer functions', async () => {
    const exporter = await (store as unknown as FakeStore).exportContents()
    const events: { kind: string; open?: () => Promise<FakeFolder>; header?: PropertyBag; state?: object }[] =
      []
    for await (const event of exporter) events.push(event as never)
    expect(events.map(({ kind }) => kind)).toEqual(['messageChange', 'state'])
    expect(events[0]!.header!.get(PidTagSubject)).toBe('Hello')
    expect((await events[0]!.open!()).id).toBe(9n)
    expect(events[1]!.state).toEqual({ idsetGiven: new Uint8Array([1, 2]) })
  })

  it('are released when they are disposed, and cannot be used then', async () => {
    const lent = owner.lentCount
    const folder = await store.openFolder(7n)
    expect(owner.lentCount).toBe(lent + 1)
    await folder[Symbol.asyncDispose]()
    expect(owner.lentCount).toBe(lent)
    await expect(folder.getPropertyTags()).rejects.toMatchObject({ code: ErrorCode.EndOfSession })
    await folder[Symbol.asyncDispose]()
    await store[Symbol.asyncDispose]()
    expect(own.isDisposed).toBe(true)
  })

  it('are lost, or released, when one of the threads ends', async () => {
    await store.openFolder(7n)
    await owner.close()
    expect(own.isDisposed).toBe(true)
    expect(owner.lentCount).toBe(0)
    await user.close()
    await expect(store.openFolder(7n)).rejects.toMatchObject({ code: ErrorCode.EndOfSession })
    await store[Symbol.asyncDispose]()
  })
})
