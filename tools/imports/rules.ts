import { isBuiltin } from 'node:module'
import { dirname, join, normalize } from 'node:path/posix'

/** What the sources of a package may import. */
interface PackageRules {
  /** Packages of ours. */
  readonly mayImport: readonly string[]
  /** Folders of `src` that may use Node's modules: none in packages that run in browsers, `.` for all. */
  readonly nodeFolders: readonly string[]
}

/**
 * The arrows between the packages, as `docs/architecture.md` has them. Nothing imports `web` or `cli`.
 */
export const PACKAGES: Readonly<Record<string, PackageRules>> = {
  mapi: { mayImport: [], nodeFolders: [] },
  wire: { mayImport: ['mapi'], nodeFolders: [] },
  formats: { mayImport: ['mapi'], nodeFolders: ['mime', 'mbox'] },
  store: { mayImport: ['mapi', 'formats'], nodeFolders: ['.'] },
  directory: { mayImport: ['mapi'], nodeFolders: ['.'] },
  client: { mayImport: ['mapi', 'wire', 'formats'], nodeFolders: ['smtp', 'node'] },
  server: { mayImport: ['mapi', 'wire', 'formats', 'store', 'directory', 'client'], nodeFolders: ['.'] },
  web: { mayImport: ['mapi', 'client'], nodeFolders: [] },
  cli: {
    mayImport: ['mapi', 'wire', 'formats', 'store', 'directory', 'client', 'server'],
    nodeFolders: ['.'],
  },
}

/** The scope of our packages' names. */
const SCOPE = '@bourse/'

/** An import as it stands in a file: static or dynamic, of values or types. */
export interface Import {
  /** The importing file from the root of the repository, with slashes. */
  readonly file: string
  readonly specifier: string
}

/** Names of the packages that each package declares as needed at run time, by folder. */
export type Dependencies = ReadonlyMap<string, ReadonlySet<string>>

/** Why an import is not allowed, or `undefined`. */
export function importProblem({ file, specifier }: Import, dependencies: Dependencies): string | undefined {
  const importer = packagePath(file)
  const isSource = importer?.folder === 'src'
  if (specifier.startsWith('.')) {
    const target = packagePath(normalize(join(dirname(file), specifier)))
    if (isSource && (target?.name !== importer.name || target.folder !== 'src')) {
      return `sources of ${importer.name} import a file outside of packages/${importer.name}/src`
    }
    if (target !== undefined && target.name !== importer?.name && target.folder === 'src') {
      return `sources of another package are imported by name: ${SCOPE}${target.name}`
    }
    return undefined
  }
  if (!isSource) return undefined
  return sourceProblem(importer, specifier, dependencies)
}

function sourceProblem(
  importer: PackagePath,
  specifier: string,
  dependencies: Dependencies,
): string | undefined {
  const rules = PACKAGES[importer.name]
  if (rules === undefined) return `package ${importer.name} is not in the table in tools/imports/rules.ts`
  if (isBuiltin(specifier)) {
    const { nodeFolders } = rules
    const isAllowed = nodeFolders.some((folder) => folder === '.' || importer.path.startsWith(`${folder}/`))
    return isAllowed ? undefined : `${importer.name} runs in browsers, which have no ${specifier}`
  }
  const name = packageName(specifier)
  if (name.startsWith(SCOPE)) {
    const target = name.slice(SCOPE.length)
    if (target === importer.name) return 'within a package imports are relative'
    if (!rules.mayImport.includes(target)) return `${importer.name} may not import ${target}`
  }
  if (dependencies.get(importer.name)?.has(name)) return undefined
  return `${name} is not among the dependencies in packages/${importer.name}/package.json`
}

/** Where a file stands in a package. */
interface PackagePath {
  readonly name: string
  /** `src`, `test`, `bench`, `fuzz` … */
  readonly folder: string
  /** The path from that folder on. */
  readonly path: string
}

function packagePath(file: string): PackagePath | undefined {
  const match = /^packages\/([^/]+)\/([^/]+)\/(.+)$/.exec(file)
  return match === null ? undefined : { name: match[1]!, folder: match[2]!, path: match[3]! }
}

/** `@scope/name` or `name`, without the path behind it. */
function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}
