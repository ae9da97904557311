/** A field of a message's header. */
export interface HeaderField {
  /** In lower case. */
  readonly name: string
  /** What stands behind the colon, one character per byte, with its folds. */
  readonly value: string
  /** Where its name begins, in bytes from the beginning of the message. */
  readonly offset: number
}

/** How much of a message may be header, in bytes. */
export const MAX_HEADER = 1 << 20

/** The end of a header; looked for behind a line end, since a message may begin with the empty line. */
const HEADER_END = /\n\r?\n/

/** The beginning of a message, up to the end of its header. */
export class HeaderBuffer {
  readonly #pieces: string[] = []
  #length = 0
  /** What may be the beginning of the header's end. */
  #tail = '\n'
  #isDone = false
  #isTooLong = false

  add(piece: Uint8Array): void {
    if (this.#isDone) return
    const text = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString(
      'latin1',
      0,
      MAX_HEADER - this.#length,
    )
    this.#pieces.push(text)
    this.#length += text.length
    const hasEnd = HEADER_END.test(this.#tail + text)
    this.#isTooLong = !hasEnd && this.#length === MAX_HEADER
    this.#isDone = hasEnd || this.#isTooLong
    this.#tail = (this.#tail + text).slice(-2)
  }

  /** Whether the header is longer than {@link MAX_HEADER}, so that nobody knows what else is in it. */
  get isTooLong(): boolean {
    return this.#isTooLong
  }

  /** Its fields, in their order. What is no field is left out. */
  fields(): readonly HeaderField[] {
    const text = `\n${this.#pieces.join('')}`
    const header = text.slice(0, (HEADER_END.exec(text)?.index ?? text.length) + 1)
    const pattern = /\n([!-9;-~]+)[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)/g
    return [...header.matchAll(pattern)].map(({ index, 1: name, 2: value }) => ({
      name: name!.toLowerCase(),
      value: value!,
      offset: index,
    }))
  }
}

/** The fields of a name, which is in lower case. */
export function fieldsNamed(fields: readonly HeaderField[], name: string): readonly HeaderField[] {
  return fields.filter((field) => field.name === name)
}
