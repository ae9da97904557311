import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { FuzzTarget } from './contract.ts'

/** The targets of fuzz files, in order. Throws for a file without targets and for a name that is there twice. */
export async function loadTargets(files: readonly string[]): Promise<readonly FuzzTarget[]> {
  const targets: FuzzTarget[] = []
  const seen = new Set<string>()
  for (const file of files) {
    const module = (await import(pathToFileURL(resolve(file)).href)) as {
      readonly default?: FuzzTarget | readonly FuzzTarget[]
    }
    if (module.default === undefined) throw new Error(`${file} has no default export`)
    for (const target of [module.default].flat() as readonly FuzzTarget[]) {
      if (seen.has(target.name)) throw new Error(`two fuzz targets are called ${target.name}`)
      seen.add(target.name)
      targets.push(target)
    }
  }
  return targets
}
