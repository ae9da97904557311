import type { SqlValue, Transaction } from '../storage/storage.ts'

/** SQL that selects, as `mid`, messages whose text may have in it what is looked for. */
export interface TextCandidates {
  readonly sql: string
  readonly parameters: readonly SqlValue[]
}

/**
 * A full-text index of messages, as narrow as a database must know it. Texts are folded (`foldLoose`) before they come here; what is looked for is
 * found wherever it stands, within words too.
 */
export interface TextIndex {
  /** Messages that the index is behind with. */
  waiting(tx: Transaction, limit: number): Promise<number[]>
  /**
   * Puts the text of a message in the place of what there is of it, so that it does not wait any more. Messages that are deleted or moved the database removes by
   * itself.
   */
  put(tx: Transaction, mid: number, text: string): Promise<void>
  /**
   * The messages that may meet a query: all that do and perhaps some that do not, such as those that are not indexed yet. `undefined` if
   * the index can't tell.
   */
  candidates(query: TextQuery): TextCandidates | undefined
}

/** What to look for in the text of messages. */
export type TextQuery =
  /** The text stands somewhere; folded. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'and' | 'or'; readonly queries: readonly TextQuery[] }

/** Texts of more UTF-16 code units than this are not indexed: the messages are looked through each time. */
export const MAX_INDEXED_LENGTH = 2_000_000

/** Values of `text_queue.state`: the index is behind with a message, or does not take it. */
export const TextState = { Waiting: 0, TooLong: 1 } as const

/** The shortest text that can be looked for, and how many characters the index knows at a time. */
const GRAM = 3

/** How many parts of a text are looked for at most; the more, the fewer other messages are found too. */
const MAX_GRAMS = 24

/**
 * The index in SQLite's FTS5: which messages have which sequences of three characters. A text is looked for by the
 * sequences in it, and what is found is to be looked through for the text itself.
 */
export const fts5TextIndex: TextIndex = {
  waiting(tx, limit) {
    return tx.column(
      'SELECT mid FROM text_queue WHERE state = ? ORDER BY mid LIMIT ?',
      TextState.Waiting,
      limit,
    )
  },
  async put(tx, mid, text) {
    await tx.run('DELETE FROM message_text WHERE rowid = ?', mid)
    if (text.length > MAX_INDEXED_LENGTH) {
      await tx.run('UPDATE text_queue SET state = ? WHERE mid = ?', TextState.TooLong, mid)
      return
    }
    await tx.run('INSERT INTO message_text (rowid, text) VALUES (?, ?)', mid, text)
    await tx.run('DELETE FROM text_queue WHERE mid = ?', mid)
  },
  candidates(query) {
    const expression = expressionOf(query)
    return expression === undefined
      ? undefined
      : {
          sql: `SELECT rowid AS mid FROM message_text WHERE message_text MATCH ?
            UNION SELECT mid FROM text_queue`,
          parameters: [expression],
        }
  },
}

/** A query in the language of FTS5, or `undefined` for one that everything meets as far as the index knows. */
function expressionOf(query: TextQuery): string | undefined {
  if (query.kind === 'text') {
    const grams = gramsOf(query.text)
    return grams.length === 0 ? undefined : grams.map(quote).join(' AND ')
  }
  const parts = query.queries.map(expressionOf)
  const known = parts.filter((part) => part !== undefined)
  if (known.length === 0 || (query.kind === 'or' && known.length < parts.length)) return undefined
  return known.map((part) => `(${part})`).join(query.kind === 'and' ? ' AND ' : ' OR ')
}

function gramsOf(text: string): string[] {
  const characters = Array.from(text)
  const last = characters.length - GRAM
  const grams = new Set<string>()
  const step = Math.max(1, Math.ceil(last / MAX_GRAMS))
  for (let at = 0; at <= last; at += step) grams.add(characters.slice(at, at + GRAM).join(''))
  return [...grams]
}

function quote(gram: string): string {
  return `"${gram.replaceAll('"', '""')}"`
}
