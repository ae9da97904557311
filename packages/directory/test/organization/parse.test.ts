import {
  and,
  equals,
  not,
  or,
  PidTagDepartmentName,
  PidTagOfficeLocation,
  PidTagTitle,
  startsWith,
} from '@bourse/mapi'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OrganizationFileError, parseOrganization } from '../../src/index.ts'

/** The problems of a text, `line key: message` each. */
function problemsOf(text: string): readonly string[] {
  try {
    parseOrganization(text, 'organization.yaml')
    return []
  } catch (error) {
    if (!(error instanceof OrganizationFileError)) throw error
    return error.problems.map(({ line, key, message }) => `${line} ${key}: ${message}`)
  }
}

describe('an organization file', () => {
  it('declares everything that an organization has', () => {
    const organization = parseOrganization(
      `
organization: Contoso
domains:
  - contoso.example
  - { name: Fabrikam.Example, netbios: FAB }
users:
  - name: alice
    displayName: Alice Adams
    givenName: Alice
    surname: Adams
    title:
    businessPhones: [+1 555 0100, +1 555 0101]
    role: administrator
    password: secret
    address: alice@contoso.example
    aliases: [a.adams@fabrikam.example, "X500:/o=Old/cn=alice"]
    delegates: bob
    mailbox: { server: mail1, quota: { warning: 1.5 GB, receive: 2 GB } }
    folders:
      Calendar: { bob: reviewer, default: freeBusyTime }
      /Inbox/Projects/: { bob: [readAny, folderVisible] }
  - { name: bob, manager: alice, enabled: false, hidden: true, mailbox: false }
groups:
  - { name: sales, members: [alice, bob], owners: alice }
  - name: staff
    where: { kind: user, department: [Sales, Support], title: { startsWith: Head }, not: { office: Berlin } }
contacts:
  - { name: erin, address: erin@elsewhere.example }
rooms:
  - { name: oak, roomCapacity: 12 }
equipment:
  - { name: beamer, displayName: Beamer }
addressLists:
  - { name: sellers, displayName: Sellers, where: { department: Sales } }
publicFolders:
  - { path: /Projects/Alpha 1, address: alpha@contoso.example, permissions: { default: author, anonymous: none } }
  - { path: Old }
remove: [dave]
`,
      'organization.yaml',
    )
    expect(organization).toMatchObject({
      name: 'Contoso',
      domains: [
        { name: 'contoso.example', netbiosName: 'CONTOSO' },
        { name: 'fabrikam.example', netbiosName: 'FAB' },
      ],
      addressLists: [{ name: 'sellers', filter: { restriction: equals(PidTagDepartmentName, 'Sales') } }],
      publicFolders: [
        {
          path: '/Projects/Alpha 1',
          permissions: [
            { member: 'default', rights: 0x41b },
            { member: 'anonymous', rights: 0 },
          ],
          recipient: {
            kind: 'publicFolder',
            name: 'projects-alpha-1',
            displayName: 'Alpha 1',
            folderPath: '/Projects/Alpha 1',
          },
        },
        { path: '/Old', permissions: [] },
      ],
      removals: [{ text: 'dave', place: { line: 38, key: 'remove[0]' } }],
    })
    const [alice, bob, oak, beamer, sales, staff, erin] = organization.recipients
    expect(alice).toMatchObject({
      kind: 'user',
      role: 'administrator',
      password: { kind: 'password', password: 'secret' },
      aliases: ['smtp:a.adams@fabrikam.example', 'X500:/o=Old/cn=alice'],
      delegates: [{ text: 'bob' }],
      mailbox: {
        wanted: true,
        isEnabled: true,
        server: 'mail1',
        quota: { warning: 1_610_612_736, receive: 2_147_483_648 },
      },
      folders: [
        {
          path: 'Calendar',
          permissions: [
            { member: { text: 'bob' }, rights: 0x401 },
            { member: 'default', rights: 0x800 },
          ],
        },
        { path: 'Inbox/Projects', permissions: [{ member: { text: 'bob' }, rights: 0x401 }] },
      ],
      place: { line: 7, key: 'users[0].name' },
    })
    expect(alice!.attributes.map(([{ name }, value]) => [name, value])).toEqual([
      ['givenName', 'Alice'],
      ['surname', 'Adams'],
      ['title', undefined],
      ['businessPhones', ['+1 555 0100', '+1 555 0101']],
    ])
    expect(bob).toMatchObject({ isEnabled: false, isHidden: true, mailbox: { wanted: false } })
    expect(sales).toMatchObject({
      kind: 'group',
      members: [{ text: 'alice' }, { text: 'bob' }],
      owners: [{ text: 'alice' }],
    })
    expect(staff).toMatchObject({
      kind: 'dynamicGroup',
      filter: {
        kinds: ['user'],
        restriction: and(
          or(equals(PidTagDepartmentName, 'Sales'), equals(PidTagDepartmentName, 'Support')),
          startsWith(PidTagTitle, 'Head', { ignoreNonSpace: true }),
          not(equals(PidTagOfficeLocation, 'Berlin')),
        ),
      },
    })
    expect([oak!.kind, beamer!.kind, erin!.kind]).toEqual(['room', 'equipment', 'contact'])
  })

  it('takes bytes in Base64, and certificates in PEM as well', () => {
    const text = (certificate: string) => `
organization: Contoso
users:
  - name: alice
    certificates: [MIIB, ${JSON.stringify(certificate)}]
`
    const pem = '-----BEGIN CERTIFICATE-----\nAQID\nBAUG\n-----END CERTIFICATE-----\n'
    const [alice] = parseOrganization(text(pem), 'organization.yaml').recipients
    const [[, certificates] = []] = alice!.attributes
    expect(certificates).toEqual([
      new Uint8Array(Buffer.from('MIIB', 'base64')),
      new Uint8Array([1, 2, 3, 4, 5, 6]),
    ])
    for (const wrong of ['no Base64!', 'AQI']) {
      expect(problemsOf(text(wrong))).toEqual(['5 users[0].certificates[1]: This must be Base64, or PEM.'])
    }
  })

  it('may leave everything out but its name', () => {
    expect(parseOrganization('organization: Contoso', 'x')).toMatchObject({
      name: 'Contoso',
      domains: undefined,
      recipients: [],
    })
  })

  it('says all that is wrong with it at once, with line and key', () => {
    const text = `organisation: Contoso
domains: [contoso.example, -nodomain-]
users:
  - name: alice
    pasword: x
    role: admin
    enabled: yes please
    address: alice
  - displayName: Nobody
  - name: bob dylan
  - alice
  - name: alice
    password: a
    passwordHash: b
    mailbox: { quota: lots }
    folders: { Inbox: { bob: everything } }
groups:
  - { name: g, members: [alice, [bob]], where: { colour: red, title: { like: x }, roomCapacity: many } }
contacts: { name: erin }
publicFolders:
  - { permissions: { default: owner } }
`
    expect(problemsOf(text)).toEqual([
      '1 organisation: There is no key "organisation" for an organization file; did you mean "organization"?',
      '1 : An "organization" is needed: its name.',
      '2 domains[1]: "-nodomain-" is not the name of a domain.',
      '5 users[0].pasword: There is no key "pasword" for a user; did you mean "password"?',
      '6 users[0].role: This must be "user" or "administrator", not "admin".',
      '7 users[0].enabled: This must be true or false, not "yes please".',
      '8 users[0].address: "alice" is not a mail address.',
      '9 users[1]: A user needs a "name".',
      '10 users[2].name: "bob dylan" is no name: it has 1 to 64 characters, without spaces and @/\\:;,"<>()[]=*?|.',
      '11 users[3]: This must be a set of keys and values, not "alice".',
      '12 users[4].name: The name "alice" is used in line 4 already.',
      '14 users[4].passwordHash: Only one of "password", "initialPassword" and "passwordHash" can be given.',
      '15 users[4].mailbox.quota: "lots" is not a size such as 500 MB or 2 GB.',
      expect.stringMatching(
        /^16 users\[4\]\.folders\.Inbox\.bob: "everything" is no right on a folder: it is one of "none", /,
      ),
      '18 groups[0].where: A group has "members" or "where", not both.',
      '18 groups[0].members[1]: This must be text, not a list.',
      '18 groups[0].where.colour: There is no key "colour" for a condition.',
      '18 groups[0].where.title.like: There is no key "like" for a comparison.',
      '18 groups[0].where.roomCapacity: This must be a whole number, not "many".',
      '19 contacts: This must be a list, not a set of keys and values.',
      '21 publicFolders[0]: A public folder needs a "path".',
    ])
  })

  it('says what cannot all be true', () => {
    const text = `organization: Contoso
domains: [contoso.example]
users:
  - { name: alice, address: a@contoso.example }
  - { name: bob, aliases: [A@contoso.example] }
  - { name: carol, address: carol@elsewhere.example }
contacts:
  - { name: Bob, address: bob@elsewhere.example }
  - { name: erin }
publicFolders:
  - path: /A
  - path: a/
  - { path: /, address: all@contoso.example }
remove: [ALICE]
`
    expect(problemsOf(text)).toEqual([
      '5 users[1].name: The address "a@contoso.example" is used in line 4 already.',
      '6 users[2].name: "carol@elsewhere.example" of "carol" is in none of the organization\'s domains.',
      '8 contacts[0].name: The name "Bob" is used in line 5 already.',
      '9 contacts[1].name: Contact "erin" needs an "address".',
      '12 publicFolders[1].path: The public folder "/a" is used in line 11 already.',
      '13 publicFolders[2].path: The folder that all public folders are in has no address.',
      '14 remove[0]: "ALICE" cannot be declared and removed in one file.',
    ])
  })

  it('says where it is no YAML', () => {
    expect(problemsOf('organization: [Contoso\nusers: x')[0]).toMatch(/^\d+ : This is no YAML: /)
    expect(problemsOf('organization: A\nusers: []\norganization: B')).toEqual([
      '3 : This key is there already.',
    ])
    expect(problemsOf('')).toEqual(['1 : This must be a set of keys and values, not nothing.'])
  })

  it('names the file in the message', () => {
    expect(() => parseOrganization('organization: A\nuser: []', 'my.yaml')).toThrow(
      'my.yaml, line 2, user: There is no key "user" for an organization file; did you mean "users"?',
    )
  })

  it('does not go deeper than conditions may', () => {
    const deep = `${'{ not: '.repeat(40)}{ title: x }${' }'.repeat(40)}`
    expect(problemsOf(`organization: A\naddressLists: [{ name: a, where: ${deep} }]`)).toEqual([
      expect.stringContaining('Conditions may stand 16 deep within each other at most.'),
    ])
    expect(problemsOf('organization: A\naddressLists: [{ name: a, where: &w { not: *w } }]')).toHaveLength(1)
  })

  it('takes any text without failing in another way', () => {
    const words = fc.constantFrom(
      'organization',
      'users',
      'groups',
      ':',
      ' ',
      '\n',
      '-',
      '  ',
      'name',
      'where',
      '{',
      '}',
      '[',
      ']',
      'x',
      ',',
      '&a',
      '*a',
      '|',
      '"',
      '#',
      'members',
      'folders',
    )
    fc.assert(fc.property(fc.array(words, { maxLength: 40 }), (parts) => void problemsOf(parts.join(''))))
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => void problemsOf(`organization: A\n${text}`)),
    )
  })
})
