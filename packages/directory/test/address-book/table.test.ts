import {
  ascending,
  atLeast,
  categorizeBy,
  descending,
  equals,
  exists,
  PidTagAddressBookPhoneticDisplayName,
  PidTagDepartmentName,
  PidTagDisplayName,
  PidTagDisplayType,
  PidTagTitle,
  sortBy,
  startsWith,
  type Table,
} from '@bourse/mapi'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressBookOf, fill, openDirectory, setUpOrganization } from '../support/fixture.ts'

const ALL = [
  'Alice Adams',
  'Beamer',
  'Bob Ångström',
  'Carol Cooper',
  'Erin Outside',
  'Everyone',
  'Ideas',
  'Oak Room',
  'Sales Team',
  'Staff',
]

async function open() {
  const fixture = await openDirectory()
  const ids = await fill(fixture.directory)
  const addressBook = await addressBookOf(fixture.directory, ids.bob)
  const table = await (await addressBook.openContainer()).contentsTable()
  return {
    directory: fixture.directory,
    ids,
    addressBook,
    table: await table.setColumns([PidTagDisplayName]),
    [Symbol.asyncDispose]: () => fixture[Symbol.asyncDispose](),
  }
}

async function names(table: Table, count: number, options = {}) {
  const { rows, position } = await table.queryRows(count, options)
  return [rows.map((row) => row.get(PidTagDisplayName)), position]
}

