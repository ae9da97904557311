import { setImmediate } from 'node:timers/promises'
import { PidTagThumbnailPhoto, RelOp, type Restriction, tagId, walk } from '@bourse/mapi'
import { type Entry, heldInSummary, heldProperty, isInSummary } from '../entry/entry-properties.ts'
import type { DirectoryIndex } from '../index/directory-index.ts'
import { matchesNames, namesOf, parseNameQuery } from '../lookup/names.ts'
import { idsByName } from '../lookup/resolve-name.ts'
import type { ObjectSummary } from '../model/directory-object.ts'
import type { DirectoryStorage } from '../storage/storage.ts'
import { anrText, evaluate, idsIn, type RestrictionContext, type RestrictionSubject } from './evaluate.ts'

/** How many objects are read at once when many are looked at. */
const CHUNK = 500

export interface ReadEntriesOptions {
  /** Read the photos too. */
  readonly photos?: boolean
  /** `false`: the objects are not expected to be asked for again soon. */
  readonly keep?: boolean
}

/** What matching reads of the directory. */
export interface MatchingBase {
  readonly index: DirectoryIndex
  readonly storage: DirectoryStorage
  /** The entries with these ids, `undefined` for those that are gone. */
  readEntries(ids: readonly number[], options?: ReadEntriesOptions): Promise<readonly (Entry | undefined)[]>
}

/**
 * Those of the objects given, in their order, of which a restriction is true. Objects are read from the database only if the
 * restriction is about more than what is in memory of all, and where it is about a name, only those that have it.
 */
export async function matchingIds(
  ids: readonly number[],
  restriction: Restriction,
  context: RestrictionContext,
  base: MatchingBase,
): Promise<readonly number[]> {
  const { index } = base
  const looksAt = idsIn(restriction)
  const isAboutNames = [...walk(restriction)].some((part) => anrText(part, context.string8) !== undefined)
  if (!isAboutNames && [...looksAt].every(isInSummary)) {
    return ids.filter((id) => {
      const summary = index.summaries.get(id)
      return summary !== undefined && evaluate(restriction, summarySubject(summary, index), context)
    })
  }
  const candidates = await narrow(ids, restriction, context, base)
  const options = { photos: looksAt.has(tagId(PidTagThumbnailPhoto)), keep: candidates.length <= CHUNK }
  const found: number[] = []
  for (let start = 0; start < candidates.length; start += CHUNK) {
    const chunk = candidates.slice(start, start + CHUNK)
    // Others have their turn between two chunks.
    if (start > 0) await setImmediate()
    for (const [i, entry] of (await base.readEntries(chunk, options)).entries()) {
      if (entry !== undefined && matchesEntry(entry, restriction, context, index)) found.push(chunk[i]!)
    }
  }
  return found
}

/** Whether a restriction is true of an entry. */
export function matchesEntry(
  entry: Entry,
  restriction: Restriction,
  context: RestrictionContext,
  index: DirectoryIndex,
): boolean {
  return evaluate(restriction, entrySubject(entry, index), context)
}

/** If a restriction is about a name, and perhaps more, those that have it; else all. */
async function narrow(
  ids: readonly number[],
  restriction: Restriction,
  { string8 }: RestrictionContext,
  { storage }: MatchingBase,
): Promise<readonly number[]> {
  for (const part of restriction.kind === 'and' ? restriction.restrictions : [restriction]) {
    const name = anrText(part, string8)
    if (name === undefined || (part.kind === 'property' && part.relOp === RelOp.RELOP_NE)) continue
    const named = new Set(await idsByName(name, storage))
    return ids.filter((id) => named.has(id))
  }
  return ids
}

function summarySubject(summary: ObjectSummary, index: DirectoryIndex): RestrictionSubject {
  return { held: (id) => heldInSummary(summary, id, index), answersTo: () => false }
}

function entrySubject(entry: Entry, index: DirectoryIndex): RestrictionSubject {
  return {
    held: (id) => heldProperty(entry, id, index),
    answersTo: (name) => matchesNames(parseNameQuery(name), namesOf(entry.object)),
  }
}
