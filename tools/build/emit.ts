import { copyFileSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { builtPath, entrySpecifier, publishedManifest, readManifest } from './manifest.ts'
import { runTsc } from './run.ts'

export interface EmitOptions {
  /** The root of the repository. */
  readonly root: string
  /** The package's folder under `packages`. */
  readonly name: string
  /** Packages that are built already, which this one may import. */
  readonly built: readonly string[]
  /** Whether Node's types are there for the sources: not for what runs in browsers. */
  readonly hasNodeTypes: boolean
}

/** Where a package is built to. The folder is the package as it is published. */
export function distFolder(root: string, name: string): string {
  return join(root, 'packages', name, 'dist')
}

/** Compiles a package to JavaScript and declarations in its `dist`, with a manifest and the licence. */
export function emitPackage({ root, name, built, hasNodeTypes }: EmitOptions): void {
  const folder = join(root, 'packages', name)
  const dist = distFolder(root, name)
  rmSync(dist, { recursive: true, force: true })
  mkdirSync(dist)
  const project = join(dist, 'tsconfig.json')
  writeFileSync(
    project,
    JSON.stringify({
      extends: '../../../tsconfig.json',
      compilerOptions: {
        noEmit: false,
        declaration: true,
        rewriteRelativeImportExtensions: true,
        rootDir: '../src',
        outDir: '.',
        types: hasNodeTypes ? ['node'] : [],
        paths: builtDeclarations(root, built),
      },
      include: ['../src'],
    }),
  )
  runTsc(project)
  rmSync(project)
  for (const file of globSync('**/*.d.ts', { cwd: dist })) rewriteDeclaration(join(dist, file))
  writeFileSync(
    join(dist, 'package.json'),
    `${JSON.stringify(publishedManifest(readManifest(folder)), null, 2)}\n`,
  )
  copyFileSync(join(root, 'LICENSE'), join(dist, 'LICENSE'))
  const readme = join(folder, 'README.md')
  if (existsSync(readme)) copyFileSync(readme, join(dist, 'README.md'))
}

/** A relative import in a declaration: the compiler leaves its `.ts` there, which not all tools understand. */
const RELATIVE_IMPORT = /(\bfrom |\bimport\()(["'])(\.{1,2}\/[^"']+)\.ts\2/g

function rewriteDeclaration(path: string): void {
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll(RELATIVE_IMPORT, '$1$2$3.js$2'))
}

/** For the compiler: the declarations behind each entry of the packages that are built. */
function builtDeclarations(
  root: string,
  built: readonly string[],
): Readonly<Record<string, readonly string[]>> {
  const entries = built.flatMap((name) => {
    const manifest = readManifest(join(root, 'packages', name))
    return Object.entries(manifest.exports).map(([entry, source]) => [
      entrySpecifier(manifest, entry),
      [join(distFolder(root, name), builtPath(source, '.d.ts'))],
    ])
  })
  return Object.fromEntries(entries)
}
