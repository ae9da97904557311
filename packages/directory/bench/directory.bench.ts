import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import {
  contains,
  PidTagBusinessTelephoneNumber,
  PidTagDepartmentName,
  PidTagDisplayName,
  PidTagDisplayType,
  PidTagEntryId,
  PidTagGivenName,
  PidTagOfficeLocation,
  PidTagSmtpAddress,
  PidTagSurname,
  PidTagTitle,
} from '@bourse/mapi'
import { type Benchmark, compareAsync } from '../../../tools/bench/index.ts'
import { Directory, type DirectoryAddressBook, GLOBAL_ADDRESS_LIST_ID } from '../src/index.ts'

const USERS = 50_000
const DEPARTMENTS = 100
const COLUMNS = [
  PidTagEntryId,
  PidTagDisplayName,
  PidTagDisplayType,
  PidTagSmtpAddress,
  PidTagDepartmentName,
  PidTagOfficeLocation,
] as const

/** Names that repeat as names do; the same in every run. */
const GIVEN = [
  'Alice',
  'Bob',
  'Carol',
  'Dieter',
  'Élodie',
  'Fatima',
  'Günther',
  'Hiroshi',
  'Ines',
  'João',
  'Kaja',
  'Lars',
]
const SURNAMES = [
  'Adams',
  'Bauer',
  'Castro',
  'Díaz',
  'Ekström',
  'Fischer',
  'García',
  'Horváth',
  'Ivanov',
  'Jansen',
  'Kim',
  'Løvås',
]

function person(i: number) {
  const givenName = GIVEN[(i * 7) % GIVEN.length]!
  const surname = `${SURNAMES[(i * 5) % SURNAMES.length]!}${Math.floor(i / 144)}`
  return { name: `user${i}`, givenName, surname, displayName: `${surname}, ${givenName}` }
}

interface Setting {
  readonly directory: Directory
  readonly path: string
  readonly addressBook: DirectoryAddressBook
  /** The same people in one plain table, with the indexes that the questions need. */
  readonly plain: DatabaseSync
}

