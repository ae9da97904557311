import { ErrorCode, MapiError } from '@bourse/mapi'
import { NULL_HANDLE } from '@bourse/wire/rop'
import type { RopLimits } from './limits.ts'
import type { LogonObject, ServerObject, ServerObjectKind } from './server-object.ts'

/** A server object and the handle that stands for it. */
export interface HandleEntry {
  readonly handle: number
  readonly object: ServerObject
  /** The logon it was opened through; a logon's own is itself. */
  readonly logon: LogonObject
}

/** As in Exchange: the handle of the first logon of a session is 0. */
const FIRST_HANDLE = 0

/**
 * The server objects of one session by handle ([MS-OXCROPS] 3.2.1, Server Object Map). A handle is given out again only
 * when all others have been.
 */
export class HandleTable {
  readonly #limits: RopLimits
  readonly #entries = new Map<number, HandleEntry>()
  readonly #counts = new Map<ServerObjectKind, number>()
  #next = FIRST_HANDLE
  #hasWrapped = false

  constructor(limits: RopLimits) {
    this.#limits = limits
  }

  /** Gives an object a handle. Throws `TooManyOpenObjects` when the session has as many of its kind as it may. */
  add(object: ServerObject, logon: LogonObject): HandleEntry {
    const { kind } = object
    const count = this.#counts.get(kind) ?? 0
    const limit = kind === 'logon' ? this.#limits.logons : this.#limits.objects[kind]
    if (count >= limit) throw new MapiError(ErrorCode.TooManyOpenObjects)
    while (this.#entries.has(this.#next)) this.#advance()
    const entry = { handle: this.#next, object, logon }
    this.#advance()
    this.#entries.set(entry.handle, entry)
    this.#counts.set(kind, count + 1)
    return entry
  }

  get(handle: number): HandleEntry | undefined {
    return this.#entries.get(handle)
  }

  /** Takes an object off the table, which does not dispose it. */
  remove(handle: number): HandleEntry | undefined {
    const entry = this.#entries.get(handle)
    if (entry === undefined) return undefined
    const { kind } = entry.object
    this.#entries.delete(handle)
    this.#counts.set(kind, this.#counts.get(kind)! - 1)
    return entry
  }

  /** Whether a handle that stands for nothing once stood for something ([MS-OXCROPS] 3.2.5.4, ecInvalidObject). */
  wasReleased(handle: number): boolean {
    if (handle < FIRST_HANDLE || handle >= NULL_HANDLE || this.#entries.has(handle)) return false
    return this.#hasWrapped || handle < this.#next
  }

  /** All entries, oldest first. */
  entries(): IterableIterator<HandleEntry> {
    return this.#entries.values()
  }

  get size(): number {
    return this.#entries.size
  }

  #advance(): void {
    this.#next++
    if (this.#next === NULL_HANDLE) {
      this.#next = FIRST_HANDLE
      this.#hasWrapped = true
    }
  }
}
