import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml'
import type { FileProblem, Place } from './file-problem.ts'

/**
 * A value in a YAML file that knows where it stands. Reading it as what it is not makes a problem, and gives `undefined`; so all
 * problems of a file are found at once.
 */
export class YamlNode {
  readonly #file: YamlFile
  readonly #node: Node | null | undefined
  readonly place: Place

  constructor(file: YamlFile, node: Node | null | undefined, place: Place) {
    this.#file = file
    this.#node = isAlias(node) ? node.resolve(file.document) : node
    this.place = place
  }

  /** Says what is wrong with it. */
  problem(message: string): undefined {
    this.#file.problems.push({ ...this.place, message })
    return undefined
  }

  get isNull(): boolean {
    const node = this.#node
    return node === null || node === undefined || (isScalar(node) && node.value === null)
  }

  get isMap(): boolean {
    return isMap(this.#node)
  }

  get isList(): boolean {
    return isSeq(this.#node)
  }

  /** A text; numbers and truth values are taken as they are written. */
  text(): string | undefined {
    const node = this.#node
    if (!isScalar(node) || node.value === null) return this.problem(`This must be text, not ${this.#what()}.`)
    const text = typeof node.value === 'string' ? node.value : (node.source ?? String(node.value))
    return text.trim() === '' ? this.problem('This must not be empty.') : text.trim()
  }

  /** A text that may be one of a few only. */
  oneOf<const T extends string>(choices: readonly T[]): T | undefined {
    const text = this.text()
    if (text === undefined) return undefined
    const found = choices.find((choice) => choice === text)
    return found ?? this.problem(`This must be ${orList(choices)}, not "${text}".`)
  }

  boolean(): boolean | undefined {
    const node = this.#node
    if (isScalar(node) && typeof node.value === 'boolean') return node.value
    return this.problem(`This must be true or false, not ${this.#what()}.`)
  }

  /** A whole number of 32 bits. */
  integer(): number | undefined {
    const node = this.#node
    if (isScalar(node) && typeof node.value === 'number' && (node.value | 0) === node.value) return node.value
    return this.problem(`This must be a whole number, not ${this.#what()}.`)
  }

  /** The values of a list. */
  list(): readonly YamlNode[] {
    const node = this.#node
    if (isSeq(node)) {
      return node.items.map((item, i) => this.#child(item as Node | null, `${this.place.key}[${i}]`))
    }
    this.problem(`This must be a list, not ${this.#what()}.`)
    return []
  }

  /** The values of a list, or the one value that stands in its place. */
  listOrOne(): readonly YamlNode[] {
    return this.isList ? this.list() : [this]
  }

  /** Keys and values. */
  entries(): readonly (readonly [string, YamlNode])[] {
    const node = this.#node
    if (!isMap(node)) {
      this.problem(`This must be a set of keys and values, not ${this.#what()}.`)
      return []
    }
    return (node.items as readonly Pair<Node, Node | null>[]).map((pair) => {
      const key = isScalar(pair.key) ? String(pair.key.source ?? pair.key.value) : String(pair.key)
      const path = this.place.key === '' ? key : `${this.place.key}.${key}`
      // What is wrong with a value is looked for where its key stands.
      return [
        key,
        new YamlNode(this.#file, pair.value, { line: this.#file.lineOf(pair.key), key: path }),
      ] as const
    })
  }

  /** Keys and values, of which only some are known; others make a problem. */
  fields<K extends string>(known: readonly K[], owner: string): ReadonlyMap<K, YamlNode> {
    const fields = new Map<K, YamlNode>()
    for (const [key, node] of this.entries()) {
      const found = known.find((other) => other === key)
      if (found !== undefined) fields.set(found, node)
      else node.problem(`There is no key "${key}" for ${owner}${suggestion(key, known)}`)
    }
    return fields
  }

  #child(node: Node | null, key: string): YamlNode {
    return new YamlNode(this.#file, node, {
      line: node === null ? this.place.line : this.#file.lineOf(node),
      key,
    })
  }

  #what(): string {
    const node = this.#node
    if (this.isNull) return 'nothing'
    if (isMap(node)) return 'a set of keys and values'
    if (isSeq(node)) return 'a list'
    return isScalar(node) ? `"${String(node.source ?? node.value)}"` : 'this'
  }
}

/** A YAML text and what was found to be wrong with it. */
export interface YamlFile {
  readonly document: ReturnType<typeof parseDocument>
  readonly problems: FileProblem[]
  lineOf(node: Node | null): number
}

/** The outermost value of a YAML text. What is no YAML makes problems. */
export function readYaml(text: string): { readonly root: YamlNode; readonly problems: FileProblem[] } {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true })
  const problems: FileProblem[] = document.errors.map(({ code, message, pos }) => ({
    line: lines.linePos(pos[0]).line,
    key: '',
    message:
      code === 'DUPLICATE_KEY'
        ? 'This key is there already.'
        : `This is no YAML: ${message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '')}.`,
  }))
  const file: YamlFile = {
    document,
    problems,
    lineOf: (node) => (node?.range ? lines.linePos(node.range[0]).line : 1),
  }
  return { root: new YamlNode(file, document.contents, { line: 1, key: '' }), problems }
}

/** `a, b or c`. */
export function orList(choices: readonly string[]): string {
  const quoted = choices.map((choice) => `"${choice}"`)
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`
}

/** How many letters two words may differ by for one to be taken for the other. */
const MAX_DISTANCE = 2

function suggestion(word: string, known: readonly string[]): string {
  const near = known.find((other) => distance(word.toLowerCase(), other.toLowerCase()) <= MAX_DISTANCE)
  return near === undefined ? '.' : `; did you mean "${near}"?`
}

/** By how many letters that come, go or are others two words differ. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row.at(-1)!
}
