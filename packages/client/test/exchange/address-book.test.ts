import { authenticatedFetch, type ExchangeAddressBook, openAddressBook } from '@bourse/client/exchange'
import {
  and,
  atLeast,
  contains,
  ErrorCode,
  equals,
  isDistributionList,
  isMailUser,
  Order,
  PidTagAddressBookContainerId,
  PidTagAddressBookPublicDelegates,
  PidTagAddressType,
  PidTagComment,
  PidTagDepth,
  PidTagDisplayName,
  PidTagDisplayType,
  PidTagEmailAddress,
  PidTagEntryId,
  PidTagMessageSize,
  PidTagSmtpAddress,
  PidTagTemplateData,
  PidTagTitle,
  PropertyBag,
  RecipientType,
  startsWith,
  type Table,
} from '@bourse/mapi'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { dnOf, type LiveServer, PASSWORD, startLiveServer } from '../../../server/test/support/live-server.ts'
import { TcpProxy } from '../support/tcp-proxy.ts'
import { refusal, UnreliableFetch } from '../support/unreliable-fetch.ts'

let live: LiveServer
let proxy: TcpProxy
let network: UnreliableFetch
let book: ExchangeAddressBook

const PEOPLE = Array.from({ length: 250 }, (_, i) => `person${String(i).padStart(3, '0')}`)

const ORGANIZATION = `
organization: Example
domains: [example.com]
users:
  - { name: alice, displayName: Alice Adams, initialPassword: ${PASSWORD} }
  - { name: bob, displayName: Bob Baker, initialPassword: ${PASSWORD} }
  - { name: bobby, displayName: Bobby Brown, initialPassword: ${PASSWORD} }
  - { name: admin, displayName: Ann Admin, role: administrator, initialPassword: ${PASSWORD} }
rooms:
  - { name: library, displayName: Library }
groups:
  - { name: team, displayName: Team, members: [alice, bob] }
contacts:
${PEOPLE.map((name) => `  - { name: ${name}, displayName: Person ${name.slice(6)}, address: ${name}@outside.example }`).join('\n')}
`

beforeAll(async () => {
  live = await startLiveServer('workers: 1', ORGANIZATION)
  proxy = await TcpProxy.start(live.url)
})

afterAll(async () => {
  await proxy[Symbol.asyncDispose]()
  await live[Symbol.asyncDispose]()
})

beforeEach(async () => {
  network = new UnreliableFetch()
  book = await bookOf('alice')
})

afterEach(async () => {
  network.fate = () => 'pass'
  await book[Symbol.asyncDispose]()
})

function bookOf(user: string): Promise<ExchangeAddressBook> {
  return openAddressBook({
    url: `${proxy.url}/mapi/nspi/`,
    fetch: authenticatedFetch(
      { kind: 'basic', user: `${user}@example.com`, password: PASSWORD },
      network.fetch,
    ),
    reconnectTime: 10_000,
  })
}

async function idOf(user: string): Promise<Uint8Array> {
  const [id] = await book.entryIdsOfDns([dnOf(user)])
  return id!
}

async function names(table: Table): Promise<readonly (string | undefined)[]> {
  const found: (string | undefined)[] = []
  const typed = await table.setColumns([PidTagDisplayName])
  for await (const row of typed) found.push(row.get(PidTagDisplayName))
  return found
}

const COUNT = PEOPLE.length + 6

