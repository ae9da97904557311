import {
  contains,
  ErrorCode,
  equals,
  isMailUser,
  type MessageStore,
  PidTagAddressType,
  PidTagAnr,
  PidTagDisplayName,
  PidTagEmailAddress,
  PidTagEntryId,
  PidTagObjectType,
  PidTagSmtpAddress,
  PropertyBag,
  RecipientType,
} from '@bourse/mapi'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ContactsAddressBook, contactsAddressBookProvider } from '../../src/contacts/index.ts'
import type { MailSession } from '../../src/mail/index.ts'
import { contactsIn } from '../../src/people/index.ts'
import { testAddressBookProvider } from '../../src/testing/index.ts'
import { openEngineSession } from '../mail/engine-session.ts'

describe('the address book of contacts', () => {
  let session: MailSession
  let book: ContactsAddressBook

  beforeEach(async () => {
    session = (await openEngineSession()).session
    book = new ContactsAddressBook(() => session.raw.stores())
    const contacts = await session.store.contacts()
    await contacts.create({
      givenName: 'Ann',
      surname: 'Adams',
      company: 'Example',
      emails: [{ address: 'ann@example.com' }, { address: 'ann@home.example' }],
    })
    await contacts.create({ givenName: 'André', surname: 'Baker', emails: [{ address: 'ab@example.com' }] })
    await contacts.create({ surname: 'No address' })
    const more = await contacts.folder.createFolder('Club', { containerClass: 'IPF.Contact' })
    await contactsIn(more).create({ givenName: 'Carl', emails: [{ address: 'carl@club.example' }] })
  })

  afterEach(() => session[Symbol.asyncDispose]())

  const columns = [PidTagDisplayName, PidTagSmtpAddress, PidTagEntryId] as const

  async function resolve(...names: string[]): Promise<(string | undefined)[]> {
    return (await book.resolveNames(names, columns)).map((answer) =>
      answer.kind === 'resolved' ? answer.entry.get(PidTagSmtpAddress) : answer.kind,
    )
  }

  it('has a container for each contact folder', async () => {
    await using table = await book.hierarchyTable()
    const typed = await table.setColumns([PidTagDisplayName, PidTagEntryId, PidTagObjectType])
    const { rows } = await typed.queryRows(10)
    expect(rows.map((row) => [row.get(PidTagDisplayName), row.get(PidTagObjectType)])).toEqual([
      ['Contacts', 4],
      ['Club', 4],
    ])
    await using club = await book.openContainer(rows[1]!.get(PidTagEntryId))
    await using contents = await club.contentsTable()
    const names = await contents.setColumns([PidTagDisplayName])
    expect((await names.queryRows(10)).rows.map((row) => row.values())).toEqual([['Carl']])
    expect((await club.getProperties([PidTagDisplayName])).get(PidTagDisplayName)).toBe('Club')
    expect(await book.resolveNames(['Ann'], columns, { container: club })).toEqual([{ kind: 'unresolved' }])
    await expect(book.openContainer(new Uint8Array(4))).rejects.toMatchObject({ code: ErrorCode.NotFound })
  })

  it('resolves names, whole and in parts', async () => {
    expect(await resolve('ann@home.example', 'Ann', 'bak', 'baker, andre', 'Carl', 'Nobody', '')).toEqual([
      'ann@home.example',
      'ambiguous',
      'ab@example.com',
      'ab@example.com',
      'carl@club.example',
      'unresolved',
      'unresolved',
    ])
    const restricted = await book.resolveNames(['Ann'], columns, {
      restriction: contains(PidTagSmtpAddress, 'home'),
    })
    expect(restricted[0]!.kind).toBe('resolved')
  })

  it('finds entries, sorts them and opens them', async () => {
    const all = await book.getMatches(contains(PidTagSmtpAddress, '@'), columns)
    expect(all.map((row) => row.get(PidTagDisplayName))).toEqual([
      'André Baker',
      'Ann Adams',
      'Ann Adams',
      'Carl',
    ])
    expect(await book.getMatches(equals(PidTagAnr, 'adams'), [PidTagSmtpAddress])).toHaveLength(2)
    await expect(book.getMatches(equals(PidTagAnr, 'a'), columns, { limit: 1 })).rejects.toMatchObject({
      code: ErrorCode.TableTooBig,
    })
    const [andre, , , carl] = all.map((row) => row.get(PidTagEntryId)!)
    await using entry = await book.openEntry(carl!)
    expect(isMailUser(entry)).toBe(true)
    expect(await entry.get(PidTagEmailAddress)).toBe('carl@club.example')
    expect((await entry.getProperties([PidTagAddressType])).get(PidTagAddressType)).toBe('SMTP')
    await expect(entry.setProperties([])).rejects.toMatchObject({ code: ErrorCode.NotSupported })
    expect(await book.sortEntries([carl!, andre!], 'displayName')).toEqual([andre, carl])
    expect(await book.compare(andre!, carl!)).toBeLessThan(0)
    expect(await book.getEntries([new Uint8Array(1)], columns)).toEqual([undefined])
    await expect(book.openEntry(new Uint8Array(1))).rejects.toMatchObject({ code: ErrorCode.NotFound })
    expect(await book.entryIdsOfDns(['/o=x'])).toEqual([undefined])
    expect(await book.queryColumns()).toContain(PidTagSmtpAddress)
  })

  it('fills in recipients', async () => {
    const [row] = await book.getMatches(contains(PidTagSmtpAddress, 'carl'), columns)
    const recipient = {
      rowId: 0,
      type: RecipientType.To,
      properties: new PropertyBag([[PidTagEntryId, row!.get(PidTagEntryId)!]]),
    }
    const [filled] = await book.prepareRecipients([recipient])
    expect(filled!.properties.get(PidTagSmtpAddress)).toBe('carl@club.example')
    expect(filled!.properties.get(PidTagEntryId)).not.toEqual(row!.get(PidTagEntryId))
    const unknown = { ...recipient, properties: new PropertyBag() }
    expect(await book.prepareRecipients([unknown])).toEqual([undefined])
  })

  it('is a provider without settings, over the stores of the session', async () => {
    await using opened = await contactsAddressBookProvider.open(
      {},
      {
        secret: async () => undefined,
        signal: new AbortController().signal,
        openStore: async () => session.store.raw,
        stores: () => session.raw.stores(),
        log: () => {},
      },
    )
    expect((await opened.resolveNames(['Carl'], columns))[0]!.kind).toBe('resolved')
  })
})

describe('as the subsystem expects it', () => {
  let session: MailSession
  const stores: MessageStore[] = []

  beforeAll(async () => {
    session = (await openEngineSession()).session
    stores.push(session.store.raw)
    const contacts = await session.store.contacts()
    await contacts.create({ givenName: 'Ann', surname: 'Adams', emails: [{ address: 'ann@example.com' }] })
    await contacts.create({
      givenName: 'Anton',
      surname: 'Baker',
      emails: [{ address: 'anton@example.com' }],
    })
  })

  afterAll(() => session[Symbol.asyncDispose]())

  testAddressBookProvider({ describe, it }, contactsAddressBookProvider, {
    settings: {},
    stores,
    someone: 'Ann Adams',
    ambiguous: 'An',
  })
})
