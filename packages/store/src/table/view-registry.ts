import type { Change } from '../change/change.ts'
import type { Mailbox } from '../mailbox/mailbox.ts'
import type { Transaction } from '../storage/storage.ts'

/** A view as those see it who keep views. */
export interface SharedView {
  /** Takes note of what was committed; returns whether the view must be brought up to date. */
  note(changes: readonly Change[]): boolean
  refresh(tx: Transaction): Promise<void>
  /** Whether somebody wants to be told soon of what changes. */
  readonly isUrgent: boolean
  /** How many numbers it keeps in memory. */
  readonly weight: number
}

interface Entry {
  readonly key: string
  readonly view: SharedView
  users: number
  isScheduled: boolean
}

/** How many numbers all views that nobody uses may keep together, and how many of these views there may be. */
const MAX_IDLE_WEIGHT = 2_000_000
const MAX_IDLE_VIEWS = 16

/**
 * The views of one mailbox: shared by all tables that want the same, kept up to date from committed changes, and kept a while longer
 * when nobody uses them any more.
 */
export class ViewRegistry {
  static readonly #registries = new WeakMap<Mailbox, ViewRegistry>()

  static of(mailbox: Mailbox): ViewRegistry {
    let registry = ViewRegistry.#registries.get(mailbox)
    if (registry === undefined) {
      registry = new ViewRegistry(mailbox)
      ViewRegistry.#registries.set(mailbox, registry)
    }
    return registry
  }

  readonly #mailbox: Mailbox
  /** The longest unused first. */
  readonly #entries = new Map<string, Entry>()
  readonly #byView = new Map<SharedView, Entry>()
  #stopListening: (() => void) | undefined

  private constructor(mailbox: Mailbox) {
    this.#mailbox = mailbox
  }

  /** The view of that key, made if there is none. To be given back with {@link release}. */
  acquire<V extends SharedView>(key: string, make: () => V): V {
    let entry = this.#entries.get(key)
    if (entry === undefined) {
      entry = { key, view: make(), users: 0, isScheduled: false }
      this.#byView.set(entry.view, entry)
    } else {
      this.#entries.delete(key)
    }
    this.#entries.set(key, entry)
    entry.users++
    this.#stopListening ??= this.#mailbox.onChange((changes) => this.#note(changes))
    return entry.view as V
  }

  release(view: SharedView): void {
    const entry = this.#byView.get(view)
    if (entry === undefined) return
    entry.users--
    this.#trim()
  }

  /** Forgets all views that nobody uses. */
  clear(): void {
    for (const entry of [...this.#entries.values()]) if (entry.users === 0) this.#forget(entry)
  }

  #note(changes: readonly Change[]): void {
    for (const entry of this.#entries.values()) {
      if (entry.view.note(changes) && entry.view.isUrgent) this.#schedule(entry)
    }
    this.#trim()
  }

  #schedule(entry: Entry): void {
    if (entry.isScheduled) return
    entry.isScheduled = true
    this.#mailbox
      .read((tx) => {
        entry.isScheduled = false
        return entry.view.refresh(tx)
      })
      .catch(() => {
        // A mailbox that was closed meanwhile has nobody to tell; what else fails, fails again for whoever reads the table.
        entry.isScheduled = false
      })
  }

  #trim(): void {
    const idle = [...this.#entries.values()].filter(({ users }) => users === 0)
    let weight = idle.reduce((sum, { view }) => sum + view.weight, 0)
    let count = idle.length
    for (const entry of idle) {
      if (weight <= MAX_IDLE_WEIGHT && count <= MAX_IDLE_VIEWS) break
      weight -= entry.view.weight
      count--
      this.#forget(entry)
    }
  }

  #forget(entry: Entry): void {
    this.#entries.delete(entry.key)
    this.#byView.delete(entry.view)
    if (this.#entries.size === 0) {
      this.#stopListening?.()
      this.#stopListening = undefined
    }
  }
}
