import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { applyOrganization, parseOrganization } from '../../src/index.ts'
import { openDirectory } from '../support/fixture.ts'
import { NotedMailboxes } from '../support/mailboxes.ts'

describe('organization.example.yaml', () => {
  it('is one that can be applied', async () => {
    await using fixture = await openDirectory()
    const { directory } = fixture
    const mailboxes = new NotedMailboxes()
    const name = 'organization.example.yaml'
    const organization = parseOrganization(
      await readFile(new URL(`../../${name}`, import.meta.url), 'utf8'),
      name,
    )
    const { changes } = await applyOrganization(organization, { directory, mailboxes })
    expect(changes.length).toBeGreaterThan(10)
    expect((await applyOrganization(organization, { directory, mailboxes })).changes).toEqual([])
    const managers = (await directory.find('managers'))!
    expect((await directory.membersOf(managers.id)).map((member) => member.name)).toEqual(['alice'])
  })
})
