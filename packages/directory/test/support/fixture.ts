import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  PidTagBusinessTelephoneNumber,
  PidTagDepartmentName,
  PidTagGivenName,
  PidTagOfficeLocation,
  PidTagSurname,
  PidTagTitle,
} from '@bourse/mapi'
import {
  Directory,
  type DirectoryAddressBook,
  type DirectoryTransaction,
  type PasswordHasher,
} from '../../src/index.ts'

/** A hasher that takes no time, and remembers what it was asked. */
export function quickHasher(): PasswordHasher & { readonly verified: string[] } {
  const verified: string[] = []
  return {
    verified,
    hash: async (password) => `hash:${password}`,
    verify: async (password, hash) => {
      verified.push(hash)
      return hash === `hash:${password}`
    },
    needsRehash: () => false,
  }
}

export interface Fixture extends AsyncDisposable {
  readonly directory: Directory
  readonly path: string
  /** Opens the same database once more, as another process would. */
  reopen(): Promise<Directory>
}

/** A new directory in a folder of its own. */
export async function openDirectory(hasher: PasswordHasher = quickHasher()): Promise<Fixture> {
  const folder = await mkdtemp(join(tmpdir(), 'bourse-directory-'))
  const path = join(folder, 'directory.sqlite')
  const directory = await Directory.open(path, { hasher })
  const opened = [directory]
  return {
    directory,
    path,
    async reopen() {
      const again = await Directory.open(path, { hasher })
      opened.push(again)
      return again
    },
    async [Symbol.asyncDispose]() {
      for (const each of opened) await each[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    },
  }
}

/** Names the organization and its domains. */
export function setUpOrganization(tx: DirectoryTransaction, name = 'Contoso'): void {
  tx.setSettings({
    ...tx.settings,
    name,
    domains: [
      { name: 'contoso.example', netbiosName: 'CONTOSO' },
      { name: 'fabrikam.example', netbiosName: 'FABRIKAM' },
    ],
  })
}

/** The ids of a small organization's objects by name. */
export type Ids = Readonly<
  Record<
    | 'alice'
    | 'bob'
    | 'carol'
    | 'ghost'
    | 'sales'
    | 'staff'
    | 'everyone'
    | 'oak'
    | 'beamer'
    | 'erin'
    | 'ideas',
    number
  >
>

/**
 * A small organization: users alice (an administrator), bob and carol (whose manager is alice) and a hidden ghost; group sales (bob; owned by
 * carol) within group staff (sales, carol); dynamic group everyone (all users); room oak, equipment beamer, contact erin, public folder
 * ideas.
 */
export async function fill(directory: Directory): Promise<Ids> {
  return directory.write(async (tx) => {
    setUpOrganization(tx)
    const user = async (
      name: string,
      givenName: string,
      surname: string,
      department: string,
      phone: string,
    ) => {
      const { id } = await tx.create({
        kind: 'user',
        name,
        displayName: `${givenName} ${surname}`,
        addresses: [`${name}@contoso.example`, `smtp:${name}@fabrikam.example`],
        properties: [
          [PidTagGivenName, givenName],
          [PidTagSurname, surname],
          [PidTagDepartmentName, department],
          [PidTagBusinessTelephoneNumber, phone],
        ],
      })
      return id
    }
    const alice = await user('alice', 'Alice', 'Adams', 'Management', '+1 555 0100')
    const bob = await user('bob', 'Bob', 'Ångström', 'Sales', '+1 555 0101')
    const carol = await user('carol', 'Carol', 'Cooper', 'Sales', '+1 555 0102')
    const ghost = await user('ghost', 'Ghost', 'Writer', 'Nowhere', '+1 555 0103')
    await tx.update(alice, {
      role: 'administrator',
      properties: [
        [PidTagTitle, 'Director'],
        [PidTagOfficeLocation, 'Top floor'],
      ],
    })
    await tx.update(ghost, { isHidden: true })
    const make = async (
      kind: 'group' | 'room' | 'equipment' | 'publicFolder',
      name: string,
      displayName: string,
    ) => (await tx.create({ kind, name, displayName, addresses: [`${name}@contoso.example`] })).id
    const sales = await make('group', 'sales', 'Sales Team')
    const staff = await make('group', 'staff', 'Staff')
    const oak = await make('room', 'oak', 'Oak Room')
    const beamer = await make('equipment', 'beamer', 'Beamer')
    const ideas = await make('publicFolder', 'ideas', 'Ideas')
    const everyone = (
      await tx.create({
        kind: 'dynamicGroup',
        name: 'everyone',
        displayName: 'Everyone',
        addresses: ['everyone@contoso.example'],
        filter: { kinds: ['user'] },
      })
    ).id
    const erin = (
      await tx.create({
        kind: 'contact',
        name: 'erin',
        displayName: 'Erin Outside',
        addresses: ['erin@elsewhere.example'],
      })
    ).id
    await tx.setLinks(bob, 'manager', [alice])
    await tx.setLinks(carol, 'manager', [alice])
    await tx.setLinks(sales, 'member', [bob])
    await tx.setLinks(sales, 'owner', [carol])
    await tx.setLinks(staff, 'member', [sales, carol])
    return { alice, bob, carol, ghost, sales, staff, everyone, oak, beamer, erin, ideas }
  })
}

/** The address book as a user of the fixture sees it. */
export async function addressBookOf(
  directory: Directory,
  id: number,
  options: { readonly codePage?: number; readonly localeId?: number } = {},
): Promise<DirectoryAddressBook> {
  const principal = await directory.principalOf(id)
  return directory.addressBook({ principal: principal!, ...options })
}
