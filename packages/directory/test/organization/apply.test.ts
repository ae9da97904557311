import { PidTagDepartmentName, PidTagMobileTelephoneNumber, PidTagTitle } from '@bourse/mapi'
import { describe, expect, it } from 'vitest'
import {
  type ApplyOptions,
  applyOrganization,
  type Directory,
  formatChange,
  parseOrganization,
} from '../../src/index.ts'
import { openDirectory } from '../support/fixture.ts'
import { NotedMailboxes } from '../support/mailboxes.ts'

const FILE = `
organization: Contoso
domains: [contoso.example, fabrikam.example]
users:
  - name: alice
    displayName: Alice Adams
    title: Director
    role: administrator
    password: secret
    aliases: [a.adams@fabrikam.example]
    delegates: [bob]
    folders:
      Calendar: { bob: reviewer, default: freeBusyTime }
  - { name: bob, displayName: Bob, manager: alice, initialPassword: start, sendAs: [sales] }
groups:
  - { name: sales, displayName: Sales, members: [bob, erin, staff], owners: [alice] }
  - { name: staff, where: { kind: user }, isDepartment: false }
  - { name: company, members: [sales], isDepartment: true }
rootDepartment: company
contacts:
  - { name: erin, address: erin@elsewhere.example }
rooms:
  - { name: oak, displayName: Oak Room, roomCapacity: 12, mailbox: { quota: 100 MB } }
equipment:
  - { name: beamer }
addressLists:
  - { name: europe, displayName: Europe, where: { country: [Germany, France] } }
  - { name: berlin, where: { city: Berlin }, parent: europe }
publicFolders:
  - { path: /Projects/Alpha, address: alpha@contoso.example, permissions: { sales: author, default: none } }
  - { path: /Archive }
`

async function apply(text: string, directory: Directory, mailboxes?: NotedMailboxes, options?: ApplyOptions) {
  const organization = parseOrganization(text, 'organization.yaml')
  const { changes } = await applyOrganization(
    organization,
    { directory, ...(mailboxes ? { mailboxes } : {}) },
    options,
  )
  return changes.map(formatChange)
}