/** Runs something in a directory of 50,000 users. */
async function withDirectory<T>(work: (setting: Setting) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'bourse-directory-bench-'))
  try {
    const path = join(folder, 'directory.sqlite')
    const directory = await Directory.open(path)
    await fill(directory)
    const plain = new DatabaseSync(join(folder, 'plain.sqlite'))
    fillPlain(plain)
    const addressBook = directory.addressBook({ principal: { key: '', role: 'user', groups: new Set() } })
    const result = await work({ directory, path, addressBook, plain })
    plain.close()
    await directory[Symbol.asyncDispose]()
    return result
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function fill(directory: Directory): Promise<void> {
  await directory.write(async (tx) => {
    tx.setSettings({
      name: 'Contoso',
      domains: [{ name: 'contoso.example', netbiosName: 'CONTOSO' }],
      rootDepartmentId: undefined,
    })
    const departments: number[] = []
    for (let i = 0; i < DEPARTMENTS; i++)
      departments.push((await tx.create({ kind: 'group', name: `department${i}` })).id)
    const all = await tx.create({ kind: 'group', name: 'all' })
    await tx.setLinks(all.id, 'member', departments)
    const members: number[][] = departments.map(() => [])
    for (let i = 0; i < USERS; i++) {
      const { name, givenName, surname, displayName } = person(i)
      const { id } = await tx.create({
        kind: 'user',
        name,
        displayName,
        addresses: [
          `${name}@contoso.example`,
          `smtp:${givenName}.${surname}.${i}@contoso.example`.normalize('NFKD').replace(/\p{M}|ø/gu, ''),
        ],
        properties: [
          [PidTagGivenName, givenName],
          [PidTagSurname, surname],
          [PidTagTitle, 'Clerk'],
          [PidTagDepartmentName, `Department ${i % DEPARTMENTS}`],
          [PidTagOfficeLocation, `${i % 40}.${i % 7}`],
          [PidTagBusinessTelephoneNumber, `+1 555 ${i}`],
        ],
      })
      members[i % DEPARTMENTS]!.push(id)
    }
    for (const [i, department] of departments.entries()) await tx.setLinks(department, 'member', members[i]!)
  })
}

function fillPlain(plain: DatabaseSync): void {
  plain.exec(`
    PRAGMA journal_mode = WAL;
    CREATE TABLE person (id INTEGER PRIMARY KEY, display_name TEXT COLLATE NOCASE, smtp TEXT COLLATE NOCASE, department TEXT, office TEXT);
    BEGIN;
  `)
  const insert = plain.prepare(
    'INSERT INTO person (id, display_name, smtp, department, office) VALUES (?, ?, ?, ?, ?)',
  )
  for (let i = 0; i < USERS; i++) {
    const { name, displayName } = person(i)
    insert.run(
      i,
      displayName,
      `${name}@contoso.example`,
      `Department ${i % DEPARTMENTS}`,
      `${i % 40}.${i % 7}`,
    )
  }
  plain.exec(`
    COMMIT;
    CREATE INDEX person_name ON person (display_name);
    CREATE INDEX person_smtp ON person (smtp);
  `)
}

const opening: Benchmark = {
  name: 'directory/open',
  unit: `directory of ${USERS} users, opened and its first 50 rows read`,
  run: () =>
    withDirectory(async ({ path, plain }) => {
      const ours = async () => {
        await using directory = await Directory.open(path)
        const addressBook = directory.addressBook({ principal: { key: '', role: 'user', groups: new Set() } })
        const ids = (await addressBook.contentsOf(GLOBAL_ADDRESS_LIST_ID))!
        return addressBook.rowsOf(ids.slice(0, 50), COLUMNS)
      }
      const all = plain.prepare('SELECT * FROM person ORDER BY display_name')
      const comparison = await compareAsync('open', {
        ours,
        baseline: () => all.all(),
        baselineName: 'select all, sorted',
        runs: 1,
      })
      return { comparisons: [comparison] }
    }),
}

const reading: Benchmark = {
  name: 'directory/read',
  unit: `in a directory of ${USERS} users`,
  run: () =>
    withDirectory(async ({ directory, addressBook, plain }) => {
      const ids = (await addressBook.contentsOf(GLOBAL_ADDRESS_LIST_ID))!
      const page = plain.prepare('SELECT * FROM person ORDER BY display_name LIMIT 50 OFFSET ?')
      const pageFrom = plain.prepare(
        'SELECT * FROM person WHERE display_name >= ? ORDER BY display_name LIMIT 50',
      )
      const bySmtp = plain.prepare('SELECT * FROM person WHERE smtp = ?')
      const byPrefix = plain.prepare(
        'SELECT id FROM person WHERE display_name >= ? AND display_name < ? LIMIT 2',
      )
      const like = plain.prepare('SELECT * FROM person WHERE office LIKE ? ORDER BY display_name')
      const all = (await directory.find('all'))!
      const comparisons = [
        await compareAsync('rows 0 to 50', {
          ours: () => addressBook.rowsOf(ids.slice(0, 50), COLUMNS),
          baseline: () => page.all(0),
          baselineName: 'indexed select',
          goal: 0.33,
          runs: 50,
        }),
        await compareAsync('50 rows in the middle, not read before', {
          ours: (i) => addressBook.rowsOf(ids.slice((i * 50) % USERS, ((i * 50) % USERS) + 50), COLUMNS),
          baseline: (i) => page.all((i * 50) % USERS),
          baselineName: 'indexed select',
          goal: 0.33,
          runs: 50,
        }),
        await compareAsync('seek to a name, and 50 rows', {
          ours: (i) => {
            const at = addressBook.indexAtLeast(ids, person((i * 997) % USERS).surname)
            return addressBook.rowsOf(ids.slice(at, at + 50), COLUMNS)
          },
          baseline: (i) => pageFrom.all(person((i * 997) % USERS).surname),
          baselineName: 'indexed select',
          runs: 50,
        }),
        await compareAsync('find an SMTP address', {
          ours: (i) => directory.find(`user${(i * 31) % USERS}@contoso.example`),
          baseline: (i) => bySmtp.all(`user${(i * 31) % USERS}@contoso.example`),
          baselineName: 'indexed select',
          runs: 200,
        }),
        await compareAsync('resolve a name', {
          ours: (i) => addressBook.resolveMinimalIds([person((i * 31) % USERS).displayName]),
          baseline: (i) =>
            byPrefix.all(person((i * 31) % USERS).displayName, `${person((i * 31) % USERS).displayName}~`),
          baselineName: 'indexed select',
          runs: 200,
        }),
        await compareAsync('restriction on an attribute of all', {
          ours: () => addressBook.matchesIn(ids, contains(PidTagOfficeLocation, '39.6')),
          baseline: () => like.all('%39.6%'),
          baselineName: 'select, like',
          runs: 1,
        }),
        await compareAsync('restriction on what is in memory', {
          ours: () => addressBook.matchesIn(ids, contains(PidTagDisplayName, 'ekstr')),
          runs: 1,
        }),
        await compareAsync('expand the group of all, through 100 others', {
          ours: () => directory.expand([all.id]),
          runs: 1,
        }),
        await compareAsync('principal of a user', {
          ours: async (i) => directory.principalFor(`user${(i * 31) % USERS}`),
          runs: 100,
        }),
        await compareAsync('change of one user, durable', {
          ours: (i) =>
            directory.write(async (tx) => {
              const user = (await tx.find(`user${(i * 31) % USERS}`))!
              await tx.update(user.id, { displayName: `Changed ${i}` })
            }),
          runs: 3,
        }),
        await compareAsync('first 50 rows after a change', {
          ours: async (i) => {
            await directory.write(async (tx) => {
              const user = (await tx.find(`user${(i * 37) % USERS}`))!
              await tx.update(user.id, { displayName: `Other ${i}` })
            })
            const now = (await addressBook.contentsOf(GLOBAL_ADDRESS_LIST_ID))!
            return addressBook.rowsOf(now.slice(0, 50), COLUMNS)
          },
          runs: 1,
        }),
      ]
      const { heapUsed, external } = process.memoryUsage()
      const memory = ((heapUsed + external) / 2 ** 20).toFixed(0)
      return {
        comparisons,
        notes: [
          'The baseline sorts by letters without accents or language; ours as Intl.Collator does.',
          `Memory of the process at the end: ${memory} MiB.`,
        ],
      }
    }),
}

export default [opening, reading]
