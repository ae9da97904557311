import type { Cell, MapiObject } from '@bourse/mapi'
import { setAll } from './problems.ts'
import type { Property, TagResolver } from './property.ts'

/** A property and the value that it is to have; without one it is left as it is. */
export type Assignment<V = unknown> = readonly [Property<V>, NoInfer<V> | undefined]

/** Sets properties, named ones among them, and makes names known that the store has not heard of. */
export async function setNamed(
  object: MapiObject,
  tags: TagResolver,
  assignments: readonly Assignment[],
): Promise<void> {
  const given = assignments.filter(([, value]) => value !== undefined)
  if (given.length === 0) return
  const resolved = await tags.tags(
    given.map(([property]) => property),
    { create: true },
  )
  await setAll(
    object,
    given.map(([, value], i) => [resolved[i]!, value as Cell] as const),
  )
}
