import { decodeHeaderText, encodeWords } from './encoded-words.ts'

/** An address of the Internet with the name of who has it. */
export interface Mailbox {
  /** Empty if there is none. */
  readonly name: string
  /** `local@domain`; what could not be understood as an address has none: empty. */
  readonly address: string
}

/** How many addresses of one header field are read. */
export const MAX_ADDRESSES = 10_000

/**
 * The mailboxes of an address list (RFC 5322 3.4, obsolete syntax included) as it stands in a header, one character per byte.
 * Groups give their members. Whatever is there, nothing is thrown: text without an address becomes a mailbox that has only a name.
 */
export function parseAddressList(value: string, charset?: string): Mailbox[] {
  const mailboxes: Mailbox[] = []
  for (const entry of splitEntries(value)) {
    if (mailboxes.length >= MAX_ADDRESSES) break
    const mailbox = parseEntry(entry, charset)
    if (mailbox !== undefined) mailboxes.push(mailbox)
  }
  return mailboxes
}

/** What one address is made of. */
interface Entry {
  /** Words outside of angle brackets; a quoted string is one word. */
  readonly words: { readonly text: string; readonly isQuoted: boolean }[]
  /** In angle brackets. */
  angle: string | undefined
  readonly comments: string[]
}

/** Cuts a list at commas and semicolons outside of quotes, comments and angle brackets; names of groups are left out. */
function splitEntries(value: string): Entry[] {
  const entries: Entry[] = []
  let entry: Entry = { words: [], angle: undefined, comments: [] }
  let word = ''
  let inGroup = false
  const endWord = (): void => {
    if (word.trim() !== '') entry.words.push({ text: word.trim(), isQuoted: false })
    word = ''
  }
  const endEntry = (): void => {
    endWord()
    // A comment alone says nothing.
    if (entry.words.length > 0 || entry.angle !== undefined) entries.push(entry)
    entry = { words: [], angle: undefined, comments: [] }
  }
  for (let i = 0; i < value.length; i++) {
    const character = value.charAt(i)
    switch (character) {
      case '"': {
        const end = endOfQuoted(value, i)
        // A quote within a word, as in `O"Brien@example.org`, and one that never ends are characters like others.
        if (end < 0 || (word !== '' && !/\s$/.test(word))) word += end < 0 ? '' : value.slice(i, end + 1)
        else {
          endWord()
          const text = value.slice(i + 1, end).replace(/\\(.)/g, '$1')
          // A quoted local part belongs to what follows.
          if (value.charAt(end + 1) === '@') word = value.slice(i, end + 1)
          else entry.words.push({ text, isQuoted: true })
        }
        if (end >= 0) i = end
        break
      }
      case '(': {
        const end = endOfComment(value, i)
        endWord()
        entry.comments.push(
          value
            .slice(i + 1, end)
            .replace(/\\(.)/g, '$1')
            .trim(),
        )
        i = end
        break
      }
      case '<': {
        const end = endOfAngle(value, i)
        endWord()
        const inner = value.slice(i + 1, end)
        // A second pair, as in `<<a@example.org>>` or `"a" <b> <a@example.org>`: the one with an address counts.
        if (entry.angle === undefined || !entry.angle.includes('@')) entry.angle = inner
        i = end
        break
      }
      case ':':
        // The name of a group ends here; a colon within an address (`mailto:`) does not name one.
        if (
          !inGroup &&
          entry.angle === undefined &&
          !word.includes('@') &&
          !/^\s*(?:mailto|smtp)$/i.test(word)
        ) {
          inGroup = true
          word = ''
          entry = { words: [], angle: undefined, comments: [] }
        } else word += /^\s*(?:mailto|smtp)$/i.test(word) ? '' : character
        if (/^\s*(?:mailto|smtp)$/i.test(word)) word = ''
        break
      case ';':
        inGroup = false
        endEntry()
        break
      case ',':
        endEntry()
        break
      default:
        word += character
    }
  }
  endEntry()
  return entries
}

function endOfQuoted(value: string, start: number): number {
  for (let i = start + 1; i < value.length; i++) {
    if (value.charAt(i) === '\\') i++
    else if (value.charAt(i) === '"') return i
  }
  return -1
}