describe('applyOrganization', () => {
  it('makes an organization, and then changes nothing any more', async () => {
    await using fixture = await openDirectory()
    const { directory } = fixture
    const mailboxes = new NotedMailboxes()
    expect(await apply(FILE, directory, mailboxes)).toEqual([
      'created user alice',
      'created user bob',
      'created room oak',
      'created piece of equipment beamer',
      'created group sales',
      'created dynamic group staff',
      'created group company',
      'created contact erin',
      'created public folder address projects-alpha',
      'created address list europe',
      'created address list berlin',
      'created mailbox alice',
      'created mailbox bob',
      'created mailbox oak',
      'created mailbox beamer',
      'updated permissions alice/Calendar',
      'created public folder /Projects/Alpha',
      'updated permissions /Projects/Alpha',
      'created public folder /Archive',
    ])
    const { version } = directory
    expect(await apply(FILE, directory, mailboxes)).toEqual([])
    expect(directory.version).toBe(version)

    const alice = (await directory.find('a.adams@fabrikam.example'))!
    expect(alice).toMatchObject({
      name: 'alice',
      legacyDn: '/o=Contoso/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=alice',
      addresses: ['SMTP:alice@contoso.example', 'smtp:a.adams@fabrikam.example'],
      role: 'administrator',
    })
    expect((await directory.authenticate('alice', 'secret')).kind).toBe('authenticated')
    expect((await directory.authenticate('bob', 'start')).kind).toBe('authenticated')
    expect(await directory.settings()).toMatchObject({
      name: 'Contoso',
      rootDepartmentId: (await directory.find('company'))!.id,
    })
    const oak = (await directory.find('oak'))!
    expect(mailboxes.mailboxes.get(oak.mailbox!.guid)).toMatchObject({
      ownerDn: oak.legacyDn,
      displayName: 'Oak Room',
      isEnabled: true,
      quota: { receive: 104_857_600 },
    })
    expect([...mailboxes.permissions.values()]).toEqual([
      new Map([
        ['Bob', 0x401],
        ['default', 0x800],
      ]),
      new Map([
        ['Sales', 0x41b],
        ['default', 0],
      ]),
    ])
  })

  it('gives whole mailboxes to users and groups, which only what has a mailbox can do', async () => {
    await using fixture = await openDirectory()
    const { directory } = fixture
    await apply(FILE, directory)
    const shared = FILE.replace('roomCapacity: 12', 'fullAccess: [alice, sales]')
    expect(await apply(shared, directory)).toEqual(['updated room oak (fullAccess)'])
    const ids = await Promise.all(
      ['oak', 'alice', 'sales'].map(async (name) => (await directory.find(name))!.id),
    )
    expect(await directory.linksFrom(ids[0]!, 'fullAccess')).toEqual(ids.slice(1))
    expect(await directory.linksTo(ids[1]!, 'fullAccess')).toEqual([ids[0]])
    expect(await apply(shared.replace('[alice, sales]', '[]'), directory)).toEqual([
      'updated room oak (fullAccess)',
    ])
    expect(() =>
      parseOrganization(
        FILE.replace('{ name: erin,', '{ name: erin, fullAccess: [bob],'),
        'organization.yaml',
      ),
    ).toThrow('fullAccess')
  })

  it('changes what the file says otherwise, and tells what', async () => {
    await using fixture = await openDirectory()
    const { directory } = fixture
    const mailboxes = new NotedMailboxes()
    await apply(FILE, directory, mailboxes)
    const before = (await directory.find('alice'))!
    const changed = FILE.replace('title: Director', 'title: President')
      .replace('password: secret', 'password: other')
      .replace('aliases: [a.adams@fabrikam.example]', 'aliases: []')
      .replace('delegates: [bob]', 'delegates: []')
      .replace('bob: reviewer', 'bob: editor')
      .replace('members: [bob, erin, staff]', 'members: [erin]')
      .replace('kind: user', 'kind: [user, room]')
      .replace('quota: 100 MB', 'quota: 200 MB')
      .replace('parent: europe', 'displayName: Berlin')
    expect(await apply(changed, directory, mailboxes)).toEqual([
      'updated user alice (addresses, title, password, delegates)',
      'updated room oak (mailbox)',
      'updated dynamic group staff (where)',
      'updated group sales (members)',
      'updated address list berlin (displayName, parent)',
      'updated mailbox oak',
      'updated permissions alice/Calendar',
    ])
    const after = (await directory.find('alice'))!
    expect(after.credentialVersion).toBe(before.credentialVersion + 1)
    expect(await directory.find('a.adams@fabrikam.example')).toBeUndefined()
    expect(await apply(changed, directory, mailboxes)).toEqual([])
  })

  it('leaves alone what the file does not speak of', async () => {
    await using fixture = await openDirectory()
    const { directory } = fixture
    await apply(FILE, directory)
    const alice = (await directory.find('alice'))!
    await directory.write(async (tx) => {
      await tx.update(alice.id, {
        properties: [
          [PidTagMobileTelephoneNumber, '+1'],
          [PidTagDepartmentName, 'Management'],
        ],
      })
      await tx.create({ kind: 'contact', name: 'zoe', addresses: ['zoe@elsewhere.example'] })
    })
    const bob = (await directory.find('bob'))!
    await directory.setPassword(bob.id, 'own')
    expect(await apply(FILE, directory)).toEqual([])
    expect((await directory.find('alice'))!.properties.get(PidTagMobileTelephoneNumber)).toBe('+1')
    expect(await directory.find('zoe')).toBeDefined()
    expect((await directory.authenticate('bob', 'own')).kind).toBe('authenticated')
  })

  it('removes what has a key but no value', async () => {
    await using fixture = await openDirectory()
    const { directory } = fixture
    await apply(FILE, directory)
    const changed = FILE.replace('title: Director', 'title:').replace('manager: alice', 'manager: null')
    expect(await apply(changed, directory)).toEqual([
      'updated user alice (title)',
      'updated user bob (manager)',
    ])
    const alice = (await directory.find('alice'))!
    expect(alice.properties.has(PidTagTitle)).toBe(false)
    expect(await directory.linksTo(alice.id, 'manager')).toEqual([])
  })

  it('keeps a replaced address as another one', async () => {
    await using fixture = await openDirectory()
    const { directory } = fixture
    await apply('organization: C\ndomains: [c.example]\nusers: [{ name: alice }]', directory)
    await apply(
      'organization: C\ndomains: [c.example]\nusers: [{ name: alice, address: adams@c.example }]',
      directory,
    )
    expect((await directory.find('alice'))!.addresses).toEqual([
      'SMTP:adams@c.example',
      'smtp:alice@c.example',
    ])
  })

  it('sets passwords by their hashes', async () => {
    await using fixture = await openDirectory()
    const { directory } = fixture
    const hash = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'
    const text = `organization: C\ndomains: [c.example]\nusers: [{ name: alice, passwordHash: "${hash}" }]`
    expect(await apply(text, directory)).toEqual(['created user alice'])
    expect(await apply(text, directory)).toEqual([])
    const alice = (await directory.find('alice'))!
    expect(await directory.isPasswordHash(alice.id, hash)).toBe(true)
  })

  it('removes and prunes only when it is told to', async () => {
    await using fixture = await openDirectory()
    const { directory } = fixture
    const mailboxes = new NotedMailboxes()
    await apply(FILE, directory, mailboxes)
    const less = 'organization: Contoso\nusers: [{ name: alice }]\nremove: [erin, berlin, nobody]'
    expect(await apply(less, directory, mailboxes)).toEqual([
      'removed contact erin',
      'removed address list berlin',
    ])
    expect(await apply(less, directory, mailboxes)).toEqual([])
    expect(await apply(less, directory, mailboxes, { prune: true })).toEqual([
      'disabled user bob',
      'disabled room oak',
      'disabled piece of equipment beamer',
      'removed group sales',
      'removed dynamic group staff',
      'removed group company',
      'removed public folder address projects-alpha',
      'removed address list europe',
      'disabled mailbox bob',
      'disabled mailbox oak',
      'disabled mailbox beamer',
    ])
    expect(await apply(less, directory, mailboxes, { prune: true })).toEqual([])
    expect((await directory.authenticate('bob', 'start')).kind).toBe('failed')
    expect((await directory.find('bob'))!.isHidden).toBe(true)
    const lists = (await directory.summaries()).filter(({ kind }) => kind === 'addressList')
    expect(lists.map(({ name }) => name).sort()).toEqual([
      'all-contacts',
      'all-groups',
      'all-rooms',
      'all-users',
      'public-folders',
    ])
  })

  it('changes nothing if something cannot be, and says all that cannot', async () => {
    await using fixture = await openDirectory()
    const { directory } = fixture
    await apply(FILE, directory)
    const { version } = directory
    const text = `organization: Contoso
users:
  - { name: sales }
  - { name: carol, manager: nobody, delegates: [alice, ghost] }
  - { name: dave, aliases: [alice@contoso.example] }
  - { name: frank, folders: { Inbox: { unknown: reviewer } } }
groups:
  - { name: own, members: [own] }
addressLists:
  - { name: europe, where: {}, parent: berlin }
  - { name: paris, where: {}, parent: nowhere }
rootDepartment: missing
`
    const problem = (line: number, key: string, message: string) =>
      `organization.yaml, line ${line}, ${key}: ${message}`
    await expect(apply(text, directory)).rejects.toThrow(
      [
        problem(3, 'users[0].name', '"sales" is a group in the directory, not a user.'),
        problem(4, 'users[1].manager', 'There is no "nobody", neither in this file nor in the directory.'),
        problem(
          4,
          'users[1].delegates[1]',
          'There is no "ghost", neither in this file nor in the directory.',
        ),
        problem(5, 'users[2].name', 'The address "alice@contoso.example" belongs to "alice" already.'),
        problem(
          6,
          'users[3].folders.Inbox.unknown',
          'There is no "unknown", neither in this file nor in the directory.',
        ),
        problem(8, 'groups[0].members[0]', '"own" cannot refer to itself.'),
        problem(10, 'addressLists[0].name', 'Address list "europe" cannot stand below itself.'),
        problem(11, 'addressLists[1].parent', 'There is no address list "nowhere".'),
        problem(12, 'rootDepartment', 'There is no "missing", neither in this file nor in the directory.'),
      ].join('\n'),
    )
    expect(directory.version).toBe(version)
  })
})