describe('containers', () => {
  it('are listed with the global address list first', async () => {
    const table = await (await book.hierarchyTable()).setColumns([
      PidTagDisplayName,
      PidTagAddressBookContainerId,
      PidTagDepth,
      PidTagEntryId,
    ])
    const { rows } = await table.queryRows(100)
    expect(rows[0]!.get(PidTagAddressBookContainerId)).toBe(0)
    expect(rows.map((row) => row.get(PidTagDisplayName))).toContain('All Users')
  })

  it('are opened by entry ID', async () => {
    const table = await (await book.hierarchyTable()).setColumns([PidTagDisplayName, PidTagEntryId])
    const { row } = await table.findRow(equals(PidTagDisplayName, 'All Groups'), { from: 'beginning' })
    const container = await book.openContainer(row!.get(PidTagEntryId))
    expect((await container.getProperties([PidTagDisplayName])).get(PidTagDisplayName)).toBe('All Groups')
    expect(await names(await container.contentsTable())).toEqual(['Team'])
    await expect(book.openContainer(new Uint8Array(5))).rejects.toMatchObject({ code: ErrorCode.NotFound })
  })

  it('show their entries in order, however many there are', async () => {
    const container = await book.openContainer()
    const found = await names(await container.contentsTable())
    expect(found).toHaveLength(COUNT)
    expect(found.slice(0, 5)).toEqual(['Alice Adams', 'Ann Admin', 'Bob Baker', 'Bobby Brown', 'Library'])
    expect(found.at(-1)).toBe('Team')
  })

  it('move in both directions', async () => {
    const table = await (await (await book.openContainer()).contentsTable()).setColumns([PidTagDisplayName])
    expect(await table.queryPosition()).toEqual({ position: 0, rowCount: COUNT })
    expect(await table.seek('beginning', 2)).toEqual({ moved: 2, bookmarkMoved: false })
    const bookmark = await table.createBookmark()
    const { rows } = await table.queryRows(2)
    expect(rows.map((row) => row.get(PidTagDisplayName))).toEqual(['Bob Baker', 'Bobby Brown'])
    const back = await table.queryRows(3, { backward: true })
    expect(back.rows.map((row) => row.get(PidTagDisplayName))).toEqual([
      'Ann Admin',
      'Bob Baker',
      'Bobby Brown',
    ])
    expect(await table.seek('end', -1)).toEqual({ moved: -1, bookmarkMoved: false })
    const last = await table.queryRows(10)
    expect(last.rows.map((row) => row.get(PidTagDisplayName))).toEqual(['Team'])
    expect(last.position).toBe('end')
    await table.seek(bookmark, 0)
    expect((await table.queryRows(1, { noAdvance: true })).rows[0]!.get(PidTagDisplayName)).toBe('Bob Baker')
    await table.seekFraction(1, 2)
    expect((await table.queryPosition()).position).toBe(COUNT / 2)
  })

  it('find entries by what their names begin with, and by anything else', async () => {
    const table = await (await (await book.openContainer()).contentsTable()).setColumns([PidTagDisplayName])
    const sought = await table.findRow(atLeast(PidTagDisplayName, 'Person 1'), { from: 'beginning' })
    expect(sought.row?.get(PidTagDisplayName)).toBe('Person 100')
    expect(network.count('SeekEntries')).toBe(1)
    expect((await table.queryRows(2)).rows.map((row) => row.get(PidTagDisplayName))).toEqual([
      'Person 100',
      'Person 101',
    ])
    const scanned = await table.findRow(contains(PidTagSmtpAddress, 'person240'), { from: 'current' })
    expect(scanned.row?.get(PidTagDisplayName)).toBe('Person 240')
    const backward = await table.findRow(startsWith(PidTagDisplayName, 'Bob'), { backward: true })
    expect(backward.row?.get(PidTagDisplayName)).toBe('Bobby Brown')
    const nothing = await table.findRow(atLeast(PidTagDisplayName, 'Zz'), { from: 'beginning' })
    expect(nothing.row).toBeUndefined()
  })

  it('can be restricted', async () => {
    const table = await (await book.openContainer()).contentsTable()
    await table.restrict(startsWith(PidTagDisplayName, 'Person 01'))
    expect(await names(table)).toEqual(Array.from({ length: 10 }, (_, i) => `Person 01${i}`))
    expect((await table.queryPosition()).rowCount).toBe(10)
    await table.restrict(undefined)
    expect((await table.queryPosition()).rowCount).toBe(COUNT)
  })

  it('can be sorted as servers can only', async () => {
    const table = await (await book.openContainer()).contentsTable()
    await table.sort({
      sortOrders: [{ tag: PidTagDisplayName, order: Order.Ascending }],
      categorizedCount: 0,
      expandedCount: 0,
    })
    await expect(
      table.sort({
        sortOrders: [{ tag: PidTagDisplayName, order: Order.Descending }],
        categorizedCount: 0,
        expandedCount: 0,
      }),
    ).rejects.toMatchObject({ code: ErrorCode.TooComplex })
    expect((await table.queryColumns()).includes(PidTagSmtpAddress)).toBe(true)
  })
})

