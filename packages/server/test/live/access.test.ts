import {
  ErrorCode,
  PidTagProhibitReceiveQuota,
  PidTagProhibitSendQuota,
  PidTagSubject,
  PR_QUOTA_WARNING,
  type PropertyTag,
} from '@bourse/mapi'
import {
  createMessage,
  getPropertiesSpecific,
  PrivateFolder,
  saveChangesMessage,
  setProperties,
} from '@bourse/wire/rop'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sendRequest } from '../support/http-client.ts'
import { dnOf, type LiveClient, type LiveServer, PASSWORD, startLiveServer } from '../support/live-server.ts'

const START = 60_000

/** OwnerRight and SendAsRight of RopLogon ([MS-OXCROPS] 2.2.3.1.2). */
const OWNER = 0x02
const SEND_AS = 0x04

function organization(shared: string): string {
  return `
organization: Example
domains: [example.com]
users:
  - { name: alice, initialPassword: ${PASSWORD} }
  - { name: bob, initialPassword: ${PASSWORD} }
  - { name: carol, initialPassword: ${PASSWORD} }
  - { name: dora, initialPassword: ${PASSWORD} }
rooms:
  - { name: shared, displayName: Shared, ${shared} }
groups:
  - { name: team, members: [bob] }
`
}

describe('full access to the mailbox of somebody else', () => {
  let live: LiveServer

  beforeAll(async () => {
    live = await startLiveServer(
      'workers: 2',
      organization('fullAccess: [alice, team], sendAs: [alice, carol]'),
    )
  }, START)
  afterAll(() => live[Symbol.asyncDispose](), START)

  async function logOn({ rops }: LiveClient) {
    const { returnValue, body, handle } = await rops.logOn(dnOf('shared'))
    if (returnValue !== 0) throw new Error(`logon failed with 0x${returnValue.toString(16)}`)
    const { folderIds, responseFlags } = body as unknown as {
      readonly folderIds: readonly bigint[]
      readonly responseFlags: number
    }
    return { handle, folderIds, rights: responseFlags & (OWNER | SEND_AS) }
  }

  /** The error of putting a message into its Inbox; 0 for none. */
  async function put(user: string): Promise<number> {
    const client = await live.connect(user)
    const { handle, folderIds } = await logOn(client)
    const request = { codePageId: 0x0fff, folderId: folderIds[PrivateFolder.inbox]!, associatedFlag: false }
    const created = await client.rops.call(createMessage, handle, request)
    if (created.returnValue !== 0) return created.returnValue
    await client.rops.ok(setProperties, created.handle, {
      propertyValues: [{ tag: PidTagSubject as PropertyTag, value: user }],
    })
    return (await client.rops.call(saveChangesMessage, created.handle, { saveFlags: 0xc } as never))
      .returnValue
  }

  async function alternatives(user: string): Promise<readonly string[]> {
    const schema = 'http://schemas.microsoft.com/exchange/autodiscover/outlook'
    const { body } = await sendRequest(`${live.url}/autodiscover/autodiscover.xml`, {
      body: Buffer.from(
        `<Autodiscover xmlns="${schema}/requestschema/2006"><Request><EMailAddress>${user}@example.com</EMailAddress>` +
          `<AcceptableResponseSchema>${schema}/responseschema/2006a</AcceptableResponseSchema></Request></Autodiscover>`,
      ),
      headers: {
        Authorization: `Basic ${Buffer.from(`${user}@example.com:${PASSWORD}`).toString('base64')}`,
        'X-MapiHttpCapability': '1',
        'Content-Type': 'text/xml',
      },
    })
    return [...body.toString().matchAll(/<AlternativeMailbox>[\s\S]*?<SmtpAddress>([^<]*)/g)].map(
      ([, to]) => to!,
    )
  }

  it('lets users, and those in groups, do everything in it, and nobody else', async () => {
    expect([await put('alice'), await put('bob')]).toEqual([0, 0])
    expect([await put('carol'), await put('dora')]).toEqual([ErrorCode.NotFound, ErrorCode.NotFound])
  })

  it('makes owners; who may send in its name is another matter', async () => {
    const rights = await Promise.all(
      ['alice', 'bob', 'carol', 'dora'].map(async (user) => (await logOn(await live.connect(user))).rights),
    )
    expect(rights).toEqual([OWNER | SEND_AS, OWNER, SEND_AS, 0])
  })

  it('is told by Autodiscover', async () => {
    const users = ['alice', 'bob', 'carol', 'dora']
    expect(await Promise.all(users.map(alternatives))).toEqual([
      ['shared@example.com'],
      ['shared@example.com'],
      [],
      [],
    ])
  })

  it('ends with the file that says so', async () => {
    const { changes } = await live.server.apply(organization('fullAccess: [dora]'), 'organization.yaml')
    expect(changes.map(({ name, details }) => [name, details])).toEqual([['shared', ['fullAccess']]])
    expect([await put('alice'), await put('dora')]).toEqual([ErrorCode.NotFound, 0])
  })
})

describe('limits of mailboxes that are there already', () => {
  it(
    'are changed by another file',
    async () => {
      const quota = (text: string) => organization(`mailbox: { quota: ${text} }, fullAccess: [alice]`)
      await using live = await startLiveServer('', quota('{ warning: 1 MB, receive: 3 MB }'))
      const limits = async () => {
        const { rops } = await live.connect('alice')
        const { handle } = await rops.logOn(dnOf('shared'))
        const tags = [PR_QUOTA_WARNING, PidTagProhibitSendQuota, PidTagProhibitReceiveQuota] as PropertyTag[]
        const { rowData } = (await rops.ok(getPropertiesSpecific, handle, {
          propertySizeLimit: 0,
          wantUnicode: 1,
          propertyTags: tags,
        } as never)) as unknown as { readonly rowData: readonly unknown[] }
        return rowData.map((cell) => (typeof cell === 'number' ? cell : undefined))
      }
      expect(await limits()).toEqual([1024, undefined, 3072])
      const { changes } = await live.server.apply(quota('{ send: 2 MB, receive: 3 MB }'), 'organization.yaml')
      expect(changes.map(({ action, what, name }) => [action, what, name])).toContainEqual([
        'updated',
        'mailbox',
        'shared',
      ])
      expect(await limits()).toEqual([undefined, 2048, 3072])
      const again = await live.server.apply(quota('{ send: 2 MB, receive: 3 MB }'), 'organization.yaml')
      expect(again.changes).toEqual([])
      // A file that does not speak of them leaves them as they are.
      await live.server.apply(organization('fullAccess: [alice]'), 'organization.yaml')
      expect(await limits()).toEqual([undefined, 2048, 3072])
    },
    START,
  )
})
