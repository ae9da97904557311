import { PidTagBody, type PropertyTag } from '@bourse/mapi'
import { ANONYMOUS } from '../access/principal.ts'
import type { Mailbox } from '../mailbox/mailbox.ts'
import type { Transaction } from '../storage/storage.ts'
import { foldLoose } from '../table/fold.ts'
import { MessageReader, type MessageSubject, type Needs } from '../table/message-reader.ts'
import type { Subject } from '../table/subject.ts'
import { fts5TextIndex, type TextIndex } from './text-index.ts'
import { INDEXED_ATTACHMENT_TAGS, INDEXED_MESSAGE_TAGS, INDEXED_RECIPIENT_TAGS } from './text-query.ts'

/** How long the mailbox must be at rest before messages are indexed, and how long they wait at most, milliseconds. */
const REST_MS = 300
const MAX_WAIT_MS = 3000

/** How long one piece of work lasts, and the pause after it, milliseconds. */
const SLICE_MS = 15
const PAUSE_MS = 15

/** How many messages are read together. */
const BATCH = 16

/** 8-bit strings are kept in Unicode; the few that clients have put into named properties are not indexed. */
const CODE_PAGE = 1252

const NEEDS: Needs = {
  tags: [
    ...new Set([...INDEXED_MESSAGE_TAGS, ...INDEXED_RECIPIENT_TAGS, ...INDEXED_ATTACHMENT_TAGS, PidTagBody]),
  ],
  recipients: true,
  attachments: true,
  keys: false,
}

/** Keeps the text index of one mailbox up to date in the background. */
export class TextIndexer {
  readonly #mailbox: Mailbox
  readonly #index: TextIndex
  readonly #reader: MessageReader
  #timer: NodeJS.Timeout | undefined
  /** When the first and the last of the changes were made that wait. */
  #waitingSince = 0
  #lastNudge = 0
  #isRunning = false

  constructor(mailbox: Mailbox, index: TextIndex = fts5TextIndex) {
    this.#mailbox = mailbox
    this.#index = index
    this.#reader = new MessageReader(mailbox, ANONYMOUS, CODE_PAGE)
  }

  /** Says that there may be something to index. */
  nudge(): void {
    if (this.#isRunning) return
    this.#lastNudge = performance.now()
    // A timer that runs already finds out when it ends that the mailbox is not at rest: nudging costs next to nothing.
    if (this.#timer !== undefined) return
    this.#waitingSince = this.#lastNudge
    this.#wait(REST_MS)
  }

  #wait(milliseconds: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      const now = performance.now()
      const rest = Math.min(this.#lastNudge + REST_MS, this.#waitingSince + MAX_WAIT_MS) - now
      if (rest > 0) this.#wait(rest)
      else void this.#run()
    }, milliseconds).unref()
  }

  /** Indexes all that waits, now. */
  async catchUp(): Promise<void> {
    while (!(await this.#step(Number.POSITIVE_INFINITY))) {
      // Each step leaves less to do.
    }
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return
    this.#isRunning = true
    try {
      while (!(await this.#step(performance.now() + SLICE_MS))) {
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS).unref())
      }
    } catch {
      // The mailbox was closed, or its disk is full; what waits is looked through until there is another chance.
    } finally {
      this.#isRunning = false
    }
  }

  /** Returns whether nothing waits any more. */
  #step(deadline: number): Promise<boolean> {
    return this.#mailbox.write(async (tx) => {
      do {
        const mids = await this.#index.waiting(tx, BATCH)
        if (mids.length === 0) return true
        const subjects = await this.#reader.read(tx, mids, NEEDS)
        for (const subject of subjects) await this.#index.put(tx, subject.row.mid, indexedText(subject))
        await this.#forgetMissing(tx, mids, subjects)
      } while (performance.now() < deadline)
      return false
    })
  }

  /** Nothing waits for ever because of a message that is not there. */
  async #forgetMissing(
    tx: Transaction,
    mids: readonly number[],
    subjects: readonly MessageSubject[],
  ): Promise<void> {
    const found = new Set(subjects.map(({ row }) => row.mid))
    for (const mid of mids) if (!found.has(mid)) await tx.run('DELETE FROM text_queue WHERE mid = ?', mid)
  }
}

/** All of a message that can be looked for, folded. */
function indexedText(subject: MessageSubject): string {
  const texts = [...textsOf(subject, INDEXED_MESSAGE_TAGS), ...textsOf(subject, [PidTagBody])]
  for (const recipient of subject.recipients?.() ?? [])
    texts.push(...textsOf(recipient, INDEXED_RECIPIENT_TAGS))
  for (const attachment of subject.attachments?.() ?? [])
    texts.push(...textsOf(attachment, INDEXED_ATTACHMENT_TAGS))
  return foldLoose([...new Set(texts)].join('\n'))
}

function textsOf(subject: Subject, tags: readonly PropertyTag<string>[]): string[] {
  const texts: string[] = []
  for (const tag of tags) {
    const value = subject.value(tag)
    if (typeof value === 'string' && value !== '') texts.push(value)
  }
  return texts
}
