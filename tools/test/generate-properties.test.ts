import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { generateFiles } from '../properties/emit.ts'
import { readPropertyTables } from '../properties/tables.ts'
import { typeInfo } from '../properties/types.ts'
import { parseTable } from '../tsv.ts'

const ROOT = join(import.meta.dirname, '../..')
const TAGS_FOLDER = join(ROOT, 'packages/mapi/src/tags')
const tables = readPropertyTables(join(ROOT, 'docs/spec'))

describe('the generated constants', () => {
  const files = generateFiles(tables)

  it('are up to date with the tables (else: npm run generate)', () => {
    for (const [file, content] of files) {
      expect(readFileSync(join(TAGS_FOLDER, file), 'utf8') === content, file).toBe(true)
    }
  })

  it('leave no generated file behind', () => {
    const generated = readdirSync(TAGS_FOLDER).filter((file) =>
      readFileSync(join(TAGS_FOLDER, file), 'utf8').startsWith('// Generated'),
    )
    expect(generated.sort()).toEqual([...files.keys()].sort())
  })

  it('are the same bytes every time', () => {
    expect([...generateFiles(readPropertyTables(join(ROOT, 'docs/spec')))]).toEqual([...files])
  })

  it('have a constant for every row', () => {
    const text = [...files.values()].join('')
    for (const { names } of tables.tagged) {
      for (const name of names) expect(text).toContain(`export const ${name} =`)
    }
    for (const { name } of tables.named) expect(text).toContain(`export const ${name}:`)
  })
})

describe('types', () => {
  it('have the numbers of [MS-OXCDATA] 2.11.1', () => {
    expect(typeInfo('PtypString').id).toBe(0x001f)
    expect(typeInfo('PtypMultipleBinary')).toMatchObject({ id: 0x1102, value: 'readonly Uint8Array[]' })
  })

  it('understand the name of the MAPI headers', () => {
    expect(typeInfo('PT_I2')).toBe(typeInfo('PtypInteger16'))
  })

  it('have no values when they are given as numbers', () => {
    expect(typeInfo('0x0103')).toMatchObject({ id: 0x0103, value: 'never' })
  })

  it('must be known', () => {
    expect(() => typeInfo('PtypMultipleBoolean')).toThrow('unknown property type PtypMultipleBoolean')
  })
})

describe('parseTable', () => {
  it('names the cells', () => {
    expect(parseTable('a\tb\n1\t\n', ['a', 'b'], 't')).toEqual([{ a: '1', b: '' }])
  })

  it('says where a line is wrong', () => {
    expect(() => parseTable('a\tb\n1\t2\n1\n', ['a', 'b'], 't.tsv')).toThrow('t.tsv:3: 1 cells')
    expect(() => parseTable('a\tc\n', ['a', 'b'], 't.tsv')).toThrow('t.tsv: headings')
  })
})
