import { MAX_ATOM_SIZE } from './split-buffer.ts'
import type { MarkerElement, PropertyElement, PropertyInfo } from './token.ts'
import { FastTransferWriter } from './writer.ts'

/** A string or binary property whose value is read, piece by piece, while it is sent. */
export interface PropertyStreamElement extends PropertyInfo {
  readonly kind: 'propertyStream'
  /** Bytes of the value: of a string those of its terminator too. */
  readonly size: number
  /** The value as it is to stand in the stream; `size` bytes in all. */
  readonly data: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
}

/** What a FastTransfer stream is made from. */
export type FastTransferElement = MarkerElement | PropertyElement | PropertyStreamElement

/**
 * Makes a FastTransfer stream from its elements, of which it takes only as many as it needs for the buffers that are
 * asked for. So a server answers RopFastTransferSourceGetBuffer requests of any size, one after the other:
 *
 * ```ts
 * await using producer = new FastTransferProducer(elementsOf(folder))
 * const buffer = await producer.read(request.bufferSize)
 * const isDone = producer.done
 * ```
 */
export class FastTransferProducer implements AsyncDisposable {
  readonly #writer = new FastTransferWriter()
  readonly #elements: AsyncIterator<FastTransferElement> | Iterator<FastTransferElement>
  #data: AsyncIterator<Uint8Array> | Iterator<Uint8Array> | undefined
  #isExhausted = false

  constructor(elements: AsyncIterable<FastTransferElement> | Iterable<FastTransferElement>) {
    this.#elements = iteratorOf(elements)
  }

  /** Whether all of the stream has been read; known once a read has come to its end. */
  get done(): boolean {
    return this.#isExhausted && this.#writer.pending === 0
  }

  /**
   * The next bytes of the stream: `maxBytes` at most, and fewer only at its end or before a part that may not be
   * split, of which none is longer than `MAX_ATOM_SIZE`. Empty at the end. Rejects with a `RangeError` if the next
   * such part does not fit, and with whatever the elements reject with.
   */
  async read(maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
    // One byte more, to know of the end when it is reached.
    while (this.#writer.pending <= maxBytes && !this.#isExhausted) await this.#writeNext()
    return this.#writer.take(maxBytes)
  }

  /** Lets go of the elements. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isExhausted = true
    await this.#data?.return?.()
    await this.#elements.return?.()
  }

  async #writeNext(): Promise<void> {
    if (this.#data !== undefined) {
      const piece = await this.#data.next()
      if (piece.done === true) {
        this.#data = undefined
        this.#writer.valueEnd()
      } else {
        this.#writer.valueData(piece.value)
      }
      return
    }
    const next = await this.#elements.next()
    if (next.done === true) this.#isExhausted = true
    else this.#write(next.value)
  }

  #write(element: FastTransferElement): void {
    switch (element.kind) {
      case 'marker':
        this.#writer.marker(element.marker)
        break
      case 'property':
        this.#writer.property(element.tag, element.value, element)
        break
      case 'propertyStream':
        this.#writer.valueStart(element.tag, element.size, element)
        this.#data = iteratorOf(element.data)
    }
  }
}

export { MAX_ATOM_SIZE }

function iteratorOf<T>(iterable: AsyncIterable<T> | Iterable<T>): AsyncIterator<T> | Iterator<T> {
  return Symbol.asyncIterator in iterable ? iterable[Symbol.asyncIterator]() : iterable[Symbol.iterator]()
}
