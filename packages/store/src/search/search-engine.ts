import { setTimeout as delay } from 'node:timers/promises'
import { ANONYMOUS, type Principal } from '../access/principal.ts'
import type { Change } from '../change/change.ts'
import { getSubtree } from '../folder/tree.ts'
import type { Mailbox, MailboxTransaction } from '../mailbox/mailbox.ts'
import { decodeString8 } from '../object/code-pages.ts'
import type { Transaction } from '../storage/storage.ts'
import { compileRestriction, type Predicate } from '../table/evaluate.ts'
import { MessageReader, type Needs, needsOf } from '../table/message-reader.ts'
import { narrow } from '../table/narrow.ts'
import { decodeCriteria, SearchProgress, type StoredCriteria } from './criteria.ts'
import { TextIndexer } from './indexer.ts'
import { fts5TextIndex } from './text-index.ts'
import { textQueryOf } from './text-query.ts'

/** How long one piece of work lasts, milliseconds, before others get their turn. */
const SLICE_MS = 15

/**
 * How long a search runs at least, milliseconds, however little there is to look at. Programs that have begun one ask whether it
 * runs ([MS-OXCFOLD] 2.2.1.5.2), and take it as refused if it does not.
 */
const MIN_RUNNING_MS = 400

/** How many messages are read together. */
const BATCH = 64

/** How many messages may have to be looked at again when the mailbox is opened. */
const MAX_UNSAVED = 512

/** Code page of 8-bit strings in restrictions, which any client may have set. */
const CODE_PAGE = 1252

/** A search folder whose messages are known, or are being found. */
interface ActiveSearch {
  readonly fid: number
  readonly criteria: StoredCriteria
  /** The folders that are looked in, those below others too. */
  readonly scope: ReadonlySet<number>
  readonly matches: Predicate
  readonly needs: Needs
}

/** A search for all messages, from its beginning. */
interface Run {
  readonly controller: AbortController
  /** Resolves when it has ended, in whatever way. */
  readonly ended: Promise<void>
}

/** A message as far as search folders keep it. */
interface Found {
  readonly [column: string]: number
  readonly mid: number
  readonly fid: number
  readonly is_read: number
  readonly size: number
}

/** What came of looking at messages again, for the counts of the search folder. */
interface Delta {
  messages: number
  unread: number
  size: number
}

/**
 * The search folders of one mailbox: finds their messages in the background, and keeps them current from committed changes. Keeps the text
 * index current too.
 */
export class SearchEngine {
  static readonly #engines = new WeakMap<Mailbox, SearchEngine>()

  /** The engine of a mailbox; it begins its work when it is first asked for. */
  static of(mailbox: Mailbox): SearchEngine {
    let engine = SearchEngine.#engines.get(mailbox)
    if (engine === undefined) {
      engine = new SearchEngine(mailbox)
      SearchEngine.#engines.set(mailbox, engine)
    }
    return engine
  }

  readonly indexer: TextIndexer
  readonly #mailbox: Mailbox
  readonly #reader: MessageReader
  readonly #searches = new Map<number, ActiveSearch>()
  /** Searches that look for their messages. */
  readonly #runs = new Map<number, Run>()
  /** Messages that changed since they were last looked at. */
  #touched = new Set<number>()
  #isRescoping = false
  #isScheduled = false
  /** How many messages were looked at since the database was last told that search folders are current. */
  #unsaved = 0
  readonly #ready: Promise<void>

