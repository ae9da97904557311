import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PidTagSubject, type PropertyTag } from '@bourse/mapi'
import {
  createMessage,
  getContentsTable,
  openFolder,
  PrivateFolder,
  queryRows,
  saveChangesMessage,
  setColumns,
  setProperties,
} from '@bourse/wire/rop'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openAdministration } from '../../src/administration/index.ts'
import { loadSettings } from '../../src/config/index.ts'
import type { RopClient } from '../rop/support/rop-client.ts'
import { dnOf, ORGANIZATION, PASSWORD, ropClient } from '../support/live-server.ts'
import { MapiClient } from '../support/mapi-client.ts'

const MAIN = join(import.meta.dirname, '../../../cli/bin/bourse.js')
const LONG = 300_000

/** How long clients write before the server is told to stop, in milliseconds. */
const WRITING = 1500

describe('a server that is stopped while clients write', { timeout: LONG }, () => {
  let folder: string
  const running: ChildProcess[] = []

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bourse-restart-'))
    writeFileSync(
      join(folder, 'bourse.yaml'),
      'organization: organization.yaml\nworkers: 2\nlisten: { https: [], http: ["127.0.0.1:0"], monitoring: null }\n' +
        'maintenance: { at: null }\n',
    )
    writeFileSync(join(folder, 'organization.yaml'), ORGANIZATION)
  })

  afterEach(() => {
    for (const child of running.splice(0)) child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  })

  async function start() {
    const child = spawn(process.execPath, [MAIN, 'serve'], { cwd: folder })
    running.push(child)
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => (output += piece))
    await expect.poll(() => output, { timeout: LONG, interval: 100 }).toContain('"listening"')
    const [, url] = /"url":"([^"]*)"/.exec(output)!
    const exit = new Promise<number | null>((resolve) => child.on('close', resolve))
    return { child, url: url!, exit, output: () => output }
  }

  async function inboxOf(url: string, user: string) {
    const http = new MapiClient({
      url: `${url}/mapi/emsmdb/`,
      user: `${user}@example.com`,
      password: PASSWORD,
    })
    expect((await http.connect(dnOf(user))).body).toMatchObject({ errorCode: 0 })
    const rops = ropClient(http)
    const { body, handle } = await rops.logOn(dnOf(user))
    const { folderIds } = body as unknown as { readonly folderIds: readonly bigint[] }
    return { rops, handle, folderId: folderIds[PrivateFolder.inbox]! }
  }

  async function addMessage(rops: RopClient, store: number, folderId: bigint, subject: string) {
    const request = { codePageId: 0x0fff, folderId, associatedFlag: false }
    const { handle } = await rops.ok(createMessage, store, request)
    await rops.ok(setProperties, handle, {
      propertyValues: [{ tag: PidTagSubject as PropertyTag, value: subject }],
    })
    await rops.ok(saveChangesMessage, handle, { saveFlags: 0xc } as never)
    await rops.release(handle)
  }

  async function subjectsOf(url: string, user: string): Promise<readonly unknown[]> {
    const { rops, handle, folderId } = await inboxOf(url, user)
    const folder = (await rops.ok(openFolder, handle, { folderId, openModeFlags: 0 })).handle
    const table = (await rops.ok(getContentsTable, folder, { tableFlags: 0 })).handle
    await rops.ok(setColumns, table, { setColumnsFlags: 0, propertyTags: [PidTagSubject as PropertyTag] })
    const subjects: unknown[] = []
    for (;;) {
      const { rowData } = await rops.ok(queryRows, table, {
        queryRowsFlags: 0,
        forwardRead: true,
        rowCount: 200,
      })
      if (rowData.length === 0) return subjects
      subjects.push(...rowData.map((row) => row[0]))
    }
  }

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'by %s keeps all that it has said to have saved',
    async (signal) => {
      const users = ['alice', 'bob', 'admin']
      const first = await start()
      const saved = new Map(users.map((user) => [user, [] as string[]]))
      const writers = users.map(async (user) => {
        const { rops, handle, folderId } = await inboxOf(first.url, user)
        for (let n = 0; ; n++) {
          const subject = `${user} ${n}`
          await addMessage(rops, handle, folderId, subject)
          saved.get(user)!.push(subject)
        }
      })
      const ended = Promise.allSettled(writers)
      await new Promise((resolve) => setTimeout(resolve, WRITING))
      await expect
        .poll(() => Math.min(...Array.from(saved.values(), ({ length }) => length)), { timeout: LONG })
        .toBeGreaterThan(0)
      first.child.kill(signal)
      expect(await first.exit).toBe(signal === 'SIGKILL' ? null : 0)
      await ended
      if (signal !== 'SIGKILL') expect(first.output()).toContain('"stopped"')

      const second = await start()
      for (const user of users) {
        const found = await subjectsOf(second.url, user)
        expect(found).toEqual(expect.arrayContaining(saved.get(user)!))
        // At most the one whose answer did not come is there besides.
        expect(found.length - saved.get(user)!.length).toBeLessThanOrEqual(1)
      }
      second.child.kill('SIGTERM')
      expect(await second.exit).toBe(0)

      const settings = loadSettings(join(folder, 'bourse.yaml'))
      await using administration = await openAdministration(settings)
      for (const user of users) {
        const { mailbox } = (await administration.directory.find(user))!
        const work = { kind: 'check', mailbox: mailbox!.guid, repair: false, contents: true } as const
        expect(await administration.administer(work)).toEqual([])
      }
    },
  )
})
