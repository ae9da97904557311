import { readFileSync } from 'node:fs'
import { PidTagDisplayName, type PropertyTag } from '@bourse/mapi'
import { ResolutionMinimalId } from '@bourse/wire/nspi'
import { createFolder, deleteFolder, FolderType, openFolder } from '@bourse/wire/rop'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LiveServer, ropClient, startLiveServer } from '../support/live-server.ts'
import { MapiClient } from '../support/mapi-client.ts'
import { NspiClient, STAT } from '../support/nspi-client.ts'

const GUIDE = new URL('../../../../docs/server.md', import.meta.url)
const START = 60_000
const ALREADY_THERE = 'MSOXCPRPT_PublicFolder01'

/** The organization that docs/server.md gives for Microsoft's suites. */
function organizationForSuites(): string {
  const guide = readFileSync(GUIDE, 'utf8')
  const section = guide.slice(guide.indexOf("## An organization for Microsoft's Interop-TestSuites"))
  return /```yaml\n(.*?)```/s.exec(section)![1]!
}

describe("the organization for Microsoft's suites", () => {
  let live: LiveServer

  beforeAll(async () => {
    live = await startLiveServer('workers: 1', organizationForSuites())
  }, START)
  afterAll(async () => live[Symbol.asyncDispose](), START)

  const optionsFor = (user: string, path: string) => ({
    url: `${live.url}${path}`,
    user: `${user}@contoso.example`,
    password: 'Password01!',
  })
  const dnOf = (user: string) =>
    `/o=Contoso/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=${user}`

  async function connect(user: string) {
    const http = new MapiClient(optionsFor(user, '/mapi/emsmdb/'))
    const { body } = await http.connect(dnOf(user))
    expect(body).toMatchObject({ kind: 'success', errorCode: 0 })
    return ropClient(http)
  }

  /** The folder that the public folders are in. */
  async function publicRoot(user: string) {
    const client = await connect(user)
    const { handle: store, body } = await client.logOn('')
    const { folderIds } = body as unknown as { readonly folderIds: readonly bigint[] }
    const { handle } = await client.ok(openFolder, store, { folderId: folderIds[1]!, openModeFlags: 0 })
    return { client, root: handle }
  }

  const newOf = (displayName: string) => ({
    folderType: FolderType.generic,
    useUnicodeStrings: true,
    openExisting: false,
    reserved: 0,
    displayName,
    comment: '',
  })

  it.each([
    'MSOXCFOLD_TestUser02',
    'MSOXCFXICS_TestUser',
    'MSOXCMSG_TestUser02',
    'MSOXCPRPT_TestUser',
    'MSOXCROPS_TestUser',
    'MSOXCSTOR_TestUser',
    'MSOXORULE_TestUser01',
  ])('lets %s make public folders and delete them', async (user) => {
    const { client, root } = await publicRoot(user)
    const { folderId } = await client.ok(createFolder, root, newOf(`Of ${user}`))
    expect(await client.code(createFolder, root, newOf(ALREADY_THERE))).not.toBe(0)
    await client.ok(deleteFolder, root, { deleteFolderFlags: 0, folderId })
  })

  it('lets others not', async () => {
    const { client, root } = await publicRoot('MSOXCFOLD_TestUser01')
    expect(await client.code(createFolder, root, newOf('Mine'))).not.toBe(0)
  })

  it('has names that are ambiguous, and all that is in the address book under its own', async () => {
    const client = new NspiClient(optionsFor('MSOXNSPI_TestUser01', '/mapi/nspi/'))
    await client.bind()
    const names = ['MSOXNSPI_TestUser', 'MSOXCMAPIHTTP_User', 'MSOXNSPI_TestUser01', 'MSOXNSPI_ADDG01']
    const { minimalIds } = await client.send('resolveNames', { state: STAT, propertyTags: undefined, names })
    const { MID_AMBIGUOUS, MID_RESOLVED } = ResolutionMinimalId
    expect(minimalIds).toEqual([MID_AMBIGUOUS, MID_AMBIGUOUS, MID_RESOLVED, MID_RESOLVED])
    const { columnsAndRows } = await client.rows([PidTagDisplayName as unknown as PropertyTag])
    const shown = columnsAndRows!.rows.flat()
    expect(shown).toHaveLength(29)
    expect(shown.slice(-9)).toEqual([
      'MSOXNSPI_ADDG01',
      'MSOXNSPI_ATDG01',
      'MSOXNSPI_MailContact01',
      'MSOXNSPI_PublicFolderMailEnabled',
      'MSOXNSPI_TestUser',
      'MSOXNSPI_TestUser01',
      'MSOXNSPI_TestUser02',
      'MSOXORULE_TestUser01',
      'MSOXORULE_TestUser02',
    ])
  })

  it('has a mailbox that is disabled', async () => {
    const client = await connect('MSOXCSTOR_TestUser')
    expect((await client.logOn(dnOf('MSOXCSTOR_TestUser03'))).returnValue).not.toBe(0)
  })
})
