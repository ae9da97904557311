import { readFileSync } from 'node:fs'

/**
 * Reads a tab-separated table with a heading line. Throws when the headings are not the ones asked for or a
 * line has another number of cells.
 */
export function readTable<const K extends string>(
  path: string,
  headings: readonly K[],
): readonly Readonly<Record<K, string>>[] {
  return parseTable(readFileSync(path, 'utf8'), headings, path)
}

export function parseTable<const K extends string>(
  text: string,
  headings: readonly K[],
  name: string,
): readonly Readonly<Record<K, string>>[] {
  const [first, ...lines] = text.replace(/\n$/, '').split('\n')
  if (first !== headings.join('\t')) throw new Error(`${name}: headings ${first}, not ${headings.join('\t')}`)
  return lines.map((line, i) => {
    const cells = line.split('\t')
    if (cells.length !== headings.length) throw new Error(`${name}:${i + 2}: ${cells.length} cells`)
    return Object.fromEntries(headings.map((heading, column) => [heading, cells[column]!])) as Record<
      K,
      string
    >
  })
}
