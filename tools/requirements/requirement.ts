import { globSync } from 'node:fs'
import { basename } from 'node:path'
import { readTable } from '../tsv.ts'

/** A line of the tables in `docs/requirements`. */
export interface Requirement {
  /** `MS-OXCTABL_R123`. */
  readonly id: string
  /** The specification in the id: `MS-OXCTABL`. */
  readonly specification: string
  readonly section: string
  readonly scope: string
  readonly kind: string
  readonly text: string
}

const COLUMNS = ['id', 'section', 'derived_from', 'scope', 'kind', 'verification', 'text', 'note'] as const

/**
 * All requirements, each once. Of an id in several tables the row in the table of its specification counts,
 * else the one in the first table by name.
 */
export function readRequirements(folder: string): readonly Requirement[] {
  const byId = new Map<string, Requirement>()
  for (const file of globSync(`${folder}/*.tsv`).sort()) {
    const table = basename(file, '.tsv')
    for (const { id, section, scope, kind, text } of readTable(file, COLUMNS)) {
      const specification = specificationOf(id)
      if (byId.has(id) && specification !== table) continue
      byId.set(id, { id, specification, section, scope, kind, text })
    }
  }
  return [...byId.values()]
}

/** Whether a requirement binds a server: only such are counted. */
export function bindsServer({ scope, kind }: Requirement): boolean {
  return kind === 'Normative' && (scope === 'Server' || scope === 'Both')
}

function specificationOf(id: string): string {
  const match = /^(MS-[A-Z]+)_R\d+$/.exec(id)
  if (match === null) throw new Error(`not a requirement id: ${id}`)
  return match[1]!
}