describe('contents tables', () => {
  it('MS-OXNSPI_R494 are read in the order of the display names, forward and backward', async () => {
    await using setting = await open()
    const { table } = setting
    expect(await names(table, 3)).toEqual([ALL.slice(0, 3), 'current'])
    expect(await names(table, 2, { noAdvance: true })).toEqual([ALL.slice(3, 5), 'current'])
    expect(await names(table, 2, { backward: true })).toEqual([ALL.slice(1, 3), 'current'])
    expect(await names(table, 9, { backward: true })).toEqual([ALL.slice(0, 1), 'beginning'])
    expect(await names(table, 100)).toEqual([ALL, 'end'])
    expect(await names(table, 1)).toEqual([[], 'end'])
  })

  it('MS-OXNSPI_R547 MS-OXNSPI_R548 MS-OXNSPI_R549 MS-OXNSPI_R550 MS-OXNSPI_R1743 MS-OXNSPI_R554 are moved in by rows, within their ends', async () => {
    await using setting = await open()
    const { table } = setting
    expect(await table.seek('beginning', 4)).toEqual({ moved: 4, bookmarkMoved: false })
    expect(await table.seek('current', -1)).toEqual({ moved: -1, bookmarkMoved: false })
    expect(await table.seek('current', 0)).toEqual({ moved: 0, bookmarkMoved: false })
    expect(await table.queryPosition()).toEqual({ position: 3, rowCount: 10 })
    expect(await table.seek('current', -10)).toEqual({ moved: -3, bookmarkMoved: false })
    expect(await table.seek('end', 5)).toEqual({ moved: 0, bookmarkMoved: false })
    expect(await table.seek('end', -2)).toEqual({ moved: -2, bookmarkMoved: false })
    expect(await names(table, 1)).toEqual([['Sales Team'], 'current'])
  })

  it('MS-OXNSPI_R577 MS-OXNSPI_R578 MS-OXNSPI_R580 are moved in by fractions', async () => {
    await using setting = await open()
    const { table } = setting
    for (const [numerator, denominator, position] of [
      [1, 2, 5],
      [1, 3, 3],
      [0, 1, 0],
      [9, 4, 10],
      [1, 1, 10],
    ] as const) {
      await table.seekFraction(numerator, denominator)
      expect((await table.queryPosition()).position).toBe(position)
    }
    await expect(table.seekFraction(1, 0)).rejects.toThrow('InvalidParameter')
  })

  it('MS-OXNSPI_R1047 MS-OXNSPI_R1048 find the first entry at or after a name, or none', async () => {
    await using setting = await open()
    const { table } = setting
    const found = await table.findRow(atLeast(PidTagDisplayName, 'C'), { from: 'beginning' })
    expect(found.row!.get(PidTagDisplayName)).toBe('Carol Cooper')
    expect((await table.queryPosition()).position).toBe(3)
    expect((await table.findRow(atLeast(PidTagDisplayName, 'A'))).row!.get(PidTagDisplayName)).toBe(
      'Carol Cooper',
    )
    expect((await table.findRow(atLeast(PidTagDisplayName, 'zz'))).row).toBeUndefined()
    expect((await table.queryPosition()).position).toBe(3)
  })

  it('find by any restriction, forward and backward', async () => {
    await using setting = await open()
    const { table } = setting
    const isGroup = equals(PidTagDisplayType, 1)
    expect((await table.findRow(isGroup)).row!.get(PidTagDisplayName)).toBe('Sales Team')
    expect((await table.findRow(isGroup)).row!.get(PidTagDisplayName)).toBe('Sales Team')
    expect((await table.findRow(isGroup, { backward: true })).row).toBeUndefined()
    expect((await table.findRow(isGroup, { backward: true, from: 'end' })).row!.get(PidTagDisplayName)).toBe(
      'Staff',
    )
    expect((await table.findRow(exists(PidTagTitle), { backward: true })).row!.get(PidTagDisplayName)).toBe(
      'Alice Adams',
    )
  })

  it('show what a restriction lets through', async () => {
    await using setting = await open()
    const { table } = setting
    await table.restrict(equals(PidTagDepartmentName, 'sales'))
    expect(await names(table, 10)).toEqual([['Bob Ångström', 'Carol Cooper'], 'end'])
    await table.restrict(undefined)
    expect((await table.queryPosition()).rowCount).toBe(10)
    await expect(
      table.restrict({ kind: 'subObject', tag: PidTagTitle, restriction: exists(PidTagTitle) }),
    ).rejects.toThrow('TooComplex')
    expect((await table.queryPosition()).rowCount).toBe(10)
  })

  it('MS-OXNSPI_R495 are sorted by display name or phonetic display name, no other way', async () => {
    await using setting = await open()
    const { table, directory, ids } = setting
    await directory.write((tx) =>
      tx.update(ids.carol, { properties: [[PidTagAddressBookPhoneticDisplayName, 'Aaa']] }),
    )
    await table.sort(sortBy(ascending(PidTagAddressBookPhoneticDisplayName)))
    expect(await names(table, 2)).toEqual([['Carol Cooper', 'Alice Adams'], 'current'])
    await table.sort(sortBy(ascending(PidTagDisplayName)))
    expect(await names(table, 1)).toEqual([['Alice Adams'], 'current'])
    await expect(table.sort(sortBy(descending(PidTagDisplayName)))).rejects.toThrow('TooComplex')
    await expect(table.sort(sortBy(ascending(PidTagTitle)))).rejects.toThrow('TooComplex')
    await expect(table.sort(categorizeBy([ascending(PidTagDisplayName)]))).rejects.toThrow('NotSupported')
    expect(await names(table, 1)).toEqual([['Beamer'], 'current'])
  })

  it('have no categories, and nothing that goes on', async () => {
    await using setting = await open()
    const { table } = setting
    await expect(table.expandRow(1n, 1)).rejects.toThrow('NotSupported')
    await expect(table.collapseRow(1n)).rejects.toThrow('NotSupported')
    await expect(table.getCollapseState(1n, 0)).rejects.toThrow('NotSupported')
    await expect(table.setCollapseState(new Uint8Array(0))).rejects.toThrow('NotSupported')
    await expect(table.abort()).rejects.toThrow('AbortFailed')
    expect(await table.getStatus()).toBe('complete')
    await expect(table.setColumns([])).rejects.toThrow('InvalidParameter')
  })

  it('have bookmarks, which know when their row is gone', async () => {
    await using setting = await open()
    const { table, directory, ids } = setting
    await table.seek('beginning', 3)
    const bookmark = await table.createBookmark()
    await table.seek('beginning', 0)
    expect(await table.seek(bookmark, 1)).toEqual({ moved: 1, bookmarkMoved: false })
    expect((await table.queryPosition()).position).toBe(4)
    await directory.write((tx) => tx.remove(ids.beamer))
    await table.seek(bookmark, 0)
    expect(await names(table, 1)).toEqual([['Carol Cooper'], 'current'])
    await directory.write((tx) => tx.update(ids.carol, { isHidden: true }))
    expect((await table.seek(bookmark, 0)).bookmarkMoved).toBe(true)
    await table.freeBookmark(bookmark)
    await expect(table.seek(bookmark, 0)).rejects.toThrow('InvalidBookmark')
    await expect(table.freeBookmark(new Uint8Array(5))).rejects.toThrow('InvalidBookmark')
  })

  it('begin anew when they are reset', async () => {
    await using setting = await open()
    const { table } = setting
    await table.restrict(startsWith(PidTagDisplayName, 's'))
    await table.seek('end', 0)
    await table.reset()
    expect(await table.queryPosition()).toEqual({ position: 0, rowCount: 10 })
    expect((table as Table).columns).toContain(PidTagDisplayType)
    expect(await table.queryColumns()).toContain(PidTagTitle)
  })

  it('tell of changes', async () => {
    await using setting = await open()
    const { table, directory, ids } = setting
    const heard: unknown[] = []
    const subscription = await table.subscribe((notifications) => heard.push(...notifications))
    await directory.write((tx) => tx.update(ids.bob, { displayName: 'Robert' }))
    expect(heard).toEqual([{ kind: 'tableChanged' }])
    await subscription[Symbol.asyncDispose]()
    await directory.write((tx) => tx.update(ids.bob, { displayName: 'Bob' }))
    expect(heard).toHaveLength(1)
  })

  it('follow the language', async () => {
    await using setting = await open()
    const { directory, ids } = setting
    await directory.write((tx) => tx.update(ids.bob, { displayName: 'Ångström' }))
    for (const [localeId, last] of [
      [0x0409, 'Staff'],
      [0x041d, 'Ångström'],
    ] as const) {
      const addressBook = await addressBookOf(directory, ids.alice, { localeId })
      const table = await (await addressBook.openContainer()).contentsTable()
      await table.seek('end', -1)
      expect(await names(table, 1)).toEqual([[last], 'end'])
    }
  })
})

