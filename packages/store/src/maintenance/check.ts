import type { Mailbox } from '../mailbox/mailbox.ts'
import { checkBlobs } from './check-blobs.ts'
import { checkCounters } from './check-counters.ts'
import { checkCounts } from './check-counts.ts'
import { checkMessages } from './check-messages.ts'
import { checkOrphans } from './check-orphans.ts'
import { checkText } from './check-text.ts'
import { checkTree } from './check-tree.ts'

export interface CheckOptions {
  /** Set right what can be. */
  readonly repair?: boolean
  /** Read all contents and compare them with their hashes, which takes as long as reading the whole file. */
  readonly contents?: boolean
}

/** Something that is wrong with a mailbox. */
export interface CheckProblem {
  readonly kind:
    | 'database'
    | 'folder tree'
    | 'special folder'
    | 'orphan'
    | 'counts'
    | 'message'
    | 'content'
    | 'content reference'
    | 'counter'
    | 'text index'
  /** What exactly, for people. Holds no contents of messages. */
  readonly description: string
  readonly repaired: boolean
}

export interface CheckResult {
  readonly problems: readonly CheckProblem[]
}

/** Collects what is found. */
export class CheckReport {
  readonly repair: boolean
  readonly problems: CheckProblem[] = []

  constructor(repair: boolean) {
    this.repair = repair
  }

  /** Notes something wrong, and sets it right with `repair` if that is wanted and can be. */
  async found(kind: CheckProblem['kind'], description: string, repair?: () => Promise<void>): Promise<void> {
    const repaired = this.repair && repair !== undefined
    if (repaired) await repair()
    this.problems.push({ kind, description, repaired })
  }
}

/**
 * Verifies that a mailbox is all of one piece: the database's own structure and indexes, the counter, the folder tree, rows that
 * belong to nothing, what messages repeat of their properties, counts and sizes, contents and who refers to them, the text index. Later checks
 * see what earlier ones have repaired. All of it happens in one transaction.
 */
export async function checkMailbox(mailbox: Mailbox, options: CheckOptions = {}): Promise<CheckResult> {
  const report = new CheckReport(options.repair === true)
  const damage = await mailbox.storage.integrityCheck()
  const isIndexOnly = damage.every((line) => /index/i.test(line))
  for (const line of damage) {
    await report.found('database', line, isIndexOnly ? () => mailbox.storage.rebuildIndexes() : undefined)
  }
  await mailbox.write(async (tx) => {
    // First, since repairs take new counters.
    await checkCounters(tx, report)
    await checkTree(tx, mailbox, report)
    await checkOrphans(tx, mailbox, report)
    await checkMessages(tx, mailbox, report)
    await checkCounts(tx, report)
    await checkBlobs(tx, mailbox, report, options.contents === true)
    await checkText(tx, report)
  })
  return { problems: report.problems }
}
