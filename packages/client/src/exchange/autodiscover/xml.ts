/** An element of an XML document. Prefixes of names are left off. */
export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
  /** All text directly in it, trimmed, with references resolved. */
  readonly text: string
}

/** Why a text is no XML that is accepted here. */
export class XmlError extends Error {}

const MAX_DEPTH = 32
const MAX_ELEMENTS = 20_000

const TOKEN =
  /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?[\s\S]*?\?>|<!|<\/([\w:.-]+)\s*>|<([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|[^<]+|</g
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/g
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

interface Open {
  readonly name: string
  readonly qualified: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: XmlElement[]
  text: string
}

/**
 * Reads a small XML document, as servers answer with. There are no document types, so no entities beyond the five of XML; a document with one is
 * an {@link XmlError}, as is one that is deep or long.
 */
export function parseXml(source: string): XmlElement {
  const stack: Open[] = []
  let root: XmlElement | undefined
  let count = 0

  const add = (element: XmlElement): void => {
    const parent = stack.at(-1)
    if (parent !== undefined) parent.children.push(element)
    else if (root === undefined) root = element
    else throw new XmlError('something follows the document')
  }

  for (const [token, cdata, end, start, attributes = '', selfClosing] of source
    .replace(/^\uFEFF/, '')
    .matchAll(TOKEN)) {
    const top = stack.at(-1)
    if (start !== undefined) {
      if (stack.length >= MAX_DEPTH || ++count > MAX_ELEMENTS) throw new XmlError('the document is too large')
      const open: Open = {
        name: localName(start),
        qualified: start,
        attributes: parseAttributes(attributes),
        children: [],
        text: '',
      }
      if (selfClosing === '/') add(finished(open))
      else stack.push(open)
    } else if (end !== undefined) {
      if (top === undefined || top.qualified !== end) throw new XmlError(`${end} ends where it should not`)
      stack.pop()
      add(finished(top))
    } else if (cdata !== undefined) {
      if (top !== undefined) top.text += cdata
    } else if (token === '<' || token === '<!') {
      throw new XmlError('not XML, or XML with declarations')
    } else if (!token.startsWith('<')) {
      if (top !== undefined) top.text += resolve(token)
      else if (token.trim() !== '') throw new XmlError('text outside of the document')
    }
  }
  if (root === undefined || stack.length > 0) throw new XmlError('the document is not complete')
  return root
}

/** The first child with a name. */
export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((candidate) => candidate.name === name)
}

/** The text of the first child with a name, `undefined` if it is not there or empty. */
export function childText(element: XmlElement | undefined, name: string): string | undefined {
  return child(element, name)?.text || undefined
}

/** Text as XML has it. */
export function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

function finished({ name, attributes, children, text }: Open): XmlElement {
  return { name, attributes, children, text: text.trim() }
}

function localName(qualified: string): string {
  return qualified.slice(qualified.indexOf(':') + 1)
}

function parseAttributes(source: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Array.from(source.matchAll(ATTRIBUTE), ([, name, double, single]) => [
      localName(name!),
      resolve(double ?? single!),
    ]),
  )
}

function resolve(text: string): string {
  return text.replaceAll(/&([^;&\s]{0,10});?/g, (reference, name: string) => {
    const number = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(name)
    if (number !== null) {
      const code = number[1] === undefined ? Number(number[2]) : Number.parseInt(number[1], 16)
      if (code > 0 && code <= 0x10ffff) return String.fromCodePoint(code)
    }
    const entity = Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined
    if (entity === undefined) throw new XmlError(`${reference} stands for nothing`)
    return entity
  })
}
