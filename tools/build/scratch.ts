import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { distFolder } from './emit.ts'
import { readManifest } from './manifest.ts'

/** Where these tools are, and the types of Node that they use. */
const REPOSITORY = join(import.meta.dirname, '../..')

/** A project outside of the repository that has the built packages installed. */
export interface Scratch {
  readonly folder: string
  write(file: string, content: string): string
  remove(): void
}

/** Installs built packages, and what they depend on, by copying: without the network. */
export function makeScratch(root: string, packages: readonly string[]): Scratch {
  // Resolved, because the compiler names files by their real path.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bourse-build-')))
  const modules = join(folder, 'node_modules')
  const installed = new Set<string>()
  for (const name of packages) {
    const manifest = readManifest(join(root, 'packages', name))
    installed.add(manifest.name)
    copyPackage(distFolder(root, name), join(modules, manifest.name))
  }
  for (const name of packages) {
    const { dependencies = {} } = readManifest(join(root, 'packages', name))
    for (const dependency of Object.keys(dependencies)) install(root, dependency, modules, installed)
  }
  // For programs in Node.
  install(REPOSITORY, '@types/node', modules, installed)
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'scratch', private: true, type: 'module' }),
  )
  return {
    folder,
    write(file, content) {
      const path = join(folder, file)
      writeFileSync(path, content)
      return path
    },
    remove: () => rmSync(folder, { recursive: true }),
  }
}

/** Copies a third-party package and what it depends on from the repository's `node_modules`. */
function install(root: string, name: string, modules: string, installed: Set<string>): void {
  if (installed.has(name)) return
  installed.add(name)
  const source = join(root, 'node_modules', name)
  copyPackage(source, join(modules, name))
  const { dependencies = {} } = readManifest(source)
  for (const dependency of Object.keys(dependencies)) install(root, dependency, modules, installed)
}

function copyPackage(source: string, target: string): void {
  mkdirSync(target, { recursive: true })
  cpSync(source, target, { recursive: true, dereference: true })
}
