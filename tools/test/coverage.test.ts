import { describe, expect, it } from 'vitest'
import {
  exportNames,
  listedRequestTypes,
  requestTypeEntries,
  reservedRopIds,
  ropEntries,
} from '../coverage/entries.ts'
import { coveragePage } from '../coverage/markdown.ts'
import { definingFile, importedNames, testsNaming } from '../coverage/source-file.ts'
import type { Requirement } from '../requirements/requirement.ts'

const ALL_BUT_THREE = Array.from({ length: 0x100 }, (_, id) => id)
  .filter((id) => ![0x01, 0x15, 0xfe].includes(id))
  .map((id) => `0x${id.toString(16).padStart(2, '0').toUpperCase()}`)

function requirement(id: string, section: string, text: string): Requirement {
  return { id, specification: id.replace(/_R\d+$/, ''), section, scope: 'Both', kind: 'Normative', text }
}

const requirements = [
  requirement('MS-OXCROPS_R1413', '2.2.2', `[In RopIds] Reserved: ${ALL_BUT_THREE.join(', ')}.`),
  requirement(
    'MS-OXCMAPIHTTP_R82',
    '2.2.3.3.1',
    '[In X] Connect: Indicates the Connect request type for the mailbox server endpoint (4).',
  ),
  requirement(
    'MS-OXCMAPIHTTP_R90',
    '2.2.3.3.1',
    '[In X] PING: Indicates the PING request type for the mailbox server endpoint (4) and address book server endpoint (4).',
  ),
  requirement(
    'MS-OXCMAPIHTTP_R96',
    '2.2.3.3.1',
    '[In X] CompareMIds: Indicates the CompareMinIds request type for the address book server endpoint (4).',
  ),
]

const queryRows = { id: 0x15, name: 'RopQueryRows', section: '2.2.5.4' }
const code = [{ path: 'packages/wire/src/rop/table.ts', text: 'export const queryRows = defineRop({\n' }]
const tests = [
  {
    path: 'packages/wire/test/a.test.ts',
    text: "import {\n  type X,\n  queryRows,\n} from '../src/rop/index.ts'\n",
  },
  { path: 'packages/wire/test/b.test.ts', text: "import { queryRows } from '@bourse/wire/nspi'\n" },
  { path: 'packages/server/test/c.test.ts', text: "it('answers RopQueryRows')\n" },
]

describe('files', () => {
  it('say what they define', () => {
    expect(definingFile('queryRows', code)).toBe('packages/wire/src/rop/table.ts')
    expect(definingFile('query', code)).toBeUndefined()
  })

  it('say what they import and from where', () => {
    expect([...importedNames(tests[0]!, /rop/)]).toEqual(['X', 'queryRows'])
    expect([...importedNames(tests[1]!, /rop/)]).toEqual([])
    const renamed = { path: 'd.ts', text: "import { a as b } from 'rop'" }
    expect([...importedNames(renamed, /rop/)]).toEqual(['a'])
  })

  it('are found by name and by word', () => {
    const from = /\brop\b/
    expect(testsNaming(tests, { names: ['queryRows'], from, words: [] })).toEqual([
      'packages/wire/test/a.test.ts',
    ])
    expect(testsNaming(tests, { names: ['queryRows'], from, words: ['RopQueryRows'] })).toEqual([
      'packages/wire/test/a.test.ts',
      'packages/server/test/c.test.ts',
    ])
  })
})

describe('ropEntries', () => {
  const entries = ropEntries({ queryRows, helper: () => {}, flags: { id: 1 } }, requirements, { code, tests })

  it('has an entry for each RopId that is not reserved', () => {
    expect(entries.map(({ id }) => id)).toEqual(['0x01', '0x15', '0xFE'])
  })

  it('says what there is for it', () => {
    expect(entries[1]).toEqual({
      id: '0x15',
      name: 'RopQueryRows',
      section: '2.2.5.4',
      codecs: ['queryRows'],
      file: 'packages/wire/src/rop/table.ts',
      tests: ['packages/wire/test/a.test.ts', 'packages/server/test/c.test.ts'],
    })
  })

  it('says what there is not', () => {
    expect(entries[0]).toEqual({ id: '0x01', codecs: [], tests: [] })
  })

  it('needs the list of reserved RopIds', () => {
    expect(() => reservedRopIds([])).toThrow('MS-OXCROPS_R1413')
  })
})

describe('requestTypeEntries', () => {
  it('knows what the endpoints list', () => {
    expect(listedRequestTypes(requirements, 'mailbox')).toEqual(['Connect', 'PING'])
    expect(listedRequestTypes(requirements, 'address book')).toEqual(['PING', 'CompareMIds'])
  })

  it('has an entry for each of them', () => {
    const connect = {
      name: 'Connect',
      header: 'Connect',
      section: '2.2.4.1',
      codecs: ['connectRequest'],
      names: ['connectRequest'],
      words: [],
    }
    expect(requestTypeEntries([connect], ['Connect', 'PING'], /http/, { code: [], tests: [] })).toEqual([
      { id: 'Connect', name: 'Connect', section: '2.2.4.1', codecs: ['connectRequest'], tests: [] },
      { id: 'PING', codecs: [], tests: [] },
    ])
  })

  it('finds exports by value', () => {
    expect(exportNames({ queryRows, other: {} }, [queryRows])).toEqual(['queryRows'])
  })
})

describe('coveragePage', () => {
  it('is a table with links', () => {
    const page = coveragePage([
      {
        title: 'ROPs',
        idHeading: 'RopId',
        specification: 'MS-OXCROPS',
        entries: ropEntries({ queryRows }, requirements, { code, tests }),
      },
    ])
    expect(page).toContain('3 in the specification, 1 with a codec, 1 named by a test.')
    expect(page).toContain('| 0x01 | – | – | – | – |')
    expect(page).toContain(
      '| 0x15 | RopQueryRows | 2.2.5.4 | `queryRows` in [table.ts](../packages/wire/src/rop/table.ts) | ' +
        '[a.test.ts](../packages/wire/test/a.test.ts), [c.test.ts](../packages/server/test/c.test.ts) |',
    )
    expect(page.endsWith('|\n')).toBe(true)
  })
})