function endOfComment(value: string, start: number): number {
  let depth = 0
  for (let i = start; i < value.length; i++) {
    const character = value.charAt(i)
    if (character === '\\') i++
    else if (character === '(') depth++
    else if (character === ')' && --depth === 0) return i
  }
  return value.length
}

function endOfAngle(value: string, start: number): number {
  for (let i = start + 1; i < value.length; i++) {
    const character = value.charAt(i)
    if (character === '>') return i
    if (character === '"') {
      const end = endOfQuoted(value, i)
      if (end > 0) i = end
    }
  }
  return value.length
}

function parseEntry(entry: Entry, charset: string | undefined): Mailbox | undefined {
  const comment = entry.comments.map((text) => decodeHeaderText(text, charset)).join(' ')
  if (entry.angle !== undefined) {
    const name = nameOf(entry.words, charset)
    const address = cleanAddress(entry.angle, charset)
    if (address === '' && name === '') return undefined
    return { name: name || comment, address }
  }
  // Without angle brackets the word with an @ is the address, and the others are its name.
  const words = entry.words.flatMap((word) =>
    word.isQuoted ? [word] : glueAt(word.text).map((text) => ({ text, isQuoted: false })),
  )
  let at = words.findIndex(({ text, isQuoted }) => !isQuoted && text.includes('@'))
  if (at < 0 && words.length === 1) at = words.findIndex(({ text }) => /^[^\s@]+@[^\s@]+$/.test(text))
  if (at < 0) {
    const name = nameOf(words, charset) || comment
    return name === '' ? undefined : { name, address: '' }
  }
  const name = nameOf(words.toSpliced(at, 1), charset)
  return { name: name || comment, address: cleanAddress(words[at]!.text, charset) }
}

/** Words of a text; blanks around @, and around dots in a domain at the end, are taken out (RFC 5322 4.4). */
function glueAt(text: string): string[] {
  const glued = text.replace(/\s*@\s*/g, '@')
  const at = glued.lastIndexOf('@')
  const domain = glued.slice(at)
  return (at < 0 ? glued : glued.slice(0, at) + domain.replace(/\s*\.\s*/g, '.')).split(/\s+/)
}

function nameOf(words: Entry['words'], charset: string | undefined): string {
  const joined = words.map(({ text }) => text).join(' ')
  return decodeHeaderText(joined, charset).replace(/\s+/g, ' ').trim()
}

/** An address without route, blanks, and what else is wrapped around it. */
function cleanAddress(text: string, charset: string | undefined): string {
  const decoded = decodeHeaderText(text.replace(/\([^()]*\)/g, ''), charset).replace(
    /^\s*(?:mailto|smtp):/i,
    '',
  )
  const route = /^\s*@[^:]*:(.*)$/s.exec(decoded)
  const address = route ? route[1]! : decoded
  // A group within angle brackets has nobody in it.
  if (/^[^"@]*:.*;\s*$/s.test(address)) return ''
  return address.startsWith('"') ? address.trim() : address.replace(/[\s<>]+/g, '').replace(/\.$/, '')
}

/** A mailbox as it is written in a header, in ASCII but for addresses that are not. */
export function formatMailbox({ name, address }: Mailbox): string {
  const safeAddress = address.replace(/[\r\n<>]/g, '')
  if (name === '' && address !== '')
    return /^[^\s,;:"()<>]+$/.test(safeAddress) ? safeAddress : `<${safeAddress}>`
  return `${formatPhrase(name)} <${safeAddress}>`
}

/** A display name: an atom, a quoted string or encoded words. */
export function formatPhrase(text: string): string {
  const clean = text.replace(/[\r\n\t]+/g, ' ')
  if (/^[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~ ]*$/.test(clean) && !clean.includes('=?') && clean === clean.trim())
    return clean
  if (/^[ -~]*$/.test(clean) && !clean.includes('=?') && clean.length < 800)
    return `"${clean.replace(/["\\]/g, '\\$&')}"`
  return encodeWords(clean)
}
