/** An element of an XML document. Prefixes of names are left off, and text has its references resolved. */
export interface XmlElement {
  /** Without its prefix. */
  readonly name: string
  /** The `xmlns` in force, of this element or one around it; empty if there is none. Prefixed namespaces are not looked at. */
  readonly namespace: string
  readonly children: readonly XmlElement[]
  /** All text directly in it, trimmed. */
  readonly text: string
}

/** Why a text is no XML that is accepted here. */
export class XmlError extends Error {}

const MAX_DEPTH = 32
const MAX_ELEMENTS = 1000

const NAME = /[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?/y
const ATTRIBUTE = /\s+([A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/**
 * Reads a small XML document. There are no document types, so no entities beyond the five of XML and no files to be fetched;
 * a document with one is an {@link XmlError}, as is one that is deep or long.
 */
export function parseXml(text: string): XmlElement {
  let at = 0
  let elements = 0

  function fail(message: string): never {
    throw new XmlError(`${message} (at character ${at})`)
  }

  /** Steps over what stands between elements outside of the root: white space, comments, instructions. */
  function skipMisc(): void {
    for (;;) {
      const before = at
      while (/\s/.test(text[at] ?? '')) at++
      if (text.startsWith('<?', at)) skipTo('?>')
      else if (text.startsWith('<!--', at)) skipTo('-->')
      if (at === before) return
    }
  }

  function skipTo(end: string): string {
    const start = at
    const found = text.indexOf(end, at)
    if (found < 0) fail(`${end} is missing`)
    at = found + end.length
    return text.slice(start, found)
  }

  function match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    if (found) at = pattern.lastIndex
    return found
  }

  function parseElement(depth: number, outerNamespace: string): XmlElement {
    if (depth > MAX_DEPTH || ++elements > MAX_ELEMENTS) fail('the document is too large')
    at++ // <
    const qualified = match(NAME)?.[0] ?? fail('a name is missing')
    let namespace = outerNamespace
    for (let found = match(ATTRIBUTE); found; found = match(ATTRIBUTE)) {
      const value = resolve(found[2] ?? found[3]!)
      if (found[1] === 'xmlns') namespace = value
    }
    while (/\s/.test(text[at] ?? '')) at++
    const name = qualified.slice(qualified.indexOf(':') + 1)
    if (text.startsWith('/>', at)) {
      at += 2
      return { name, namespace, children: [], text: '' }
    }
    if (text[at] !== '>') fail(`the tag of ${qualified} does not end`)
    at++
    const children: XmlElement[] = []
    let content = ''
    for (;;) {
      const next = text.indexOf('<', at)
      if (next < 0) fail(`${qualified} does not end`)
      content += resolve(text.slice(at, next))
      at = next
      if (text.startsWith('</', at)) {
        at += 2
        if (match(NAME)?.[0] !== qualified) fail(`${qualified} does not end where it should`)
        while (/\s/.test(text[at] ?? '')) at++
        if (text[at] !== '>') fail(`the end of ${qualified} does not end`)
        at++
        return { name, namespace, children, text: content.trim() }
      }
      if (text.startsWith('<!--', at)) skipTo('-->')
      else if (text.startsWith('<![CDATA[', at)) content += skipTo(']]>').slice('<![CDATA['.length)
      else if (text.startsWith('<?', at)) skipTo('?>')
      else if (text.startsWith('<!', at)) fail('declarations are not accepted')
      else children.push(parseElement(depth + 1, namespace))
    }
  }

  function resolve(raw: string): string {
    if (!raw.includes('&')) return raw
    return raw.replaceAll(/&([^;&\s]{0,10});?/g, (reference, name: string) => {
      const number = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(name)
      const code = number
        ? Number.parseInt(number[1] ?? number[2]!, number[1] === undefined ? 10 : 16)
        : undefined
      if (code !== undefined && code > 0 && code <= 0x10ffff) return String.fromCodePoint(code)
      const entity = reference.endsWith(';') && Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined
      return entity ?? fail(`${reference} stands for nothing`)
    })
  }

  skipMisc()
  if (text.startsWith('<!', at)) fail('declarations are not accepted')
  if (text[at] !== '<') fail('there is no element')
  const root = parseElement(1, '')
  skipMisc()
  if (at < text.length) fail('something follows the document')
  return root
}

/** The first child with a name. */
export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((candidate) => candidate.name === name)
}

/** An element to be written: a name with attributes, and text or further elements. */
export type XmlNode = readonly [
  name: string,
  content: string | readonly (XmlNode | undefined)[],
  attributes?: Readonly<Record<string, string>>,
]

/** Writes an XML document. */
export function formatXml(root: XmlNode): string {
  return `<?xml version="1.0" encoding="utf-8"?>\n${formatNode(root, '')}`
}

function formatNode([name, content, attributes = {}]: XmlNode, indent: string): string {
  const head = Object.entries(attributes).reduce(
    (tag, [key, value]) => `${tag} ${key}="${escapeXml(value)}"`,
    name,
  )
  if (typeof content === 'string') {
    return content === '' ? `${indent}<${head} />\n` : `${indent}<${head}>${escapeXml(content)}</${name}>\n`
  }
  const inner = content.map((node) => (node === undefined ? '' : formatNode(node, `${indent}  `))).join('')
  return inner === '' ? `${indent}<${head} />\n` : `${indent}<${head}>\n${inner}${indent}</${name}>\n`
}

/** Text as XML has it; characters that it has no form for are left out. */
function escapeXml(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/** Text of bytes that say themselves, by a byte order mark, if they are not UTF-8. */
export function decodeXml(bytes: Uint8Array): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : 'utf-8'
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch (error) {
    throw new XmlError('the text is not in the encoding that it should be in', { cause: error })
  }
}
