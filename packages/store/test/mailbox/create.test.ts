import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { guidBytes, PidTagAttributeHidden, PidTagDisplayName, PidTagLocaleId } from '@bourse/mapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Rights } from '../../src/access/rights.ts'
import { StoreEngine } from '../../src/engine.ts'
import { getFolder, getSubfolders } from '../../src/folder/folder-row.ts'
import type { FolderRole } from '../../src/mailbox/folder-roles.ts'
import type { Mailbox } from '../../src/mailbox/mailbox.ts'
import { serializedReplicaMap } from '../../src/mailbox/replicas.ts'
import { FolderObject } from '../../src/object/folder-object.ts'
import { permissionsOf } from '../support/expect.ts'
import { dnOf, principalOf } from '../support/fixture.ts'

describe('a new mailbox', () => {
  let directory: string
  let engine: StoreEngine
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'bourse-create-'))
    engine = await StoreEngine.open(directory)
  })
  afterAll(async () => {
    await engine[Symbol.asyncDispose]()
    await rm(directory, { recursive: true, force: true })
  })

  const create = (kind: 'private' | 'public', localeId?: number): Promise<Mailbox> =>
    engine.createMailbox({
      kind,
      ownerDn: kind === 'private' ? dnOf('owner') : '',
      displayName: 'Owner',
      ...(localeId !== undefined && { localeId }),
    })

  async function namesBelow(mailbox: Mailbox, role: FolderRole): Promise<readonly string[]> {
    const rows = await mailbox.read((tx) => getSubfolders(tx, mailbox.info.folders[role]!))
    return rows.map(({ name }) => name).sort()
  }

  it('has the folders that clients know', async () => {
    const mailbox = await create('private')
    expect(await namesBelow(mailbox, 'root')).toEqual([
      'Common Views',
      'Deferred Action',
      'Finder',
      'Freebusy Data',
      'Reminders',
      'Schedule',
      'Shortcuts',
      'Spooler Queue',
      'Top of Information Store',
      'Views',
    ])
    expect(await namesBelow(mailbox, 'ipmSubtree')).toEqual([
      'Calendar',
      'Contacts',
      'Conversation Action Settings',
      'Deleted Items',
      'Drafts',
      'Inbox',
      'Journal',
      'Junk Email',
      'Notes',
      'Outbox',
      'RSS Feeds',
      'Sent Items',
      'Sync Issues',
      'Tasks',
    ])
    expect(await namesBelow(mailbox, 'syncIssues')).toEqual([
      'Conflicts',
      'Local Failures',
      'Server Failures',
    ])
  })

  it('has the roots of public folders', async () => {
    const mailbox = await create('public')
    expect(await namesBelow(mailbox, 'root')).toEqual(['IPM_SUBTREE', 'NON_IPM_SUBTREE'])
    expect(await namesBelow(mailbox, 'nonIpmSubtree')).toEqual(['EFORMS REGISTRY'])
    expect(await namesBelow(mailbox, 'eformsRegistry')).toEqual(['Organization Forms'])
  })

  it.each([
    [0x0407, 'Posteingang', 'Gesendete Elemente', 'Entwürfe'],
    [0x0807, 'Posteingang', 'Gesendete Elemente', 'Entwürfe'],
    [0x0409, 'Inbox', 'Sent Items', 'Drafts'],
    [0x040a, 'Bandeja de entrada', 'Elementos enviados', 'Borradores'],
    [0x040c, 'Boîte de réception', 'Éléments envoyés', 'Brouillons'],
    [0x0410, 'Posta in arrivo', 'Posta inviata', 'Bozze'],
    [0x0411, '受信トレイ', '送信済みアイテム', '下書き'],
    [0x0413, 'Postvak IN', 'Verzonden items', 'Concepten'],
    [0x0415, 'Skrzynka odbiorcza', 'Elementy wysłane', 'Wersje robocze'],
    [0x0416, 'Caixa de Entrada', 'Itens Enviados', 'Rascunhos'],
    [0x0804, '收件箱', '已发送邮件', '草稿'],
    // There are no names for Welsh.
    [0x0452, 'Inbox', 'Sent Items', 'Drafts'],
  ])('names them in the language %#', async (localeId, ...names) => {
    const mailbox = await create('private', localeId)
    const store = await engine.logOn(mailbox.info.guid, principalOf('owner'))
    expect(await store.get(PidTagLocaleId)).toBe(localeId)
    const { inbox, sentItems, drafts } = mailbox.info.folders
    const found = []
    for (const fid of [inbox, sentItems, drafts]) {
      const folder = await store.openFolder(mailbox.id(fid!))
      found.push(await folder.get(PidTagDisplayName))
    }
    expect(found).toEqual(names)
    await engine.closeMailbox(mailbox.info.guid)
  })

  it("is nobody else's: others only see when its owner is free", async () => {
    const mailbox = await create('private')
    const store = await engine.logOn(mailbox.info.guid, principalOf('owner'))
    const folders = Object.entries(mailbox.info.folders) as [FolderRole, number][]
    for (const [role, fid] of folders) {
      const folder = await store.openFolder(mailbox.id(fid))
      const permissions = await permissionsOf(folder, { includeFreeBusy: true })
      expect(permissions.map(({ rights }) => rights)).toEqual([
        role === 'calendar' ? Rights.FreeBusySimple : 0,
        0,
      ])
    }
  })

  it('MS-OXCSTOR_R778 MS-OXCSTOR_R779 MS-OXCSTOR_R151 has a replica of its own, and knows no other', async () => {
    const mailboxes = [await create('private'), await create('private'), await create('public')]
    expect(new Set(mailboxes.map(({ info }) => info.replicaGuid)).size).toBe(3)
    for (const mailbox of mailboxes) {
      const map = await mailbox.read(serializedReplicaMap)
      expect(map).toHaveLength(18)
      expect(map.subarray(2)).toEqual(guidBytes(mailbox.info.replicaGuid))
    }
  })

  it('hides what is only for programs', async () => {
    const mailbox = await create('private')
    const store = await engine.logOn(mailbox.info.guid, principalOf('owner'))
    for (const [role, fid] of Object.entries(mailbox.info.folders)) {
      const folder = await store.openFolder(mailbox.id(fid))
      expect(folder).toBeInstanceOf(FolderObject)
      expect(await folder.get(PidTagAttributeHidden)).toBe(role === 'conversationActions')
      expect(await mailbox.read((tx) => getFolder(tx, fid))).toMatchObject({ deleted_at: null })
    }
  })
})
