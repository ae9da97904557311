import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A file of the repository. */
export interface SourceFile {
  /** From the root of the repository, with slashes. */
  readonly path: string
  readonly text: string
}

export function readFiles(root: string, pattern: string): readonly SourceFile[] {
  return globSync(pattern, { cwd: root })
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
}

/** The file that defines an exported constant, or `undefined`. */
export function definingFile(name: string, files: readonly SourceFile[]): string | undefined {
  const definition = new RegExp(`^export const ${name}\\b`, 'm')
  return files.find(({ text }) => definition.test(text))?.path
}

/** What a file imports by name from modules whose specifier a pattern matches. */
export function importedNames({ text }: SourceFile, from: RegExp): ReadonlySet<string> {
  const names = new Set<string>()
  for (const [, list, specifier] of text.matchAll(/\bimport \{([^}]*)\} from '([^']+)'/g)) {
    if (!from.test(specifier!)) continue
    for (const item of list!.split(',')) {
      const name = item
        .trim()
        .replace(/^type /, '')
        .split(' as ')[0]!
      if (name !== '') names.add(name)
    }
  }
  return names
}

/** Paths of the tests that import one of the names from such modules, or contain one of the words. */
export function testsNaming(
  tests: readonly SourceFile[],
  {
    names,
    from,
    words,
  }: { readonly names: readonly string[]; readonly from: RegExp; readonly words: readonly string[] },
): readonly string[] {
  const pattern = new RegExp(`\\b(${words.join('|')})\\b`)
  return tests
    .filter((file) => {
      const imported = importedNames(file, from)
      return names.some((name) => imported.has(name)) || (words.length > 0 && pattern.test(file.text))
    })
    .map(({ path }) => path)
}