type Step =
  | { readonly kind: 'add'; readonly name: string }
  | { readonly kind: 'remove'; readonly at: number }
  | { readonly kind: 'read'; readonly count: number; readonly backward: boolean }
  | { readonly kind: 'seek'; readonly at: number }

const letters = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h')
const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), name: letters }),
  fc.record({ kind: fc.constant('remove' as const), at: fc.nat(20) }),
  fc.record({ kind: fc.constant('read' as const), count: fc.nat(4), backward: fc.boolean() }),
  fc.record({ kind: fc.constant('seek' as const), at: fc.nat(20) }),
)

describe('the position in a table', () => {
  it('stays where it is while entries come and go', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { maxLength: 25 }), async (script) => {
        await using fixture = await openDirectory()
        const { directory } = fixture
        await directory.write(async (tx) => setUpOrganization(tx))
        const addressBook = directory.addressBook({ principal: { key: '', role: 'user', groups: new Set() } })
        const table = await (await (await addressBook.openContainer()).contentsTable()).setColumns([
          PidTagDisplayName,
        ])
        // The model: names in order, and how many stand before the position.
        const model: { readonly name: string; readonly id: number }[] = []
        let position = 0
        for (const [i, step] of script.entries()) {
          if (step.kind === 'add') {
            const { id } = await directory.write((tx) =>
              tx.create({ kind: 'contact', name: `x${i}`, displayName: step.name }),
            )
            const at = model.filter(({ name }) => name <= step.name).length
            model.splice(at, 0, { name: step.name, id })
            // The beginning and the end stay what they are; else the row at the position takes it along.
            const wasAtEnd = position === model.length - 1
            if (position > 0 && (wasAtEnd || at <= position)) position += 1
          } else if (step.kind === 'remove' && model.length > 0) {
            const at = step.at % model.length
            const [gone] = model.splice(at, 1)
            await directory.write((tx) => tx.remove(gone!.id))
            if (at < position) position -= 1
          } else if (step.kind === 'seek') {
            position = Math.min(step.at, model.length)
            await table.seek('beginning', step.at)
          } else if (step.kind === 'read') {
            const { rows } = await table.queryRows(step.count, { backward: step.backward })
            const start = step.backward ? Math.max(0, position - step.count) : position
            const end = step.backward ? position : Math.min(model.length, position + step.count)
            expect(rows.map((row) => row.get(PidTagDisplayName))).toEqual(
              model.slice(start, end).map(({ name }) => name),
            )
            position = step.backward ? start : end
          }
          expect(await table.queryPosition()).toEqual({ position, rowCount: model.length })
        }
      }),
      { numRuns: 40 },
    )
  })
})
