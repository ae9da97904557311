import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { applyOrganization, Directory, parseOrganization } from '@bourse/directory'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { silentLog } from '../../../src/log/index.ts'
import type { MimeDelivery } from '../../../src/mail-flow/delivery/deliver-mime.ts'
import type { DeliveryResult } from '../../../src/mail-flow/delivery/incoming-message.ts'
import type { QueuedContent } from '../../../src/mail-flow/queue/index.ts'
import { postReport } from '../../../src/mail-flow/reports/post-report.ts'

const ORGANIZATION = `
organization: Example
domains: [example.com]
users:
  - { name: ann, displayName: Ann, aliases: [annie@example.com] }
  - { name: bob, displayName: Bob }
groups:
  - { name: all, displayName: All, members: [ann, bob], owners: [bob] }
  - { name: ownerless, displayName: Ownerless, members: [ann, bob] }
contacts:
  - { name: friend, displayName: Friend, address: friend@elsewhere.test, aliases: [friend@example.com] }
`
const PUBLIC = '00000000-0000-0000-0000-0000000000aa'
const TEXT = 'Subject: Undeliverable\r\n\r\nAlas.\r\n'

describe('postReport', () => {
  let folder: string
  let directory: Directory
  let result: DeliveryResult
  const delivered: MimeDelivery[] = []
  const queued: QueuedContent[] = []

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bourse-post-report-'))
    directory = await Directory.open(join(folder, 'directory.sqlite'))
    const unchanged = async () => 'unchanged' as const
    const mailboxes = {
      ensureMailbox: unchanged,
      disableMailbox: unchanged,
      setFolderPermissions: unchanged,
      ensurePublicFolder: unchanged,
      setPublicFolderPermissions: unchanged,
    }
    await applyOrganization(
      parseOrganization(ORGANIZATION, 'organization.yaml'),
      { directory, mailboxes },
      {},
    )
    writeFileSync(join(folder, 'report.eml'), TEXT)
  })

  beforeEach(() => {
    result = 'delivered'
    delivered.length = 0
    queued.length = 0
  })

  afterAll(async () => {
    await directory[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true, force: true })
  })

  const post = (to: string): Promise<'posted' | 'nobody'> =>
    postReport(
      { key: 'k/report/1', to, path: join(folder, 'report.eml') },
      {
        directory,
        publicFolders: PUBLIC,
        office: {
          async deliver(delivery) {
            delivered.push(delivery)
            return result
          },
          outgoing: {
            folder,
            async add(content) {
              queued.push(content)
              return 'queued'
            },
          },
          log: silentLog,
        },
      },
    )

  it('brings it to the mailbox of the sender, from nobody', async () => {
    expect(await post('Annie@example.com')).toBe('posted')
    const { guid } = (await directory.find('ann'))!.mailbox!
    expect(delivered).toMatchObject([
      { key: `k/report/1/${guid}`, extraHeader: 'Return-Path: <>\r\n', receiver: { displayName: 'Ann' } },
    ])
    expect(queued).toEqual([])
  })

  it('queues it for senders elsewhere, contacts among them, and wants no report of it', async () => {
    expect(await post('someone@far.test')).toBe('posted')
    expect(await post('friend@example.com')).toBe('posted')
    expect(queued).toMatchObject([
      { from: '', recipients: [{ address: 'someone@far.test', notify: [] }] },
      { from: '', recipients: [{ address: 'friend@elsewhere.test', notify: [] }] },
    ])
    expect(queued[0]!.key).toMatch(/^k\/report\/1\/outside\//)
    expect(await readFile(queued[0]!.path, 'utf8')).toBe(TEXT)
  })

  it('brings what was sent in the name of a group to its owners', async () => {
    expect(await post('all@example.com')).toBe('posted')
    expect(delivered.map(({ receiver }) => receiver.displayName)).toEqual(['Bob'])
    expect(await post('ownerless@example.com')).toBe('nobody')
  })

  it('says if there is nobody, or if it is to be tried again', async () => {
    expect(await post('gone@example.com')).toBe('nobody')
    result = 'full'
    await expect(post('ann@example.com')).rejects.toThrow('full')
    result = 'duplicate'
    expect(await post('ann@example.com')).toBe('posted')
  })
})
