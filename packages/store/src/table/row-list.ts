const FIRST_CAPACITY = 64

/** Which row of a table: a message, and which of its rows where a multiple-valued column gives it several. */
export interface RowIdentity {
  /** Message counter; negative for the heading row of a category. */
  readonly mid: number
  /** PidTagInstanceNum: 0 for the only row of a message, else from 1 on. */
  readonly instance: number
}

/** Rows in order, as identities in eight bytes each (twelve where messages have several rows). */
export class RowList {
  #mids = new Float64Array(FIRST_CAPACITY)
  #instances: Int32Array | undefined
  #length = 0

  /** @param instanced Whether messages may have several rows. */
  constructor(instanced = false) {
    if (instanced) this.#instances = new Int32Array(FIRST_CAPACITY)
  }

  get length(): number {
    return this.#length
  }

  midAt(position: number): number {
    return this.#mids[position]!
  }

  instanceAt(position: number): number {
    return this.#instances?.[position] ?? 0
  }

  at(position: number): RowIdentity {
    return { mid: this.midAt(position), instance: this.instanceAt(position) }
  }

  /** Where a row is, or -1. */
  indexOf(mid: number, instance: number): number {
    if (this.#instances === undefined && instance !== 0) return -1
    // Typed arrays search much faster than a loop does.
    for (
      let at = this.#mids.indexOf(mid);
      at !== -1 && at < this.#length;
      at = this.#mids.indexOf(mid, at + 1)
    ) {
      if (this.instanceAt(at) === instance) return at
    }
    return -1
  }

  push(mid: number, instance = 0): void {
    this.#reserve(this.#length + 1)
    this.#mids[this.#length] = mid
    if (this.#instances !== undefined) this.#instances[this.#length] = instance
    this.#length++
  }

  /** Adds rows of messages that have one row each. */
  append(mids: ArrayLike<number>): void {
    this.#reserve(this.#length + mids.length)
    this.#mids.set(mids, this.#length)
    this.#instances?.fill(0, this.#length, this.#length + mids.length)
    this.#length += mids.length
  }

  insert(position: number, mid: number, instance = 0): void {
    this.#reserve(this.#length + 1)
    this.#mids.copyWithin(position + 1, position, this.#length)
    this.#mids[position] = mid
    if (this.#instances !== undefined) {
      this.#instances.copyWithin(position + 1, position, this.#length)
      this.#instances[position] = instance
    }
    this.#length++
  }

  remove(position: number): void {
    this.#mids.copyWithin(position, position + 1, this.#length)
    this.#instances?.copyWithin(position, position + 1, this.#length)
    this.#length--
  }

  /** Where the rows of messages are, in order. */
  positionsOf(mids: ReadonlySet<number>): number[] {
    const positions: number[] = []
    if (mids.size <= 4 && this.#instances === undefined) {
      for (const mid of mids) {
        const position = this.indexOf(mid, 0)
        if (position !== -1) positions.push(position)
      }
      return positions.sort((a, b) => a - b)
    }
    for (let position = 0; position < this.#length; position++) {
      if (mids.has(this.#mids[position]!)) positions.push(position)
    }
    return positions
  }

  clear(): void {
    this.#length = 0
  }

  #reserve(length: number): void {
    if (length <= this.#mids.length) return
    const capacity = Math.max(length, this.#mids.length + (this.#mids.length >> 1))
    const mids = new Float64Array(capacity)
    mids.set(this.#mids.subarray(0, this.#length))
    this.#mids = mids
    if (this.#instances === undefined) return
    const instances = new Int32Array(capacity)
    instances.set(this.#instances.subarray(0, this.#length))
    this.#instances = instances
  }
}
