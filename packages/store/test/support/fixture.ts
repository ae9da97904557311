import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AddressBookEntryType, addressBookEntryId, type MessageStore } from '@bourse/mapi'
import { encodeWith } from '@bourse/mapi/bytes'
import { Logon } from '../../src/access/logon.ts'
import type { Principal } from '../../src/access/principal.ts'
import { StoreEngine } from '../../src/engine.ts'
import type { Mailbox } from '../../src/mailbox/mailbox.ts'
import { StoreObject } from '../../src/object/store-object.ts'

/** Who the tests know. The mailbox belongs to `owner`; nobody has been given anything in it. */
export type TestUser = 'owner' | 'delegate' | 'stranger' | 'admin'

const CODE_PAGE = 1252

/** The legacy DN of a user. */
export function dnOf(user: string): string {
  return `/o=example/ou=first/cn=recipients/cn=${user}`
}

/** The address book's entry ID of a user. */
export function entryIdOf(user: string): Uint8Array {
  return encodeWith(addressBookEntryId, { type: AddressBookEntryType.LocalMailUser, x500Dn: dnOf(user) })
}

export function principalOf(user: TestUser): Principal {
  return {
    key: dnOf(user),
    entryId: entryIdOf(user),
    displayName: user,
    groups: new Set(user === 'delegate' ? [dnOf('team')] : []),
    role: user === 'admin' ? 'administrator' : 'user',
  }
}

/**
 * Stores as programs see them, whatever is behind them. What the behaviour tests run on: the engine itself, the Exchange
 * provider against a server, the subsystem.
 */
export interface StoreFixture {
  /** The mailbox of `owner`, as a user sees it who logs on now. */
  store(user?: TestUser): Promise<MessageStore>
  publicStore(user?: TestUser): Promise<MessageStore>
  dispose(): Promise<void>
}

/** Makes a fixture: the mailbox as it was created, and public folders with nothing in them. */
export type OpenFixture = () => Promise<StoreFixture>

/** An engine in a directory of its own, with the mailbox of `owner` and the public folders. */
export interface EngineFixture extends StoreFixture {
  readonly engine: StoreEngine
  readonly mailbox: Mailbox
  readonly publicMailbox: Mailbox
  logon(user?: TestUser): Logon
  publicLogon(user?: TestUser): Logon
}

export async function openEngineFixture(): Promise<EngineFixture> {
  const directory = await mkdtemp(join(tmpdir(), 'bourse-store-'))
  const engine = await StoreEngine.open(directory)
  const mailbox = await engine.createMailbox({
    kind: 'private',
    ownerDn: dnOf('owner'),
    displayName: 'owner',
  })
  const publicMailbox = await engine.createMailbox({
    kind: 'public',
    ownerDn: '',
    displayName: 'Public Folders',
  })
  const logon = (user: TestUser = 'owner'): Logon => new Logon(mailbox, principalOf(user), CODE_PAGE)
  const publicLogon = (user: TestUser = 'owner'): Logon =>
    new Logon(publicMailbox, principalOf(user), CODE_PAGE)
  return {
    engine,
    mailbox,
    publicMailbox,
    logon,
    publicLogon,
    store: async (user) => new StoreObject(logon(user)),
    publicStore: async (user) => new StoreObject(publicLogon(user)),
    dispose: async () => {
      await engine[Symbol.asyncDispose]()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** The fixture on the engine itself. */
export const openFixture: OpenFixture = openEngineFixture
