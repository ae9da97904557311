import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Something that an entry point exports. */
export interface Declaration {
  readonly name: string
  /** The text of its doc comment, without stars; empty if there is none. */
  readonly doc: string
  /** What it is, as declaration files write it, the doc comments of its members included. */
  readonly code: string
}

interface Statement {
  readonly doc: string
  readonly code: string
}

const NAMED = /^export (?:declare )?(?:abstract )?(?:const|let|function|class|interface|type|enum) ([\w$]+)/
const EXPORT_ALL = /^export \* from ["'](\.[^"']+)["']/
const EXPORT_NAMESPACE = /^export \* as ([\w$]+) from ["'](\.[^"']+)["']/
const EXPORT_LIST = /^export (?:type )?\{([^}]*)\} from ["'](\.[^"']+)["']/

/** All that a declaration file exports, what it passes on from other files included; in the order in which it stands there. */
export function exportedDeclarations(file: string): readonly Declaration[] {
  const statements = statementsIn(readFileSync(file, 'utf8'))
  const found = statements.flatMap(({ doc, code }): readonly Declaration[] => {
    const all = EXPORT_ALL.exec(code)
    if (all !== null) return exportedDeclarations(targetOf(file, all[1]!))
    const namespace = EXPORT_NAMESPACE.exec(code)
    if (namespace !== null) {
      return [
        {
          name: namespace[1]!,
          doc: documentation(doc) || openingComment(targetOf(file, namespace[2]!)),
          code: '',
        },
      ]
    }
    const list = EXPORT_LIST.exec(code)
    if (list !== null) return listed(list[1]!, exportedDeclarations(targetOf(file, list[2]!)))
    const named = NAMED.exec(code)
    return named === null ? [] : [{ name: named[1]!, doc: documentation(doc), code: withoutPrivates(code) }]
  })
  // Overloads and merged declarations are one.
  const byName = new Map<string, Declaration>()
  for (const one of found) {
    const before = byName.get(one.name)
    byName.set(one.name, before === undefined || before.code === one.code ? one : merge(before, one))
  }
  return [...byName.values()]
}

/** The comment that a file begins with. */
export function openingComment(file: string): string {
  const match = /^\s*\/\*\*([\s\S]*?)\*\//.exec(readFileSync(file, 'utf8'))
  return match === null ? '' : documentation(match[0])
}

function merge(before: Declaration, after: Declaration): Declaration {
  return { name: before.name, doc: before.doc || after.doc, code: `${before.code}\n${after.code}` }
}

/** Those of `declarations` that an export list names, under the names that it gives them. */
function listed(list: string, declarations: readonly Declaration[]): readonly Declaration[] {
  const known = new Map(declarations.map((one) => [one.name, one]))
  return list.split(',').flatMap((item) => {
    const [original, , renamed] = item
      .trim()
      .replace(/^type /, '')
      .split(/\s+/)
    const one = known.get(original ?? '')
    return one === undefined ? [] : [{ ...one, name: renamed ?? one.name }]
  })
}

function targetOf(file: string, specifier: string): string {
  return join(dirname(file), specifier.replace(/\.(?:ts|js)$/, '.d.ts'))
}

/**
 * The statements at the top of a declaration file, each with the doc comment before it. A statement ends with a semicolon or a brace at the end
 * of a line outside of all brackets, comments and strings, where the next one begins with a word of its own.
 */
function statementsIn(text: string): readonly Statement[] {
  const statements: Statement[] = []
  let doc = ''
  let code = ''
  let depth = 0
  let isComment = false
  for (const line of text.split('\n')) {
    const isComplete = depth === 0 && !isComment && /[;}]\s*$/.test(code)
    if (isComplete && /^(?:export|declare|import|\/\*\*)/.test(line)) {
      statements.push({ doc, code: code.trimEnd() })
      doc = ''
      code = ''
    }
    const isOutside = depth === 0 && code === ''
    if (isOutside && (isComment || line.startsWith('/**'))) {
      if (line.startsWith('/**')) doc = ''
      doc += `${line}\n`
      isComment = !line.includes('*/')
      continue
    }
    code += `${line}\n`
    const bare = withoutComments(line, isComment)
    isComment = bare.isComment
    for (const character of bare.text) {
      if ('{[('.includes(character)) depth++
      else if ('}])'.includes(character)) depth--
    }
  }
  if (code.trim() !== '') statements.push({ doc, code: code.trimEnd() })
  return statements
}

/** A line without comments and strings, whose brackets do not count. */
function withoutComments(
  line: string,
  wasComment: boolean,
): { readonly text: string; readonly isComment: boolean } {
  let rest = line
  if (wasComment) {
    const end = rest.indexOf('*/')
    if (end === -1) return { text: '', isComment: true }
    rest = rest.slice(end + 2)
  }
  rest = rest.replaceAll(/\/\*.*?\*\//g, '').replaceAll(/(["'`])(?:\\.|(?!\1).)*\1/g, '')
  const start = rest.indexOf('/*')
  return start === -1 ? { text: rest, isComment: false } : { text: rest.slice(0, start), isComment: true }
}

/** The text of a doc comment. */
function documentation(comment: string): string {
  return comment
    .replace(/^\s*\/\*\*\s?/, '')
    .replace(/\s*\*\/\s*$/, '')
    .replaceAll(/^\s*\* ?/gm, '')
    .trim()
}

/** What is private is nobody's business, and neither that it is declared. */
function withoutPrivates(code: string): string {
  return code
    .replaceAll(/^ {4}#private;\n/gm, '')
    .replaceAll(/^ {4}private [^;]*;\n/gm, '')
    .replace(/^export (?:declare )?/, '')
    .replaceAll(/^ {4}/gm, '  ')
}
