import { openSession, providerRegistry } from '@bourse/client'
import {
  type AddressBook,
  type AddressBookProvider,
  ErrorCode,
  exists,
  MapiError,
  PidTagAddressType,
  PidTagDisplayName,
  PidTagEmailAddress,
  PidTagEntryId,
  PropertyBag,
} from '@bourse/mapi'
import { describe, expect, it } from 'vitest'
import { expectError } from '../../../store/test/support/behaviour.ts'
import { entryIdOf, fakeBook } from '../support/fakes.ts'

const DOWN = new MapiError(ErrorCode.NetworkError)

function provider(name: string, open: () => Promise<AddressBook>): AddressBookProvider {
  return { kind: 'addressBook', name, open }
}

/** The address book of a session whose profile has these, in this order. */
async function merged(...books: readonly (AddressBook | 'down')[]): Promise<AddressBook> {
  const providers = books.map((book, i) =>
    provider(`book${i}`, () => (book === 'down' ? Promise.reject(DOWN) : Promise.resolve(book))),
  )
  const session = await openSession(
    {
      name: 'p',
      services: providers.map(({ name }) => ({
        name,
        kind: 'addressBook' as const,
        provider: name,
        settings: {},
      })),
    },
    { registry: providerRegistry({ providers }) },
  )
  return session.addressBook
}

const COLUMNS = [PidTagDisplayName, PidTagEntryId] as const

describe('the address book of a session', () => {
  it('resolves each name in the first book that knows it', async () => {
    const book = await merged(
      fakeBook(1, ['Ann Adams', 'Bob Baker']),
      fakeBook(2, ['Bob Brown', 'Carol Clark']),
    )
    const found = await book.resolveNames(['Bob', 'Carol', 'Dora'], COLUMNS)
    expect(found.map(({ kind }) => kind)).toEqual(['resolved', 'resolved', 'unresolved'])
    const names = found.map((one) => (one.kind === 'resolved' ? one.entry.get(PidTagDisplayName) : undefined))
    expect(names).toEqual(['Bob Baker', 'Carol Clark', undefined])
  })

  it('leaves a name ambiguous that the first book knows several of', async () => {
    const book = await merged(fakeBook(1, ['Ann Adams', 'Ann Archer']), fakeBook(2, ['Ann Allen']))
    expect(await book.resolveNames(['Ann'], COLUMNS)).toEqual([{ kind: 'ambiguous' }])
  })

  it('makes one-off entries of addresses that nobody knows', async () => {
    const book = await merged(fakeBook(1, []))
    const columns = [PidTagDisplayName, PidTagAddressType, PidTagEmailAddress, PidTagEntryId] as const
    const found = await book.resolveNames(
      ['dora@example.com', 'Dora Dee <dora@example.com>', 'Dora[FAX:+1 555 0100]'],
      columns,
    )
    const rows = found.map((one) => (one.kind === 'resolved' ? one.entry.cells.slice(0, 3) : one.kind))
    expect(rows).toEqual([
      ['dora@example.com', 'SMTP', 'dora@example.com'],
      ['Dora Dee', 'SMTP', 'dora@example.com'],
      ['Dora', 'FAX', '+1 555 0100'],
    ])
    expect(found.every((one) => one.kind === 'resolved' && one.entry.get(PidTagEntryId) !== undefined)).toBe(
      true,
    )
  })

  it('finds entries in whichever book has them', async () => {
    const book = await merged(fakeBook(1, ['Ann']), fakeBook(2, ['Bob']))
    const rows = await book.getEntries(
      [entryIdOf(2, 0), entryIdOf(3, 0), entryIdOf(1, 0)],
      [PidTagDisplayName],
    )
    expect(rows.map((row) => row?.get(PidTagDisplayName))).toEqual(['Bob', undefined, 'Ann'])
    expect(await (await book.openEntry(entryIdOf(2, 0))).get(PidTagDisplayName)).toBe('Bob')
    await expectError(book.openEntry(entryIdOf(2, 9)), ErrorCode.NotFound)
    expect(await book.entryIdsOfDns(['Bob', 'Nobody'])).toEqual([entryIdOf(2, 0), undefined])
  })

  it('shows the containers of all books, and opens each in its own', async () => {
    const book = await merged(fakeBook(1, ['Ann']), fakeBook(2, ['Bob']))
    await using table = await book.hierarchyTable()
    const names: unknown[] = []
    for await (const row of await table.setColumns([PidTagDisplayName]))
      names.push(row.get(PidTagDisplayName))
    expect(names).toEqual(['Book 1', 'Book 2'])
    const container = await book.openContainer(entryIdOf(2, 255))
    const found = await book.resolveNames(['Ann', 'Bob'], COLUMNS, { container })
    expect(found.map(({ kind }) => kind)).toEqual(['unresolved', 'resolved'])
    expect((await book.openContainer()).entryId).toEqual(entryIdOf(1, 255))
    await expectError(book.openContainer(entryIdOf(7, 7)), ErrorCode.NotFound)
  })

  it('orders what is in several books by the books first', async () => {
    const book = await merged(fakeBook(1, ['Ann', 'Bob']), fakeBook(2, ['Abe']))
    const entries = [entryIdOf(2, 0), entryIdOf(1, 1), entryIdOf(1, 0)]
    expect(await book.sortEntries(entries, 'displayName')).toEqual([...entries].reverse())
    expect(await book.compare(entryIdOf(2, 0), entryIdOf(1, 1))).toBeGreaterThan(0)
    expect(await book.compare(entryIdOf(1, 0), entryIdOf(1, 1))).toBeLessThan(0)
  })

  it('puts together what all books have, up to a limit', async () => {
    const book = await merged(fakeBook(1, ['Ann', 'Bob']), fakeBook(2, ['Carol']))
    const all = exists(PidTagDisplayName)
    expect((await book.getMatches(all, COLUMNS)).length).toBe(3)
    await expectError(book.getMatches(all, COLUMNS, { limit: 2 }), ErrorCode.TableTooBig)
    expect(await book.queryColumns()).toEqual([PidTagEntryId, PidTagDisplayName])
    expect(await book.creationTemplates()).toEqual([])
  })

  it('prepares recipients with the book that knows them', async () => {
    const book = await merged(fakeBook(1, ['Ann']), fakeBook(2, ['Bob']))
    const recipients = ['Bob', 'Nobody', 'Ann'].map((name, rowId) => ({
      rowId,
      type: 1,
      properties: new PropertyBag([[PidTagDisplayName, name]]),
    }))
    expect(await book.prepareRecipients(recipients)).toEqual([recipients[0], undefined, recipients[2]])
  })

  it('passes over a book that cannot be reached', async () => {
    const book = await merged('down', fakeBook(2, ['Bob']))
    expect((await book.resolveNames(['Bob'], COLUMNS))[0]?.kind).toBe('resolved')
    expect((await book.getMatches(exists(PidTagDisplayName), COLUMNS)).length).toBe(1)
  })

  it('fails when none can be reached', async () => {
    const book = await merged('down')
    await expectError(book.resolveNames(['Bob'], COLUMNS), ErrorCode.NetworkError)
    await expectError(book.getMatches(exists(PidTagDisplayName), COLUMNS), ErrorCode.NetworkError)
    await expectError(book.openContainer(), ErrorCode.NetworkError)
  })

  it('says that a question is answered by none', async () => {
    const book = await merged(fakeBook(1, []))
    await expectError(book.getServerUrl('mailbox', '/o=x'), ErrorCode.NotSupported)
  })
})
