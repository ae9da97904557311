import type { NamedProperty, PropertyName, TagsOf } from '@bourse/mapi'

/** What gives names their property IDs: a message store, or `MemoryNames`. */
export interface PropertyNames {
  /** The IDs that names are mapped to, 0 where there is none; `create` maps those that are not yet. */
  getPropertyIds(
    names: readonly PropertyName[],
    options?: { readonly create?: boolean },
  ): Promise<readonly number[]>
}

/**
 * The tags of named properties in whatever `names` knows; without it, and for names that it cannot map, the tag of
 * property ID 0, which no object has.
 */
export async function tagsOfNames<const N extends readonly NamedProperty<unknown>[]>(
  names: PropertyNames | undefined,
  properties: N,
  create: boolean,
): Promise<TagsOf<N>> {
  const ids = (await names?.getPropertyIds(properties, { create })) ?? []
  return properties.map(({ type }, i) => (((ids[i] ?? 0) << 16) | type) >>> 0) as unknown as TagsOf<N>
}
