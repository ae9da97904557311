import { LINK_KINDS, type LinkKind } from '../model/link-kind.ts'
import type { LinkRow } from '../storage/storage.ts'

const NONE: readonly number[] = []

interface Direction {
  readonly targets: Map<number, readonly number[]>
  readonly sources: Map<number, Set<number>>
}

/** Who refers to whom, both ways, by id. */
export class LinkIndex {
  /** Objects that refer to others in some way. */
  readonly #referring = new Set<number>()
  readonly #kinds = new Map<LinkKind, Direction>(
    LINK_KINDS.map((kind) => [kind, { targets: new Map(), sources: new Map() }]),
  )

  /** Puts links in the place of all that the object has. */
  replace(source: number, links: readonly LinkRow[]): void {
    // As most objects do not.
    if (links.length === 0 && !this.#referring.delete(source)) return
    if (links.length > 0) this.#referring.add(source)
    const now = new Map<LinkKind, number[]>()
    for (const { kind, target } of links) {
      const others = now.get(kind)
      if (others === undefined) now.set(kind, [target])
      else others.push(target)
    }
    for (const [kind, { targets, sources }] of this.#kinds) {
      for (const target of targets.get(source) ?? NONE) {
        const others = sources.get(target)
        others?.delete(source)
        if (others?.size === 0) sources.delete(target)
      }
      const after = now.get(kind)
      if (after === undefined) {
        targets.delete(source)
        continue
      }
      targets.set(source, after)
      for (const target of after) {
        const others = sources.get(target)
        if (others === undefined) sources.set(target, new Set([source]))
        else others.add(source)
      }
    }
  }

  /** The objects that one refers to, in the order in which they were put. */
  targets(kind: LinkKind, source: number): readonly number[] {
    return this.#kinds.get(kind)!.targets.get(source) ?? NONE
  }

  /** The objects that refer to one. */
  sources(kind: LinkKind, target: number): readonly number[] {
    const found = this.#kinds.get(kind)!.sources.get(target)
    return found === undefined ? NONE : [...found]
  }

  /** All objects that refer to one in any way. */
  referrers(target: number): ReadonlySet<number> {
    return new Set(LINK_KINDS.flatMap((kind) => this.sources(kind, target)))
  }
}