describe('entries', () => {
  it('are opened by entry ID, and have properties', async () => {
    const entry = await book.openEntry(await idOf('alice'))
    expect(isMailUser(entry)).toBe(true)
    expect(await entry.get(PidTagDisplayName)).toBe('Alice Adams')
    expect(await entry.get(PidTagTitle)).toBeUndefined()
    const bag = await entry.getProperties([PidTagSmtpAddress, PidTagMessageSize, PidTagAddressType])
    expect(bag.get(PidTagSmtpAddress)).toBe('alice@example.com')
    expect(bag.get(PidTagAddressType)).toBe('EX')
    expect(bag.error(PidTagMessageSize)).toBe(ErrorCode.NotFound)
    expect(await entry.getPropertyTags()).toContain(PidTagDisplayName)
    await expect(book.openEntry(new Uint8Array(12))).rejects.toMatchObject({ code: ErrorCode.NotFound })
  })

  it('may be groups, whose members are a table', async () => {
    const entry = await book.openEntry(await idOf('team'))
    if (!isDistributionList(entry)) throw new Error('no group')
    const table = await entry.membersTable()
    expect(await names(table)).toEqual(['Alice Adams', 'Bob Baker'])
    await table.restrict(startsWith(PidTagDisplayName, 'Bob'))
    expect(await names(table)).toEqual(['Bob Baker'])
  })

  it('come as rows in the order that was asked for', async () => {
    const [bob, alice] = [await idOf('bob'), await idOf('alice')]
    const nobody = await book.entryIdsOfDns(['/o=Example/cn=nobody'])
    expect(nobody).toEqual([undefined])
    const rows = await book.getEntries([bob, new Uint8Array(4), alice], [PidTagDisplayName])
    expect(rows.map((row) => row?.get(PidTagDisplayName))).toEqual(['Bob Baker', undefined, 'Alice Adams'])
  })

  it('can be compared and sorted', async () => {
    const [bob, alice] = [await idOf('bob'), await idOf('alice')]
    expect(await book.compare(bob, alice)).toBeGreaterThan(0)
    expect(await book.compare(alice, bob)).toBeLessThan(0)
    expect(await book.sortEntries([bob, alice], 'displayName')).toEqual([alice, bob])
  })

  it('can be changed by who may', async () => {
    const own = await book.openEntry(await idOf('alice'))
    await own.modifyLinks(PidTagAddressBookPublicDelegates, [await idOf('bob')])
    const stranger = await book.openEntry(await idOf('bob'))
    await expect(stranger.setProperties([[PidTagTitle, 'Boss']])).rejects.toMatchObject({
      code: ErrorCode.AccessDenied,
    })
    await own.modifyLinks(PidTagAddressBookPublicDelegates, [await idOf('bob')], { remove: true })
  })
})

