import type { DirectoryIndex } from '../index/directory-index.ts'
import type { ObjectSummary } from '../model/directory-object.ts'

/**
 * How many recipients a group comes to: its members, and those of the groups among them, each once. A dynamic group among them
 * counts as one.
 */
export function countLeaves(
  index: DirectoryIndex,
  group: number,
  isCounted: (member: ObjectSummary) => boolean,
): number {
  const seen = new Set([group])
  let count = 0
  for (const id of seen) {
    for (const member of index.links.targets('member', id)) {
      const summary = index.summaries.get(member)
      if (summary === undefined || seen.has(member)) continue
      seen.add(member)
      if (summary.kind !== 'group' && isCounted(summary)) count += 1
    }
  }
  return count
}
