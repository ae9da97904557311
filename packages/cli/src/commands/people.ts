import type { MailSession } from '@bourse/client'
import {
  ErrorCode,
  equals,
  isMapiError,
  PidTagAnr,
  PidTagBusinessTelephoneNumber,
  PidTagDepartmentName,
  PidTagDisplayName,
  PidTagDisplayType,
  PidTagSmtpAddress,
  PidTagTitle,
  type Row,
} from '@bourse/mapi'
import type { Command } from 'commander'
import { CommandError } from '../command-error.ts'
import { type Context, newCommand } from '../context.ts'
import { type MailOptions, withMailOptions, withSession } from '../mail/options.ts'
import { parseCount } from '../mail/parse-time.ts'
import { writeRows } from '../output/write-rows.ts'

const COLUMNS = [
  PidTagDisplayName,
  PidTagSmtpAddress,
  PidTagDisplayType,
  PidTagTitle,
  PidTagDepartmentName,
  PidTagBusinessTelephoneNumber,
] as const

type Person = Row<typeof COLUMNS>

/** How many entries are shown if nobody says. */
const DEFAULT_LIMIT = 100

/** What people call a display type ([MS-OXOABK] 2.2.3.11). */
const KINDS = new Map<number | undefined, string>([
  [0x0, 'person'],
  [0x1, 'group'],
  [0x2, 'public folder'],
  [0x3, 'dynamic group'],
  [0x4, 'organization'],
  [0x5, 'private group'],
  [0x6, 'contact'],
  [0x7, 'room'],
  [0x8, 'equipment'],
])

interface PeopleOptions extends MailOptions {
  readonly limit: number
}

/** Looks people up in the address book. */
export function peopleCommand(context: Context): Command {
  const command = newCommand('people', 'look people, groups and rooms up in the address book', [
    'bourse people',
    'bourse people ann',
  ])
    .argument('[name]', 'the beginning of names or addresses; everybody if left out')
    .option('-n, --limit <count>', 'at most this many', parseCount, DEFAULT_LIMIT)
  return withMailOptions(command).action((name: string | undefined, options: PeopleOptions) =>
    withSession(context, options, async (session) => {
      const { limit } = options
      const people = name === undefined ? await everybody(session, limit) : await named(session, name, limit)
      writeRows(context.surroundings.output, people, {
        asJson: options.json === true,
        columns: [
          { title: 'Name', value: (row) => row.get(PidTagDisplayName) ?? '', isFlexible: true },
          { title: 'Address', value: (row) => row.get(PidTagSmtpAddress) ?? '' },
          { title: 'Kind', value: kindOf },
          { title: 'Title', value: (row) => row.get(PidTagTitle) ?? '', isFlexible: true },
          { title: 'Department', value: (row) => row.get(PidTagDepartmentName) ?? '', isFlexible: true },
          { title: 'Telephone', value: (row) => row.get(PidTagBusinessTelephoneNumber) ?? '' },
        ],
        json: (row) => ({
          name: row.get(PidTagDisplayName) ?? null,
          address: row.get(PidTagSmtpAddress) ?? null,
          kind: kindOf(row),
          title: row.get(PidTagTitle) ?? null,
          department: row.get(PidTagDepartmentName) ?? null,
          telephone: row.get(PidTagBusinessTelephoneNumber) ?? null,
        }),
        none: name === undefined ? 'The address book is empty.' : `Nobody is called ${name}.`,
      })
    }),
  )
}

async function everybody(session: MailSession, limit: number): Promise<readonly Person[]> {
  await using list = await session.addressBook.openContainer()
  await using table = await list.contentsTable()
  const typed = await table.setColumns(COLUMNS)
  const people: Person[] = []
  while (people.length < limit) {
    const { rows } = await typed.queryRows(limit - people.length)
    if (rows.length === 0) break
    people.push(...rows)
  }
  return people
}

/** Ambiguous name resolution ([MS-OXNSPI] 3.1.4.7). */
async function named(session: MailSession, name: string, limit: number): Promise<readonly Person[]> {
  try {
    return await session.addressBook.getMatches(equals(PidTagAnr, name), COLUMNS, { limit })
  } catch (error) {
    if (!isMapiError(error, ErrorCode.TableTooBig)) throw error
    throw new CommandError(`More than ${limit} are called ${name}.`, {
      hint: 'Give more of the name, or a larger --limit.',
      cause: error,
    })
  }
}

function kindOf(row: Person): string {
  return KINDS.get(row.get(PidTagDisplayType)) ?? 'other'
}
