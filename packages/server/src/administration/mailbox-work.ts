import { type FileTime, type Guid, nowAsFileTime, TICKS_PER_MILLISECOND } from '@bourse/mapi'
import { removeDeleted, type StoreEngine } from '@bourse/store'

/** What an administrator wants done with the file of one mailbox. Paths are absolute. */
export type MailboxWork =
  /** Verify that it is all of one piece. */
  | {
      readonly kind: 'check'
      readonly mailbox: Guid
      /** Set right what can be. */
      readonly repair: boolean
      /** Read all contents and compare them with their hashes. */
      readonly contents: boolean
    }
  /** Remove for good what was deleted so many milliseconds ago, or before. */
  | { readonly kind: 'removeDeleted'; readonly mailbox: Guid; readonly olderThan: number }
  /** Copy it, as of now, to a file. */
  | { readonly kind: 'backup'; readonly mailbox: Guid; readonly path: string }
  /** Put it back from a backup, in the place of the mailbox that is there if `replace` is set. */
  | { readonly kind: 'restore'; readonly mailbox: Guid; readonly path: string; readonly replace: boolean }

/** Something that is wrong with a mailbox. */
export interface MailboxProblem {
  readonly description: string
  readonly repaired: boolean
}

/** What a check found; nothing for other work. */
export type MailboxWorkResult = readonly MailboxProblem[]

/** Does it in the thread that owns the mailbox. */
export async function doMailboxWork(engine: StoreEngine, work: MailboxWork): Promise<MailboxWorkResult> {
  switch (work.kind) {
    case 'check': {
      const { repair, contents } = work
      const { problems } = await engine.checkMailbox(work.mailbox, { repair, contents })
      return problems.map(({ kind, description, repaired }) => ({
        description: `${kind}: ${description}`,
        repaired,
      }))
    }
    case 'removeDeleted': {
      const before = nowAsFileTime() - BigInt(work.olderThan) * TICKS_PER_MILLISECOND
      await removeDeleted(await engine.openMailbox(work.mailbox), before as FileTime)
      return []
    }
    case 'backup':
      await engine.backupMailbox(work.mailbox, work.path)
      return []
    case 'restore':
      await engine.restoreMailbox(work.path, { replace: work.replace, guid: work.mailbox })
      return []
  }
}
