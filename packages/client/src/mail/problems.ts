import { type Cell, MapiError, type MapiObject, type PropertyEntries, type PropertyTag } from '@bourse/mapi'

/** A property and its value. */
export type Entry = readonly [PropertyTag<unknown>, Cell]

/** Sets all properties or rejects with the first problem's code, and all of them in `problems`. */
export async function setAll(object: MapiObject, values: PropertyEntries): Promise<void> {
  const problems = await object.setProperties(values)
  if (problems.length > 0) throw new MapiError(problems[0]!.errorCode, { problems })
}

/** Removes properties; that some are not there is no problem. */
export async function removeAll(object: MapiObject, tags: readonly PropertyTag<unknown>[]): Promise<void> {
  if (tags.length > 0) await object.deleteProperties(tags)
}