  private constructor(mailbox: Mailbox) {
    this.#mailbox = mailbox
    this.#reader = new MessageReader(mailbox, ownerOf(mailbox), CODE_PAGE)
    this.indexer = new TextIndexer(mailbox)
    this.indexer.nudge()
    mailbox.onChange((changes) => this.#note(changes))
    this.#ready = mailbox
      .write((tx) => this.#load(tx))
      .catch(() => {
        // The mailbox was closed before it was ever used.
      })
  }

  /** Clears what a search folder has found, to find it anew. */
  async begin(tx: MailboxTransaction, fid: number): Promise<void> {
    this.#runs.get(fid)?.controller.abort()
    await tx.run(
      'UPDATE search_folder SET state = ?, cn = ? WHERE fid = ?',
      SearchProgress.Running,
      await lastCn(tx),
      fid,
    )
    const { changes } = await tx.run('DELETE FROM search_result WHERE fid = ?', fid)
    await this.#recount(tx, fid)
    if (changes > 0) tx.changed({ object: 'search', kind: 'unlinked', searchFid: fid })
  }

  /** Finds the messages of a search folder, in the background. */
  populate(fid: number): void {
    const controller = new AbortController()
    this.#runs.get(fid)?.controller.abort()
    const ended = this.#populate(fid, controller.signal)
      .catch(() => {
        // It was ended; or the mailbox was closed, and it begins anew when that is opened again.
      })
      .finally(() => {
        if (this.#runs.get(fid)?.controller === controller) this.#runs.delete(fid)
      })
    this.#runs.set(fid, { controller, ended })
  }

  /** Ends the search for messages; what has been found stays. Does nothing if all were found. */
  async stop(fid: number): Promise<void> {
    this.#runs.get(fid)?.controller.abort()
    this.#runs.delete(fid)
    await this.#mailbox.write((tx) =>
      tx.run(
        'UPDATE search_folder SET state = ? WHERE fid = ? AND state = ?',
        SearchProgress.Stopped,
        fid,
        SearchProgress.Running,
      ),
    )
  }

  /** Resolves when all searches are complete and current, and all messages are indexed. */
  async settled(): Promise<void> {
    await this.#ready
    while (this.#runs.size > 0 || this.#isScheduled) {
      await Promise.all([...this.#runs.values()].map(({ ended }) => ended))
      await this.#mailbox.read(async () => {})
    }
    await this.indexer.catchUp()
  }

  async #load(tx: MailboxTransaction): Promise<void> {
    for (const { fid, state, cn } of await tx.all<{ fid: number; state: number; cn: number }>(
      'SELECT fid, state, cn FROM search_folder',
    )) {
      if (state === SearchProgress.Running) {
        this.populate(fid)
        continue
      }
      const search = await this.#activate(tx, fid)
      if (search === undefined || search.criteria.static) continue
      await this.#touchChangedSince(tx, search, cn)
    }
    if (this.#touched.size > 0) this.#unsaved = MAX_UNSAVED
    this.#scheduleIfTouched()
  }

  /** What happened while nobody was there to see it: only after a crash, or when the mailbox was closed in a hurry. */
  async #touchChangedSince(tx: Transaction, search: ActiveSearch, cn: number): Promise<void> {
    for (const fid of search.scope) {
      const changed = await tx.column(
        'SELECT mid FROM message WHERE fid = ? AND cn > ? UNION SELECT mid FROM message WHERE fid = ? AND read_cn > ?',
        fid,
        cn,
        fid,
        cn,
      )
      for (const mid of changed) this.#touched.add(mid)
    }
    const gone = await tx.column(
      `SELECT r.mid FROM search_result r LEFT JOIN message m ON m.mid = r.mid
       WHERE r.fid = ? AND (m.mid IS NULL OR m.deleted_at IS NOT NULL)`,
      search.fid,
    )
    for (const mid of gone) this.#touched.add(mid)
  }

  async #activate(tx: Transaction, fid: number): Promise<ActiveSearch | undefined> {
    const row = await tx.get<{ criteria: Uint8Array }>(
      'SELECT criteria FROM search_folder WHERE fid = ?',
      fid,
    )
    if (row === undefined) {
      this.#searches.delete(fid)
      return undefined
    }
    const criteria = decodeCriteria(row.criteria)
    const scope = new Set<number>()
    for (const scopeFid of await tx.column(
      `SELECT s.scope_fid FROM search_scope s JOIN folder f ON f.fid = s.scope_fid
       WHERE s.fid = ? AND f.deleted_at IS NULL`,
      fid,
    )) {
      scope.add(scopeFid)
      if (!criteria.recursive) continue
      for (const below of await getSubtree(tx, scopeFid)) scope.add(below.fid)
    }
    const search: ActiveSearch = {
      fid,
      criteria,
      scope,
      matches: compileRestriction(criteria.restriction, {
        decodeString8: (text) => decodeString8(text, CODE_PAGE),
      }),
      needs: needsOf(criteria.restriction),
    }
    this.#searches.set(fid, search)
    return search
  }

  // -------------------------------------------------------------------------------------------------
  // Finding all

  async #populate(fid: number, signal: AbortSignal): Promise<void> {
    const begun = performance.now()
    let candidates: readonly number[] | undefined
    let next = 0
    let isDone = false
    while (!isDone) {
      isDone = await this.#mailbox.write(async (tx) => {
        if (signal.aborted) return true
        const search = candidates === undefined ? await this.#activate(tx, fid) : this.#searches.get(fid)
        if (search === undefined || !(await isThere(tx, fid))) return true
        if (candidates === undefined) {
          // Begun before: by this program, or by one that did not get to its end.
          await tx.run('DELETE FROM search_result WHERE fid = ?', fid)
          await this.#recount(tx, fid)
          candidates = await this.#candidatesOf(tx, search)
        }
        const delta: Delta = { messages: 0, unread: 0, size: 0 }
        const deadline = performance.now() + SLICE_MS
        while (next < candidates.length && performance.now() < deadline) {
          const batch = candidates.slice(next, next + BATCH)
          next += batch.length
          await this.#lookAt(tx, search, batch, delta)
        }
        await this.#count(tx, fid, delta)
        return next === candidates.length
      })
    }
    const remaining = begun + MIN_RUNNING_MS - performance.now()
    if (remaining > 0 && !signal.aborted) await delay(remaining, undefined, { signal, ref: false })
    await this.#mailbox.write(async (tx) => {
      if (signal.aborted || !(await isThere(tx, fid))) return
      await tx.run(
        'UPDATE search_folder SET state = ? WHERE fid = ? AND state = ?',
        SearchProgress.Complete,
        fid,
        SearchProgress.Running,
      )
      tx.changed({ object: 'search', kind: 'complete', searchFid: fid })
    })
  }

  /** The messages that may match, newest first. */
  async #candidatesOf(tx: Transaction, { scope, criteria }: ActiveSearch): Promise<number[]> {
    if (scope.size === 0) return []
    const { restriction, contentIndexed } = criteria
    const narrowed = narrow(restriction, this.#mailbox.info.kind === 'public')
    const query = contentIndexed === false ? undefined : textQueryOf(restriction)
    const indexed = query && fts5TextIndex.candidates(query)
    const conditions = [
      `m.fid IN (${[...scope].join(', ')})`,
      'm.associated = 0',
      'm.deleted_at IS NULL',
      ...(narrowed === undefined ? [] : [narrowed.sql]),
    ]
    const from = indexed === undefined ? 'message m' : `(${indexed.sql}) c CROSS JOIN message m`
    if (indexed !== undefined) conditions.unshift('m.mid = c.mid')
    return tx.column(
      `SELECT m.mid FROM ${from} WHERE ${conditions.join(' AND ')} ORDER BY m.delivery_time DESC`,
      ...(indexed?.parameters ?? []),
      ...(narrowed?.parameters ?? []),
    )
  }

  // -------------------------------------------------------------------------------------------------
  // Keeping current

  #note(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.object === 'folder') {
        // Which folders are below which.
        if (change.kind !== 'modified') this.#isRescoping = true
      } else if (change.object === 'message') {
        this.indexer.nudge()
        if (this.#isInScope(change.fid) || (change.oldFid !== undefined && this.#isInScope(change.oldFid))) {
          this.#touched.add(change.mid)
          if (change.kind === 'moved' && change.oldMid !== undefined) this.#touched.add(change.oldMid)
        }
      }
    }
    this.#scheduleIfTouched()
  }

  #isInScope(fid: number): boolean {
    for (const { scope } of this.#searches.values()) if (scope.has(fid)) return true
    return false
  }

  #scheduleIfTouched(): void {
    if (this.#isScheduled || (this.#touched.size === 0 && !this.#isRescoping)) return
    this.#isScheduled = true
    let touched: readonly number[] = []
    this.#mailbox
      .write(async (tx) => {
        this.#isScheduled = false
        if (this.#isRescoping) {
          this.#isRescoping = false
          await this.#rescope(tx)
        }
        touched = [...this.#touched]
        this.#touched = new Set()
        await this.#update(tx, touched)
      })
      .then(() => {
        this.#unsaved += touched.length
        return this.#saveProgress()
      })
      .catch(() => {
        // Looked at with the next change; or, if the mailbox was closed, when it is opened again.
        this.#isScheduled = false
        for (const mid of touched) this.#touched.add(mid)
      })
  }

  /**
   * Tells the database up to where search folders are current, now and then: what changed after that is looked at again when the
   * mailbox is opened.
   */
  async #saveProgress(): Promise<void> {
    if (this.#unsaved < MAX_UNSAVED || this.#touched.size > 0 || this.#isRescoping) return
    this.#unsaved = 0
    // Reading waits for its own turn: who listens has been told of all changes up to this one.
    const cn = await this.#mailbox.read(lastCn)
    await this.#mailbox.write(async (tx) => {
      // What came in meanwhile may be looked at later.
      if (this.#touched.size > 0 || this.#isRescoping) this.#unsaved = MAX_UNSAVED
      else await tx.run('UPDATE search_folder SET cn = ? WHERE cn < ?', cn, cn)
    })
  }

  async #update(tx: MailboxTransaction, touched: readonly number[]): Promise<void> {
    if (touched.length === 0) return
    for (const search of this.#searches.values()) {
      // What a static search has found stays as it is ([MS-OXCFOLD] 3.2.5.4).
      if (search.criteria.static) continue
      if (!(await isThere(tx, search.fid))) {
        this.#searches.delete(search.fid)
        continue
      }
      const delta: Delta = { messages: 0, unread: 0, size: 0 }
      for (let at = 0; at < touched.length; at += BATCH) {
        await this.#lookAt(tx, search, touched.slice(at, at + BATCH), delta)
      }
      await this.#count(tx, search.fid, delta)
    }
  }

  /** Folders came, went or are elsewhere: looks at the messages of those that are looked in now and were not, or the other way round. */
  async #rescope(tx: MailboxTransaction): Promise<void> {
    const before = new Map(this.#searches)
    const now = await tx.all<{ fid: number; state: number }>('SELECT fid, state FROM search_folder')
    for (const fid of before.keys()) if (!now.some((row) => row.fid === fid)) this.#searches.delete(fid)
    for (const { fid } of now) {
      const old = before.get(fid)
      if (old === undefined) {
        // A copy of a search folder has found nothing yet.
        if (!this.#runs.has(fid)) this.populate(fid)
        continue
      }
      const search = await this.#activate(tx, fid)
      if (search === undefined || search.criteria.static) continue
      for (const added of search.scope) {
        if (old.scope.has(added)) continue
        for (const mid of await tx.column('SELECT mid FROM message WHERE fid = ?', added))
          this.#touched.add(mid)
      }
      const removed = [...old.scope].filter((other) => !search.scope.has(other))
      if (removed.length === 0) continue
      const found = await tx.column(
        `SELECT r.mid FROM search_result r LEFT JOIN message m ON m.mid = r.mid
         WHERE r.fid = ? AND (m.mid IS NULL OR m.fid IN (${removed.join(', ')}))`,
        fid,
      )
      for (const mid of found) this.#touched.add(mid)
    }
  }

  /** Looks at messages as they are now: whether a search folder is to show them. */
  async #lookAt(
    tx: MailboxTransaction,
    search: ActiveSearch,
    mids: readonly number[],
    delta: Delta,
  ): Promise<void> {
    const wanted = new Map<number, Found>()
    for (const subject of await this.#reader.read(tx, mids, search.needs)) {
      const { row } = subject
      const isThere = row.associated === 0 && row.deleted_at === null && search.scope.has(row.fid)
      if (isThere && search.matches(subject)) {
        wanted.set(row.mid, { mid: row.mid, fid: row.fid, is_read: row.is_read, size: row.size })
      }
    }
    const shown = new Map(
      (
        await tx.all<Found>(
          `SELECT mid, 0 AS fid, is_read, size FROM search_result WHERE fid = ? AND mid IN (${mids.map(() => '?').join(', ')})`,
          search.fid,
          ...mids,
        )
      ).map((row) => [row.mid, row]),
    )
    for (const mid of mids) {
      const now = wanted.get(mid)
      const before = shown.get(mid)
      if (now === undefined && before === undefined) continue
      if (before !== undefined) addTo(delta, before, -1)
      if (now !== undefined) addTo(delta, now, 1)
      if (now === undefined) {
        await tx.run('DELETE FROM search_result WHERE fid = ? AND mid = ?', search.fid, mid)
      } else {
        await tx.run(
          `INSERT INTO search_result (fid, mid, is_read, size) VALUES (?, ?, ?, ?)
           ON CONFLICT (fid, mid) DO UPDATE SET is_read = excluded.is_read, size = excluded.size`,
          search.fid,
          mid,
          now.is_read,
          now.size,
        )
      }
      tx.changed({
        object: 'search',
        kind: now === undefined ? 'unlinked' : before === undefined ? 'linked' : 'modified',
        searchFid: search.fid,
        mid,
        ...(now !== undefined && { fid: now.fid }),
      })
    }
  }

  // -------------------------------------------------------------------------------------------------
  // Counts

  async #count(tx: MailboxTransaction, fid: number, { messages, unread, size }: Delta): Promise<void> {
    if (messages === 0 && unread === 0 && size === 0) return
    const row = await tx.get<{ parent_fid: number; message_count: number; unread_count: number }>(
      `UPDATE folder SET message_count = message_count + ?, unread_count = unread_count + ?, message_size = message_size + ?
       WHERE fid = ? RETURNING parent_fid, message_count, unread_count`,
      messages,
      unread,
      size,
      fid,
    )
    if (row === undefined) return
    tx.changed({
      object: 'folder',
      kind: 'modified',
      fid,
      parentFid: row.parent_fid,
      ...(messages !== 0 && { messageCount: row.message_count }),
      ...(unread !== 0 && { unreadCount: row.unread_count }),
    })
  }

  /** Counts what a search folder has found from the beginning. */
  async #recount(tx: MailboxTransaction, fid: number): Promise<void> {
    const row = await tx.get<{ messages: number; unread: number; size: number }>(
      'SELECT message_count AS messages, unread_count AS unread, message_size AS size FROM folder WHERE fid = ?',
      fid,
    )
    const found = await tx.get<{ messages: number; unread: number; size: number }>(
      `SELECT COUNT(*) AS messages, COALESCE(SUM(1 - is_read), 0) AS unread, COALESCE(SUM(size), 0) AS size
       FROM search_result WHERE fid = ?`,
      fid,
    )
    if (row === undefined || found === undefined) return
    await this.#count(tx, fid, {
      messages: found.messages - row.messages,
      unread: found.unread - row.unread,
      size: found.size - row.size,
    })
  }
}

function addTo(delta: Delta, { is_read, size }: Found, sign: 1 | -1): void {
  delta.messages += sign
  delta.unread += is_read === 0 ? sign : 0
  delta.size += sign * size
}

/** Whether a search folder has not been deleted for good. */
async function isThere(tx: Transaction, fid: number): Promise<boolean> {
  return (await tx.get('SELECT 1 AS one FROM search_folder WHERE fid = ?', fid)) !== undefined
}

/** The last change number that was given. */
async function lastCn(tx: Transaction): Promise<number> {
  const row = await tx.get<{ next: number }>('SELECT next FROM counter WHERE id = 1')
  return row!.next - 1
}

/** Search folders find what the owner of the mailbox sees. */
function ownerOf(mailbox: Mailbox): Principal {
  return { ...ANONYMOUS, key: mailbox.info.ownerDn.toLowerCase() }
}
