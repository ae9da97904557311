import { matches, memoryTable } from '@bourse/client'
import {
  and,
  anyBitSet,
  ascending,
  atLeast,
  contains,
  descending,
  ErrorCode,
  equals,
  exists,
  lessThan,
  not,
  notEquals,
  or,
  PidTagDisplayName,
  PidTagEntryId,
  PidTagMessageClass,
  PidTagMessageSize,
  PidTagSubject,
  PropertyBag,
  type Restriction,
  sortBy,
  startsWith,
  type Table,
} from '@bourse/mapi'
import { describe, expect, it } from 'vitest'
import { expectError } from '../../../store/test/support/behaviour.ts'

const ROWS = [
  ['Émile', 3],
  ['bob', 1],
  ['Ann', 2],
  ['Bobby', undefined],
].map(
  ([name, size]) =>
    new PropertyBag([
      [PidTagDisplayName, name],
      [PidTagMessageSize, size],
    ]),
)

async function namesOf(table: Table): Promise<readonly unknown[]> {
  const names: unknown[] = []
  for await (const row of await table.setColumns([PidTagDisplayName])) names.push(row.get(PidTagDisplayName))
  return names
}

describe('a restriction on properties in memory', () => {
  const bag = new PropertyBag([
    [PidTagSubject, 'Straße nach Émile'],
    [PidTagMessageSize, 6],
    [PidTagEntryId, Uint8Array.from([1, 2, 3])],
  ])

  it.each<[string, Restriction, boolean]>([
    ['text in any letter case', contains(PidTagSubject, 'STRASSE'), false],
    ['a part of a text', contains(PidTagSubject, 'NACH'), true],
    ['its beginning', startsWith(PidTagSubject, 'nach'), false],
    ['text without marks', contains(PidTagSubject, 'emile', { ignoreNonSpace: true }), true],
    ['text loosely', contains(PidTagSubject, 'EMILE', { loose: true }), true],
    ['bytes within bytes', contains(PidTagEntryId, Uint8Array.from([2, 3])), true],
    ['the beginning of bytes', startsWith(PidTagEntryId, Uint8Array.from([2, 3])), false],
    ['equal text', equals(PidTagSubject, 'straße NACH émile'), true],
    ['a smaller number', lessThan(PidTagMessageSize, 6), false],
    ['a number at least as large', atLeast(PidTagMessageSize, 6), true],
    ['what is missing as less', lessThan(PidTagDisplayName, 'a'), true],
    ['what is missing as unequal', notEquals(PidTagDisplayName, 'a'), true],
    ['bits', anyBitSet(PidTagMessageSize, 2), true],
    ['presence', exists(PidTagMessageClass), false],
    ['all of them', and(exists(PidTagSubject), exists(PidTagMessageClass)), false],
    ['one of them', or(exists(PidTagSubject), exists(PidTagMessageClass)), true],
    ['the opposite', not(exists(PidTagSubject)), false],
  ])('compares %s', (_, restriction, expected) => {
    expect(matches(restriction, bag)).toBe(expected)
  })
})

describe('a table of rows in memory', () => {
  it('shows its rows in their order, in the columns asked for', async () => {
    expect(await namesOf(memoryTable(ROWS))).toEqual(['Émile', 'bob', 'Ann', 'Bobby'])
    expect(await memoryTable(ROWS).queryColumns()).toEqual([PidTagDisplayName, PidTagMessageSize])
    await expectError(memoryTable(ROWS).setColumns([]), ErrorCode.InvalidParameter)
  })

  it('sorts, what is missing first', async () => {
    const table = memoryTable(ROWS)
    await table.sort(sortBy(ascending(PidTagMessageSize)))
    expect(await namesOf(table)).toEqual(['Bobby', 'bob', 'Ann', 'Émile'])
    await table.sort(sortBy(descending(PidTagMessageSize)))
    expect(await namesOf(table)).toEqual(['Émile', 'Ann', 'bob', 'Bobby'])
  })

  it('shows only what matches, and everything again', async () => {
    const table = memoryTable(ROWS)
    await table.restrict(startsWith(PidTagDisplayName, 'bob'))
    expect(await namesOf(table)).toEqual(['bob', 'Bobby'])
    await table.restrict(undefined)
    expect((await table.queryPosition()).rowCount).toBe(4)
  })

  it('has a position, which moves both ways', async () => {
    const table = await memoryTable(ROWS).setColumns([PidTagDisplayName])
    expect((await table.queryRows(3)).position).toBe('current')
    const back = await table.queryRows(2, { backward: true })
    expect(back.rows.map((row) => row.get(PidTagDisplayName))).toEqual(['bob', 'Ann'])
    expect(await table.queryPosition()).toEqual({ position: 1, rowCount: 4 })
    expect((await table.queryRows(9, { noAdvance: true })).rows.length).toBe(3)
    expect((await table.queryPosition()).position).toBe(1)
    expect((await table.queryRows(9)).position).toBe('end')
    expect(await table.seek('end', -9)).toEqual({ moved: -4, bookmarkMoved: false })
    await table.seekFraction(1, 2)
    expect((await table.queryPosition()).position).toBe(2)
    await expectError(table.seekFraction(1, 0), ErrorCode.InvalidParameter)
  })

  it('has bookmarks', async () => {
    const table = memoryTable(ROWS)
    await table.seek('beginning', 2)
    const bookmark = await table.createBookmark()
    expect(await table.seek(bookmark, 1)).toEqual({ moved: 1, bookmarkMoved: false })
    await table.freeBookmark(bookmark)
    await expectError(table.seek(bookmark, 0), ErrorCode.InvalidBookmark)
  })

  it('finds rows in both directions', async () => {
    const table = await memoryTable(ROWS).setColumns([PidTagDisplayName])
    const bobs = startsWith(PidTagDisplayName, 'bob')
    expect((await table.findRow(bobs)).row?.get(PidTagDisplayName)).toBe('bob')
    await table.seek('current', 1)
    expect((await table.findRow(bobs)).row?.get(PidTagDisplayName)).toBe('Bobby')
    expect((await table.findRow(bobs, { backward: true })).row?.get(PidTagDisplayName)).toBe('bob')
    expect((await table.findRow(exists(PidTagSubject))).row).toBeUndefined()
  })

  it('reads its rows anew when it is told that they have changed', async () => {
    let changed = () => {}
    const rows = [...ROWS]
    const table = memoryTable(() => rows, {
      onChange: (listener) => {
        const before = changed
        changed = () => {
          before()
          listener()
        }
        return () => {}
      },
    })
    const told: unknown[] = []
    await using _subscription = await table.subscribe((notifications) => told.push(...notifications))
    expect((await table.queryPosition()).rowCount).toBe(4)
    rows.pop()
    changed()
    expect((await table.queryPosition()).rowCount).toBe(3)
    expect(told).toEqual([{ kind: 'tableChanged' }])
  })

  it('has no categories', async () => {
    const table = memoryTable(ROWS)
    const order = { ...sortBy(ascending(PidTagDisplayName)), categorizedCount: 1 }
    await expectError(table.sort(order), ErrorCode.NotSupported)
    await expectError(table.expandRow(0n, 0), ErrorCode.NotSupported)
  })
})
