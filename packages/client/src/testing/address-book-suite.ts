import {
  type AddressBook,
  type AddressBookProvider,
  ErrorCode,
  equals,
  exists,
  isDistributionList,
  PidTagAddressType,
  PidTagDisplayName,
  PidTagEmailAddress,
  PidTagEntryId,
  PropertyBag,
  RecipientType,
} from '@bourse/mapi'
import { expectRejects, expectSame, expectThat, type TestFramework } from './framework.ts'
import type { ProviderOptions } from './provider-options.ts'
import { openWith, testProvider } from './provider-tests.ts'
import { isSameBytes, rowsOf } from './rows.ts'
import { checkTable } from './table-tests.ts'

export interface AddressBookSuiteOptions extends ProviderOptions {
  /** The display name of an entry that no other is called like. */
  readonly someone: string
  /** The beginning of the names of several entries, if there is such a beginning. */
  readonly ambiguous?: string
}

/** How many entries are looked at one by one. */
const SAMPLE = 10

const COLUMNS = [PidTagEntryId, PidTagDisplayName, PidTagAddressType, PidTagEmailAddress] as const

/** An entry ID that no provider has made. */
const NOBODY = new Uint8Array(32).fill(0xee)

/** Tests that a provider does what the subsystem expects of address books; see `testTransportProvider` for an example. */
export function testAddressBookProvider(
  framework: TestFramework,
  provider: AddressBookProvider,
  options: AddressBookSuiteOptions,
): void {
  const { describe, it } = framework
  const { someone, ambiguous } = options

  /** A test with an address book that is open. */
  function test(name: string, body: (book: AddressBook) => Promise<void>): void {
    it(name, async () => {
      await using use = await openWith<AddressBook>(provider, options)
      await body(use.opened)
    })
  }

  async function entryIdOfSomeone(book: AddressBook): Promise<Uint8Array> {
    const [found] = await book.resolveNames([someone], COLUMNS)
    expectThat(found?.kind === 'resolved', `"${someone}" should be found.`)
    const entryId = found.entry.columns.indexOf(PidTagEntryId)
    return found.entry.cells[entryId] as Uint8Array
  }

  describe(`the address book provider ${provider.name}`, () => {
    testProvider(framework, provider, options)

    test('lists its containers, and opens each', async (book) => {
      const rows = await rowsOf(book.hierarchyTable(), [PidTagEntryId, PidTagDisplayName])
      expectThat(rows.length > 0, 'There should be a container.')
      for (const row of rows) {
        const entryId = row.get(PidTagEntryId)
        expectThat(entryId !== undefined, 'Each should have an entry ID.')
        await using container = await book.openContainer(entryId)
        const properties = await container.getProperties([PidTagDisplayName])
        expectSame(properties.get(PidTagDisplayName), row.get(PidTagDisplayName), 'The name of the container')
        expectThat(isSameBytes(container.entryId, entryId), 'It should be the container that was asked for.')
      }
    })

    test('does not open a container that is not there', async (book) => {
      await expectRejects(
        book.openContainer(NOBODY),
        'Opening it',
        ErrorCode.NotFound,
        ErrorCode.InvalidEntryID,
        ErrorCode.UnknownEntryId,
      )
    })

    test('shows entries in the order of their names', async (book) => {
      await using container = await book.openContainer()
      await checkTable(container.contentsTable(), PidTagDisplayName)
      const rows = await rowsOf(container.contentsTable(), [PidTagDisplayName])
      const names = rows.map((row) => row.get(PidTagDisplayName)?.toLowerCase() ?? '')
      const isOrdered = names.every((name, i) => i === 0 || names[i - 1]!.localeCompare(name) <= 0)
      expectThat(isOrdered, `The names should be in order, but are ${names.join(', ')}.`)
    })

    test('opens each entry that it shows', async (book) => {
      await using container = await book.openContainer()
      const rows = await rowsOf(container.contentsTable(), COLUMNS)
      for (const row of rows.slice(0, SAMPLE)) {
        const entryId = row.get(PidTagEntryId)
        expectThat(entryId !== undefined, 'Each row should have an entry ID.')
        await using entry = await book.openEntry(entryId)
        const found = await entry.getProperties([PidTagDisplayName, PidTagEmailAddress])
        expectSame(found.get(PidTagDisplayName), row.get(PidTagDisplayName), 'The name of the entry')
        expectSame(found.get(PidTagEmailAddress), row.get(PidTagEmailAddress), 'The address of the entry')
        const tags = await entry.getPropertyTags()
        expectThat(tags.includes(PidTagDisplayName), 'PidTagDisplayName should be among the properties.')
        expectSame(await entry.get(PidTagDisplayName), row.get(PidTagDisplayName), 'The name, read alone')
        if (isDistributionList(entry)) await rowsOf(entry.membersTable(), COLUMNS)
      }
    })

    test('does not open an entry that is not there', async (book) => {
      await expectRejects(
        book.openEntry(NOBODY),
        'Opening it',
        ErrorCode.NotFound,
        ErrorCode.InvalidEntryID,
        ErrorCode.UnknownEntryId,
      )
    })

    test('reads entries in the order asked for, with gaps for those that are not there', async (book) => {
      const entryId = await entryIdOfSomeone(book)
      const rows = await book.getEntries([NOBODY, entryId], [PidTagDisplayName])
      expectSame(
        rows.map((row) => row?.get(PidTagDisplayName)),
        [undefined, someone],
        'The names',
      )
    })

    test('resolves a name, and says that another is not known', async (book) => {
      const found = await book.resolveNames([someone, 'Nobody is called like this'], COLUMNS)
      expectSame(
        found.map(({ kind }) => kind),
        ['resolved', 'unresolved'],
        'What became of the names',
      )
      const [first] = found
      expectThat(first?.kind === 'resolved', 'It should be resolved.')
      expectSame(first.entry.cells[1], someone, 'The name of the entry')
    })

    if (ambiguous !== undefined) {
      test('says that a name is ambiguous', async (book) => {
        expectSame(
          await book.resolveNames([ambiguous], COLUMNS),
          [{ kind: 'ambiguous' }],
          'What became of the name',
        )
      })
    }

    test('finds entries that match, up to a limit', async (book) => {
      const rows = await book.getMatches(equals(PidTagDisplayName, someone), COLUMNS)
      expectSame(
        rows.map((row) => row.get(PidTagDisplayName)),
        [someone],
        'The names',
      )
      const all = await book.getMatches(exists(PidTagDisplayName), [PidTagDisplayName])
      expectThat(all.length >= 2, 'The tests need two entries.')
      const limited = book.getMatches(exists(PidTagDisplayName), [PidTagDisplayName], {
        limit: all.length - 1,
      })
      await expectRejects(limited, 'Finding more than the limit', ErrorCode.TableTooBig)
    })

    test('knows the properties that entries have', async (book) => {
      const columns = await book.queryColumns()
      expectThat(columns.includes(PidTagDisplayName), 'PidTagDisplayName should be among them.')
    })

    test('puts entries in order', async (book) => {
      await using container = await book.openContainer()
      const rows = await rowsOf(container.contentsTable(), [PidTagEntryId])
      const entryIds = rows.slice(0, SAMPLE).map((row) => row.get(PidTagEntryId)!)
      const sorted = await book.sortEntries([...entryIds].reverse(), 'displayName')
      expectSame(sorted, entryIds, 'The entries')
      const [first, last] = [entryIds[0]!, entryIds.at(-1)!]
      expectThat((await book.compare(first, last)) < 0, 'The first should come before the last.')
      expectThat((await book.compare(last, first)) > 0, 'The last should come after the first.')
      expectSame(await book.compare(first, first), 0, 'An entry compared with itself')
    })

    test('prepares recipients that it knows', async (book) => {
      const known = new PropertyBag()
        .set(PidTagEntryId, await entryIdOfSomeone(book))
        .set(PidTagDisplayName, someone)
      const unknown = new PropertyBag().set(PidTagDisplayName, 'Nobody is called like this')
      const [first, second] = await book.prepareRecipients(
        [known, unknown].map((properties, rowId) => ({ rowId, type: RecipientType.To, properties })),
      )
      expectSame(first?.rowId, 0, 'The row of the first')
      expectThat(first?.properties.has(PidTagEmailAddress) === true, 'The first should have an address.')
      expectThat(second === undefined, 'The second should not be known.')
    })
  })
}
