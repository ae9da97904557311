import type { Declaration } from './declarations.ts'

/** An entry point of a package, for the page. */
export interface EntryPoint {
  /** What programs import, e.g. `@bourse/mapi/bytes`. */
  readonly specifier: string
  /** What the entry point as a whole is, if it says so. */
  readonly description: string
  readonly declarations: readonly Declaration[]
}

/** The constants of properties, of which there are thousands: counted, but not listed. */
const PROPERTY_CONSTANT = /^(?:Pid(?:Tag|Lid|Name)[A-Z0-9]|PR_)/

/** Characters of a constant's type that are shown: those of codecs are the whole layout, written out. */
const MAX_CONSTANT = 200

/** The reference of a package in Markdown. */
export function referencePage(title: string, description: string, entries: readonly EntryPoint[]): string {
  const sections = entries.flatMap((entry) => [
    `## \`${entry.specifier}\``,
    ...(entry.description === '' ? [] : [withLinks(entry.description)]),
    ...propertyConstants(entry.declarations.filter(({ name }) => PROPERTY_CONSTANT.test(name))),
    ...entry.declarations
      .filter(({ name }) => !PROPERTY_CONSTANT.test(name))
      .sort(byName)
      .map(section),
  ])
  return `${[`# ${title}`, description, 'Made by `npm run reference` from the doc comments.', ...sections].join('\n\n')}\n`
}

function byName(a: Declaration, b: Declaration): number {
  return a.name.localeCompare(b.name, 'en')
}

function section({ name, doc, code }: Declaration): string {
  const parts = [`### ${name}`]
  if (doc !== '') parts.push(withLinks(doc))
  if (code !== '') parts.push(`\`\`\`ts\n${shortened(code)}\n\`\`\``)
  return parts.join('\n\n')
}

function shortened(code: string): string {
  return code.startsWith('const ') && code.length > MAX_CONSTANT ? `${code.slice(0, MAX_CONSTANT)} …` : code
}

function propertyConstants(constants: readonly Declaration[]): readonly string[] {
  if (constants.length === 0) return []
  const names = constants.slice(0, 3).map(({ name }) => `\`${name}\``)
  return [`${constants.length} constants of properties: ${names.join(', ')} …`]
}

/** `{@link Name}` as Markdown has it. */
function withLinks(doc: string): string {
  return doc
    .replaceAll(/\{@link ([\w$.]+)\}/g, '`$1`')
    .replaceAll(/^@param ([\w.]+) ?/gm, '- `$1`: ')
    .replaceAll(/^@throws ?/gm, 'Throws ')
    .replaceAll(/^@returns? ?/gm, 'Returns ')
}
