import {
  and,
  equals,
  not,
  PidTagAddressBookIsMemberOfDistributionList,
  PidTagDepartmentName,
  PidTagDisplayName,
  type PropertyTag,
  startsWith,
} from '@bourse/mapi'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Directory } from '../../src/index.ts'
import { fill, openDirectory, setUpOrganization } from '../support/fixture.ts'

describe('groups', () => {
  it('are expanded to recipients, each once', async () => {
    await using fixture = await openDirectory()
    const { directory } = fixture
    const ids = await fill(directory)
    const { recipients, groups } = await directory.expand([ids.staff, ids.carol, ids.erin, ids.everyone])
    expect(recipients.map(({ name }) => name).sort()).toEqual(['alice', 'bob', 'carol', 'erin', 'ghost'])
    expect(groups.map(({ name }) => name).sort()).toEqual(['everyone', 'sales', 'staff'])
  })

  it('have members who come and go with what they are, where they are dynamic', async () => {
    await using fixture = await openDirectory()
    const { directory } = fixture
    const ids = await fill(directory)
    const group = await directory.write((tx) =>
      tx.create({
        kind: 'dynamicGroup',
        name: 'sellers',
        filter: {
          restriction: and(
            equals(PidTagDepartmentName, 'sales'),
            not(startsWith(PidTagDisplayName, 'carol')),
          ),
        },
      }),
    )
    const members = async () => (await directory.membersOf(group.id)).map(({ name }) => name)
    expect(await members()).toEqual(['bob'])
    await directory.write((tx) => tx.update(ids.alice, { properties: [[PidTagDepartmentName, 'Sales']] }))
    expect((await members()).sort()).toEqual(['alice', 'bob'])
    expect(await directory.groupsOf(ids.alice)).toContain(group.id)
    await directory.write((tx) => tx.update(ids.bob, { properties: [[PidTagDepartmentName, 'Support']] }))
    expect(await members()).toEqual(['alice'])
    await directory.write((tx) => tx.update(group.id, { filter: { kinds: ['room'] } }))
    expect(await members()).toEqual(['oak'])
    await directory.write((tx) => tx.remove(ids.oak))
    expect(await members()).toEqual([])
  })

  it('may be dynamic by who is in other groups', async () => {
    await using fixture = await openDirectory()
    const { directory } = fixture
    const ids = await fill(directory)
    const { legacyDn } = (await directory.get(ids.sales))!
    const group = await directory.write((tx) =>
      tx.create({
        kind: 'dynamicGroup',
        name: 'too',
        filter: {
          restriction: equals(
            PidTagAddressBookIsMemberOfDistributionList as PropertyTag<string>,
            legacyDn.toUpperCase(),
          ),
        },
      }),
    )
    const members = async () => (await directory.membersOf(group.id)).map(({ name }) => name)
    expect(await members()).toEqual(['bob'])
    await directory.write((tx) => tx.addLinks(ids.sales, 'member', [ids.erin]))
    expect((await members()).sort()).toEqual(['bob', 'erin'])
  })
})

/** Groups 0 to g-1 and users g to g+u-1, and who is a member of which group. */
const graphs = fc.record({
  groups: fc.integer({ min: 1, max: 6 }),
  users: fc.integer({ min: 1, max: 5 }),
  edges: fc.array(fc.tuple(fc.nat(100), fc.nat(100)), { maxLength: 30 }),
})

describe('groups within groups, even in circles', () => {
  it('come to what following every path comes to', async () => {
    await using fixture = await openDirectory()
    const { directory } = fixture
    await directory.write(async (tx) => setUpOrganization(tx))
    let round = 0
    await fc.assert(
      fc.asyncProperty(graphs, async ({ groups, users, edges }) => {
        round += 1
        const { ids, members } = await build(directory, round, groups, users, edges)
        for (const [i, id] of ids.entries()) {
          const { recipients, groups: expanded } = await directory.expand([id])
          const reached = reachable(i, members)
          expect(new Set(recipients.map((object) => object.id))).toEqual(
            new Set([...reached].filter((n) => n >= groups).map((n) => ids[n])),
          )
          expect(recipients).toHaveLength(new Set(recipients).size)
          expect(new Set(expanded.map((object) => object.id))).toEqual(
            new Set([...reached].filter((n) => n < groups).map((n) => ids[n])),
          )
          const within = members.flatMap((_, group) =>
            [...members[group]!].some((member) => reachable(member, members).has(i)) ? [ids[group]!] : [],
          )
          expect(await directory.groupsOf(id)).toEqual(new Set(within))
        }
      }),
      { numRuns: 30 },
    )
  })
})

async function build(
  directory: Directory,
  round: number,
  groups: number,
  users: number,
  edges: readonly (readonly [number, number])[],
) {
  const members = Array.from({ length: groups }, () => new Set<number>())
  for (const [a, b] of edges) {
    const group = a % groups
    const member = b % (groups + users)
    if (group !== member) members[group]!.add(member)
  }
  const ids = await directory.write(async (tx) => {
    const made: number[] = []
    for (let i = 0; i < groups + users; i++) {
      const kind = i < groups ? 'group' : 'user'
      made.push((await tx.create({ kind, name: `r${round}-${i}` })).id)
    }
    for (const [group, inIt] of members.entries()) {
      await tx.setLinks(
        made[group]!,
        'member',
        [...inIt].map((i) => made[i]!),
      )
    }
    return made
  })
  return { ids, members }
}

/** All that can be reached from one, itself included, by going through one path after the other. */
function reachable(
  from: number,
  members: readonly ReadonlySet<number>[],
  path: readonly number[] = [],
): ReadonlySet<number> {
  const found = new Set([from])
  if (path.includes(from)) return found
  for (const member of members[from] ?? []) {
    for (const other of reachable(member, members, [...path, from])) found.add(other)
  }
  return found
}
