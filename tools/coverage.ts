/**
 * Writes `docs/coverage.md`: each ROP and request type with its codec and its tests.
 *
 *     npm run coverage
 *     npm run coverage -- --check    fails when the page is not what would be written
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import * as http from '@bourse/wire/http'
import * as nspi from '@bourse/wire/nspi'
import * as rop from '@bourse/wire/rop'
import { exportNames, listedRequestTypes, requestTypeEntries, ropEntries } from './coverage/entries.ts'
import { coveragePage } from './coverage/markdown.ts'
import { readFiles } from './coverage/source-file.ts'
import { readRequirements } from './requirements/requirement.ts'

const ROOT = join(import.meta.dirname, '..')
const PAGE = 'docs/coverage.md'

/** Where in [MS-OXCMAPIHTTP] the bodies of the mailbox endpoint are. */
const MAILBOX_SECTIONS: Readonly<Record<keyof typeof http.MailboxRequestType, string>> = {
  Connect: '2.2.4.1',
  Execute: '2.2.4.2',
  Disconnect: '2.2.4.3',
  NotificationWait: '2.2.4.4',
  Ping: '2.2.6',
}

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })

const requirements = readRequirements(join(ROOT, 'docs/requirements'))
const tests = readFiles(ROOT, 'packages/*/test/**/*.test.ts')
const codeIn = (folder: string) => readFiles(ROOT, `packages/wire/src/${folder}/**/*.ts`)

const mailboxTypes = Object.entries(http.MailboxRequestType).map(([name, header]) => {
  const codecs = exportNames(http, Object.values(http.mailboxBodies[header]))
  const section = MAILBOX_SECTIONS[name as keyof typeof MAILBOX_SECTIONS]
  return { name, header, section, codecs, names: codecs, words: [`mailboxBodies.${header}`] }
})
const nspiTypes = Object.entries(nspi.nspiRequestTypes).map(([key, { name, header, section }]) => {
  const codec = `nspiRequestTypes.${key}`
  return { name, header, section, codecs: [codec], names: [key], words: [codec] }
})
const ping = mailboxTypes.filter(({ header }) => header === http.MailboxRequestType.Ping)

const page = coveragePage([
  {
    title: 'Remote operations',
    idHeading: 'RopId',
    specification: 'MS-OXCROPS',
    entries: ropEntries(rop, requirements, { code: codeIn('rop'), tests }),
  },
  {
    title: 'Request types of the mailbox endpoint',
    idHeading: 'X-RequestType',
    specification: 'MS-OXCMAPIHTTP',
    entries: requestTypeEntries(mailboxTypes, listedRequestTypes(requirements, 'mailbox'), /\bhttp\b/, {
      code: codeIn('http'),
      tests,
    }),
  },
  {
    title: 'Request types of the address book endpoint',
    idHeading: 'X-RequestType',
    specification: 'MS-OXCMAPIHTTP',
    entries: requestTypeEntries(
      [...nspiTypes, ...ping],
      listedRequestTypes(requirements, 'address book'),
      /\b(nspi|http)\b/,
      { code: [...codeIn('nspi'), ...codeIn('http')], tests },
    ),
  },
])

const path = join(ROOT, PAGE)
if (!values.check) {
  writeFileSync(path, page)
} else if (readIfThere(path) !== page) {
  console.error(`${PAGE} is out of date: npm run coverage`)
  process.exitCode = 1
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