describe('names', () => {
  it('are resolved', async () => {
    const found = await book.resolveNames(
      ['alice', 'bob', 'nobody at all', 'library@example.com'],
      [PidTagDisplayName, PidTagSmtpAddress],
    )
    expect(found.map(({ kind }) => kind)).toEqual(['resolved', 'ambiguous', 'unresolved', 'resolved'])
    const [alice, , , library] = found
    expect(alice?.kind === 'resolved' && alice.entry.get(PidTagDisplayName)).toBe('Alice Adams')
    expect(library?.kind === 'resolved' && library.entry.get(PidTagDisplayName)).toBe('Library')
  })

  it('are resolved among those that meet a restriction', async () => {
    const restriction = equals(PidTagSmtpAddress, 'bobby@example.com')
    const [bobby, alice] = await book.resolveNames(['bob', 'alice'], [PidTagDisplayName], { restriction })
    expect(bobby?.kind === 'resolved' && bobby.entry.get(PidTagDisplayName)).toBe('Bobby Brown')
    expect(alice?.kind).toBe('unresolved')
  })

  it('can be searched for', async () => {
    const rows = await book.getMatches(startsWith(PidTagDisplayName, 'bob'), [
      PidTagDisplayName,
      PidTagEntryId,
    ])
    expect(rows.map((row) => row.get(PidTagDisplayName))).toEqual(['Bob Baker', 'Bobby Brown'])
    // These entry IDs hold for longer than the session.
    expect(rows[0]!.get(PidTagEntryId)).toEqual(await idOf('bob'))
    await expect(
      book.getMatches(startsWith(PidTagDisplayName, 'Person'), [PidTagDisplayName], { limit: 10 }),
    ).rejects.toMatchObject({ code: ErrorCode.TableTooBig })
    const none = await book.getMatches(
      and(startsWith(PidTagDisplayName, 'bob'), equals(PidTagComment, 'x')),
      [PidTagDisplayName],
    )
    expect(none).toEqual([])
  })

  it('make recipients complete', async () => {
    const recipient = (properties: PropertyBag) => ({ rowId: 0, type: RecipientType.To, properties })
    const [alice, outside, nobody] = await book.prepareRecipients([
      recipient(new PropertyBag([[PidTagEmailAddress, 'alice@example.com']])),
      recipient(new PropertyBag([[PidTagEmailAddress, 'someone@elsewhere.example']])),
      recipient(new PropertyBag([[PidTagDisplayName, 'Nobody']])),
    ])
    expect(alice?.properties.get(PidTagDisplayName)).toBe('Alice Adams')
    expect(alice?.properties.get(PidTagEntryId)).toEqual(await idOf('alice'))
    expect(outside?.properties.get(PidTagAddressType)).toBe('SMTP')
    expect(outside?.properties.get(PidTagEntryId)).toBeDefined()
    expect(nobody).toBeUndefined()
  })
})

describe('what else there is', () => {
  it('columns, templates and addresses of servers', async () => {
    expect(await book.queryColumns()).toContain(PidTagSmtpAddress)
    expect(await book.creationTemplates()).toBeInstanceOf(Array)
    const template = await book.getTemplate({ displayType: 0, codePage: 1252, localeId: 0x409 })
    expect(template.get(PidTagTemplateData)).toBeInstanceOf(Uint8Array)
    expect(new URL(await book.getServerUrl('mailbox', dnOf('alice'))).pathname).toBe('/mapi/emsmdb/')
    expect(new URL(await book.getServerUrl('addressBook', dnOf('alice'))).pathname).toBe('/mapi/nspi/')
  })
})

describe('a session that is lost', () => {
  it('is followed by another one where nothing is changed', async () => {
    const table = await (await (await book.openContainer()).contentsTable()).setColumns([
      PidTagDisplayName,
      PidTagDisplayType,
    ])
    const { rows } = await table.queryRows(3)
    proxy.target = undefined
    proxy.cut()
    await live.restart()
    proxy.target = Number(new URL(live.url).port)
    const more = await table.queryRows(2)
    expect([...rows, ...more.rows].map((row) => row.get(PidTagDisplayName))).toEqual([
      'Alice Adams',
      'Ann Admin',
      'Bob Baker',
      'Bobby Brown',
      'Library',
    ])
    network.once('GetProps', refusal(10))
    expect(await (await book.openEntry(await idOf('bob'))).get(PidTagDisplayName)).toBe('Bob Baker')
    expect(network.count('Bind')).toBeGreaterThan(1)
  })

  it('leaves open whether a change was made', async () => {
    const own = await book.openEntry(await idOf('alice'))
    network.once('ModLinkAtt', 'loseAnswer')
    await expect(
      own.modifyLinks(PidTagAddressBookPublicDelegates, [await idOf('bob')]),
    ).rejects.toMatchObject({ outcome: 'unknown' })
    expect(network.count('ModLinkAtt')).toBe(1)
  })
})
