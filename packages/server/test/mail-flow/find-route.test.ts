import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { applyOrganization, Directory, dnKey, parseOrganization } from '@bourse/directory'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findRoute } from '../../src/mail-flow/routing/find-route.ts'
import type { Route } from '../../src/mail-flow/routing/route.ts'

const ORGANIZATION = `
organization: Example
domains: [example.com]
users:
  - { name: ann, displayName: Ann, aliases: [annie@example.com] }
  - { name: bob, displayName: Bob, delegates: [ann] }
  - { name: cramped, displayName: Cramped, maxReceiveSize: 1 }
  - { name: gone, displayName: Gone, mailbox: { enabled: false }, forwardTo: [bob, friend] }
  - { name: busy, displayName: Busy, copyTo: [inner] }
  - { name: left, displayName: Left, forwardTo: [right] }
  - { name: right, displayName: Right, forwardTo: [left] }
  - { name: cid, displayName: Cid, mailbox: { enabled: false } }
groups:
  - { name: all, displayName: All, members: [ann, inner] }
  - { name: inner, displayName: Inner, members: [bob, ann, friend] }
  - { name: closed, displayName: Closed, members: [ann], authorizedSenders: [bob] }
contacts:
  - { name: friend, displayName: Friend, address: friend@elsewhere.test }
publicFolders:
  - { path: /News, name: news, address: news@example.com }
`
const PUBLIC = '00000000-0000-0000-0000-0000000000aa'

describe('findRoute', () => {
  let folder: string
  let directory: Directory

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bourse-route-'))
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
  })

  afterAll(async () => {
    await directory[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true, force: true })
  })

  async function route(
    to: readonly string[],
    from: readonly string[] = [],
    sender = 'ann',
    { sendsOutside = true, size = 0 } = {},
  ): Promise<Route> {
    const { legacyDn } = (await directory.find(sender))!
    const addressees = to.map((address, rowId) => ({ rowId, displayName: address, addresses: [address] }))
    const question = { senderKey: dnKey(legacyDn), from, addressees, size }
    return findRoute(question, { directory, publicFolders: PUBLIC, sendsOutside })
  }
  const names = ({ receivers }: Route): string[] => receivers.map(({ displayName }) => displayName).sort()

  it('finds people by any of their addresses, each once', async () => {
    const found = await route([
      'ann@example.com',
      'ANNIE@example.com',
      (await directory.find('bob'))!.legacyDn,
    ])
    expect(names(found)).toEqual(['Ann', 'Bob'])
    expect(found).toMatchObject({ right: 'sendAs', outside: [], failures: [] })
  })

  it('goes where mail is forwarded to, in place of the mailbox or as well', async () => {
    const gone = await route(['gone@example.com'])
    expect(names(gone)).toEqual(['Bob'])
    expect(gone).toMatchObject({ outside: [{ address: 'friend@elsewhere.test' }], failures: [] })
    const busy = await route(['busy@example.com'])
    expect(names(busy)).toEqual(['Ann', 'Bob', 'Busy'])
    expect(busy).toMatchObject({ outside: [{ address: 'friend@elsewhere.test' }], failures: [] })
  })

  it('loses nothing where two forward to each other', async () => {
    expect(names(await route(['left@example.com']))).toEqual(['Right'])
    expect(names(await route(['left@example.com', 'right@example.com']))).toEqual(['Left', 'Right'])
  })

  it('replaces groups by their members, to any depth, and contacts by their addresses', async () => {
    const found = await route(['all@example.com'])
    expect(names(found)).toEqual(['Ann', 'Bob'])
    expect(found.outside.map(({ address }) => address)).toEqual(['friend@elsewhere.test'])
  })

  it('lets only those send to a group that it takes mail from', async () => {
    expect((await route(['closed@example.com'])).failures).toMatchObject([{ status: '5.7.1' }])
    expect(names(await route(['closed@example.com'], [], 'bob'))).toEqual(['Ann'])
  })

  it('tells strangers here from strangers elsewhere', async () => {
    const found = await route([
      'nobody@example.com',
      'someone@elsewhere.test',
      'no address',
      'cid@example.com',
    ])
    expect(found.outside.map(({ address }) => address)).toEqual(['someone@elsewhere.test'])
    expect(found.failures.map(({ rowId, status }) => [rowId, status])).toEqual([
      [0, '5.1.1'],
      [2, '5.1.3'],
      [3, '5.1.1'],
    ])
  })

  it('reports recipients elsewhere where no mail is sent to the outside', async () => {
    const found = await route(['friend@example.com', 'all@example.com'], [], 'ann', { sendsOutside: false })
    expect(found.outside).toEqual([])
    expect(found.failures.map(({ address, status }) => [address, status])).toContainEqual([
      'friend@elsewhere.test',
      '5.4.4',
    ])
  })

  it('keeps large messages from those who take only small ones', async () => {
    const small = await route(['cramped@example.com', 'ann@example.com'], [], 'ann', { size: 1024 })
    expect(names(small)).toEqual(['Ann', 'Cramped'])
    const large = await route(['cramped@example.com', 'ann@example.com'], [], 'ann', { size: 1025 })
    expect(names(large)).toEqual(['Ann'])
    expect(large.failures).toMatchObject([{ rowId: 0, status: '5.2.3' }])
  })

  it('says who sends and who it is from', async () => {
    const found = await route([], ['bob@example.com'])
    expect(found.sender).toMatchObject({ displayName: 'Ann', address: 'ann@example.com' })
    expect(found.from).toMatchObject({ displayName: 'Bob', address: 'bob@example.com' })
  })

  it('knows public folders that have an address', async () => {
    expect((await route(['news@example.com'])).receivers).toMatchObject([
      { mailbox: PUBLIC, folderPath: '/News' },
    ])
  })

  it('says how one may send in the name of another', async () => {
    expect((await route([], ['bob@example.com'])).right).toBe('onBehalf')
    expect((await route([], ['ann@example.com'])).right).toBe('sendAs')
    expect((await route([], ['ann@example.com'], 'bob')).right).toBeUndefined()
    expect((await route([], ['nobody@example.com'])).right).toBeUndefined()
  })
})
