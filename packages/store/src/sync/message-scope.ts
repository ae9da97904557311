import type { Restriction } from '@bourse/mapi'
import type { Logon } from '../access/logon.ts'
import { decodeString8 } from '../object/code-pages.ts'
import { checkRestriction } from '../table/check-restriction.ts'
import { compileRestriction } from '../table/evaluate.ts'
import { MessageReader, needsOf } from '../table/message-reader.ts'
import { narrow } from '../table/narrow.ts'

/** How many messages are looked at in one piece of work, so that others get their turn. */
const BATCH = 256

/**
 * Which of several messages of a folder meet a restriction ([MS-OXCFXICS] 2.2.3.2.1.1: the scope of a synchronization). Messages that are not
 * there any more do not. Throws what `checkRestriction` throws.
 */
export async function matchingMessages(
  logon: Logon,
  fid: number,
  mids: readonly number[],
  restriction: Restriction,
): Promise<ReadonlySet<number>> {
  const { mailbox, principal, codePage } = logon
  checkRestriction(restriction, { subObjects: true, membership: false })
  const narrowed = narrow(restriction, mailbox.info.kind === 'public')
  const candidates =
    narrowed === undefined
      ? mids
      : await mailbox.read(async (tx) => {
          const found = await tx.column(
            `SELECT m.mid FROM message m WHERE m.fid = ? AND m.deleted_at IS NULL AND ${narrowed.sql}`,
            fid,
            ...narrowed.parameters,
          )
          const wanted = new Set(mids)
          return found.filter((mid) => wanted.has(mid))
        })
  if (narrowed?.exact === true) return new Set(candidates)

  const reader = new MessageReader(mailbox, principal, codePage)
  const needs = needsOf(restriction)
  const meets = compileRestriction(restriction, { decodeString8: (text) => decodeString8(text, codePage) })
  const matching = new Set<number>()
  for (let at = 0; at < candidates.length; at += BATCH) {
    const subjects = await mailbox.read((tx) => reader.read(tx, candidates.slice(at, at + BATCH), needs))
    for (const subject of subjects) {
      const { row } = subject
      if (row.fid === fid && row.deleted_at === null && meets(subject)) matching.add(row.mid)
    }
  }
  return matching
}
