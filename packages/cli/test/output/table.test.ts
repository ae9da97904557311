import { describe, expect, it } from 'vitest'
import { formatSize } from '../../src/output/size.ts'
import { cut, oneLine, writeTable } from '../../src/output/table.ts'
import type { Output } from '../../src/surroundings.ts'

function written(
  columns: number,
  isTerminal: boolean,
): { readonly output: Output; readonly lines: () => string[] } {
  let text = ''
  const output: Output = {
    write: (piece) => {
      text += piece
    },
    columns,
    isTerminal,
  }
  return { output, lines: () => text.split('\n').slice(0, -1) }
}

const rows = [
  { from: 'Ångström', subject: 'A subject that is longer than the line', size: 12 },
  { from: '王小明', subject: 'two\nlines', size: 3456 },
]
const columns = [
  { title: 'From', value: ({ from }: (typeof rows)[0]) => from },
  { title: 'Subject', value: ({ subject }: (typeof rows)[0]) => subject, isFlexible: true },
  { title: 'Size', value: ({ size }: (typeof rows)[0]) => String(size), align: 'right' as const },
]

describe('a table', () => {
  it('is cut to the width of a terminal, by columns of the terminal and not by characters', () => {
    const { output, lines } = written(36, true)
    writeTable(output, rows, columns)
    expect(lines()).toEqual([
      'From      Subject               Size',
      'Ångström  A subject that is l…    12',
      '王小明    two lines             3456',
    ])
  })

  it('is whole where nobody is looking', () => {
    const { output, lines } = written(20, false)
    writeTable(output, rows, columns)
    expect(lines()[1]).toBe('Ångström  A subject that is longer than the line    12')
  })

  it('does not let what it shows steer the terminal', () => {
    expect(oneLine('a\u001b[31mb\r\nc\u2028d')).toBe('a [31mb c d')
  })

  it('cuts between characters as people see them', () => {
    expect(cut('👩‍👩‍👧‍👧👩‍👩‍👧‍👧👩‍👩‍👧‍👧', 5)).toBe('👩‍👩‍👧‍👧👩‍👩‍👧‍👧…')
    expect(cut('short', 5)).toBe('short')
  })
})

describe('formatSize', () => {
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1536, '1.5 KiB'],
    [20 * 1024, '20 KiB'],
    [5 * 1024 ** 3, '5.0 GiB'],
  ])('%d bytes are %s', (bytes, text) => expect(formatSize(bytes)).toBe(text))
})
