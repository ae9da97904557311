import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { openSession } from '@bourse/client'
import {
  testAddressBookProvider,
  testMessageStoreProvider,
  testTransportProvider,
} from '@bourse/client/testing'
import {
  type Folder,
  fileTimeFromDate,
  PidTagAttachDataBinary,
  PidTagBody,
  PidTagDisplayName,
  PidTagMessageDeliveryTime,
  PidTagMid,
  PidTagSubject,
  type PropertyTag,
} from '@bourse/mapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { csvAddressBookProvider } from '../../../../examples/csv-address-book.ts'
import { emlStoreProvider } from '../../../../examples/eml-store.ts'
import { folderTransportProvider } from '../../../../examples/folder-transport.ts'
import { compose, localService } from '../support/local-session.ts'

const EXAMPLES = fileURLToPath(new URL('../../../../examples/', import.meta.url))

const home = mkdtempSync(join(tmpdir(), 'bourse-examples-'))
const saved = join(home, 'saved')
const drop = join(home, 'drop')
const club = join(home, 'club.csv')

function eml(subject: string, body: string, attachment?: string): string {
  const head = [
    'From: Ann Adams <ann@example.com>',
    'To: Bob Baker <bob@example.com>, carol@example.com',
    `Subject: ${subject}`,
    'Date: Mon, 01 Jun 2026 12:00:00 +0000',
    'MIME-Version: 1.0',
  ]
  if (attachment === undefined)
    return [...head, 'Content-Type: text/plain; charset=utf-8', '', body, ''].join('\r\n')
  return [
    ...head,
    'Content-Type: multipart/mixed; boundary=x',
    '',
    '--x',
    'Content-Type: text/plain; charset=utf-8',
    '',
    body,
    '--x',
    'Content-Type: application/octet-stream',
    'Content-Disposition: attachment; filename=data.bin',
    'Content-Transfer-Encoding: base64',
    '',
    attachment,
    '--x--',
    '',
  ].join('\r\n')
}

beforeAll(async () => {
  await mkdir(join(saved, 'Travel', 'Lisbon'), { recursive: true })
  await mkdir(drop)
  await writeFile(join(saved, 'one.eml'), eml('Minutes', 'As attached.', 'aGVsbG8gd29ybGQ='))
  await writeFile(join(saved, 'two.eml'), eml('An agenda', 'See you.'))
  await writeFile(join(saved, 'Travel', 'Lisbon', 'three.eml'), eml('Tickets', 'Do not lose them.'))
  await writeFile(
    club,
    'Bob Baker,bob@example.com,+1 555 0100\nAnn Adams,ann@example.com\nAnn Archer,archer@example.com\n\n,nobody\n',
  )
})

afterAll(() => rmSync(home, { recursive: true }))

testMessageStoreProvider({ describe, it }, emlStoreProvider, {
  settings: { directory: saved },
  wrongSettings: {},
  access: 'readOnly',
})

testAddressBookProvider({ describe, it }, csvAddressBookProvider, {
  settings: { file: club },
  wrongSettings: { file: 1 },
  someone: 'Bob Baker',
  ambiguous: 'Ann',
})

testTransportProvider({ describe, it }, folderTransportProvider, {
  settings: { directory: drop },
  wrongSettings: {},
  recipients: ['SMTP:bob@example.com', 'SMTP:carol@example.com'],
  refused: 'SMTP:../../etc@example.com',
  async received(subject) {
    const addresses: string[] = []
    for (const address of await readdir(drop)) {
      for (const file of await readdir(join(drop, address))) {
        const text = await readFile(join(drop, address, file), 'utf8')
        if (text.includes(`Subject: ${subject}`)) addresses.push(address)
      }
    }
    return addresses
  },
})

describe('the examples', () => {
  it('are short', async () => {
    for (const file of await readdir(EXAMPLES)) {
      if (!file.endsWith('.ts')) continue
      const lines = (await readFile(join(EXAMPLES, file), 'utf8')).trimEnd().split('\n')
      expect(lines.length, file).toBeLessThanOrEqual(150)
    }
  })

  it('are loaded by a profile, and work together', async () => {
    const providerOf = (file: string): string => pathToFileURL(join(EXAMPLES, file)).href
    await using session = await openSession({
      name: 'examples',
      services: [
        localService(join(home, 'mail')),
        {
          name: 'saved',
          kind: 'messageStore',
          provider: providerOf('eml-store.ts'),
          settings: { directory: saved },
        },
        {
          name: 'club',
          kind: 'addressBook',
          provider: providerOf('csv-address-book.ts'),
          settings: { file: club },
        },
        {
          name: 'drop',
          kind: 'transport',
          provider: providerOf('folder-transport.ts'),
          settings: { directory: drop },
        },
      ],
    })
    const [found] = await session.addressBook.resolveNames(['Bob'], [PidTagDisplayName])
    expect(found?.kind === 'resolved' && found.entry.cells[0]).toBe('Bob Baker')
    await session.send(await compose(session.store, 'Through the example', 'bob@example.com'))
    await session.queue.flush()
    const files = await readdir(join(drop, 'bob@example.com'))
    const texts = await Promise.all(
      files.map((file) => readFile(join(drop, 'bob@example.com', file), 'utf8')),
    )
    expect(texts.some((text) => text.includes('Subject: Through the example'))).toBe(true)
  })

  it('have messages that are copied to other stores', async () => {
    const providerOf = pathToFileURL(join(EXAMPLES, 'eml-store.ts')).href
    await using session = await openSession({
      name: 'examples',
      services: [
        localService(join(home, 'copies')),
        { name: 'saved', kind: 'messageStore', provider: providerOf, settings: { directory: saved } },
      ],
    })
    const archive = await session.openStore('saved')
    const from = await archive.openFolder(archive.logon.folders.root!)
    const to = await session.store.openFolder(session.store.logon.folders.inbox!)
    const ids = (await rowsOf(from, PidTagMid)).map((id) => id as bigint)
    expect(await from.copyMessages(ids, to)).toEqual({ partial: false })
    expect((await rowsOf(to, PidTagSubject)).sort()).toEqual(['An agenda', 'Minutes'])
    for (const id of await rowsOf(to, PidTagMid)) {
      const message = await session.store.openMessage(to.id, id as bigint)
      expect(await message.get(PidTagMessageDeliveryTime)).toBe(
        fileTimeFromDate(new Date('2026-06-01T12:00:00Z')),
      )
      expect((await message.getRecipients()).length).toBe(2)
      const numbers = await message.getAttachmentNumbers()
      if ((await message.get(PidTagSubject)) !== 'Minutes') {
        expect(numbers).toEqual([])
        continue
      }
      expect((await message.get(PidTagBody))?.trim()).toBe('As attached.')
      const attachment = await message.openAttachment(numbers[0]!)
      expect(await attachment.get(PidTagAttachDataBinary)).toEqual(new TextEncoder().encode('hello world'))
    }
  })
})

async function rowsOf(folder: Folder, tag: PropertyTag<unknown>): Promise<unknown[]> {
  const cells: unknown[] = []
  for await (const row of await (await folder.contentsTable()).setColumns([tag])) cells.push(row.cells[0])
  return cells
}
