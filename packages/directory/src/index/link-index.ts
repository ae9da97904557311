import { LINK_KINDS, type LinkKind } from '../model/link-kind.ts'
import type { LinkRow } from '../storage/storage.ts'

const NONE: readonly number[] = []

interface Direction {
  readonly targets: Map<number, readonly number[]>
  readonly sources: Map<number, Set<number>>
}

/** Who refers to whom, both ways, by id. */
export class LinkIndex {
  readonly #kinds = new Map<LinkKind, Direction>(
    LINK_KINDS.map((kind) => [kind, { targets: new Map(), sources: new Map() }]),
  )

  /** Puts links in the place of all that the object has. */
  replace(source: number, links: readonly LinkRow[]): void {
    for (const kind of LINK_KINDS) {
      const { targets, sources } = this.#kinds.get(kind)!
      for (const target of targets.get(source) ?? NONE) {
        const others = sources.get(target)
        others?.delete(source)
        if (others?.size === 0) sources.delete(target)
      }
      const now = links.filter((link) => link.kind === kind).map(({ target }) => target)
      if (now.length === 0) targets.delete(source)
      else targets.set(source, now)
      for (const target of now) {
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

  /** All links of an object. */
  linksOf(source: number): readonly LinkRow[] {
    return LINK_KINDS.flatMap((kind) =>
      this.targets(kind, source).map((target) => ({ kind, source, target })),
    )
  }

  /** All objects that refer to one in any way. */
  referrers(target: number): ReadonlySet<number> {
    return new Set(LINK_KINDS.flatMap((kind) => this.sources(kind, target)))
  }
}
