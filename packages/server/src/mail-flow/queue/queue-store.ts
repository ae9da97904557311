import { QueueDatabase, type Row } from './database.ts'
import { asciiDomain, asciiDomainOf } from './domain.ts'
import type { NotifyWhen, QueueAnswer, QueuedContent } from './outgoing-message.ts'
import type { QueuedMessage, QueuedRecipient, QueueSelection, RecipientState } from './queued-message.ts'
import type { ReportKind } from './verdict.ts'

/** What an attempt has made of a recipient. */
export interface RecipientChange {
  /** Left out: as it is. */
  readonly state?: 'delivered' | 'failed'
  readonly nextAttempt?: number
  readonly lastAttempt: number
  readonly status: string
  readonly diagnostic: string
  readonly remoteHost?: string
}

/** A message without its recipients. */
export type QueuedEnvelope = Omit<QueuedMessage, 'recipients'>

/** A recipient that is not settled. */
export interface OpenRecipient extends QueuedRecipient {
  readonly messageId: number
}

/** Somebody a report tells of, as it was when the report came to be owed. */
export interface ReportedRecipient {
  readonly address: string
  readonly originalRecipient?: string
  readonly status: string
  readonly diagnostic: string
  readonly remoteHost?: string
  /** In milliseconds since 1970-01-01 UTC. */
  readonly lastAttempt?: number
}

/** A report that the sender of a message has not got yet. */
export interface OwedReport {
  readonly id: number
  readonly messageId: number
  readonly kind: ReportKind
  /** In milliseconds since 1970-01-01 UTC. */
  readonly owedSince: number
  /** Whether what it says changes no more. */
  readonly isSealed: boolean
}

/** How many there are. */
export interface QueueCounts {
  readonly messages: number
  readonly pending: number
  readonly held: number
  /** Reports that are owed. */
  readonly reports: number
}

/**
 * The state of the queue. Methods that change something are to be called in {@link QueueDatabase.write}; whoever changes recipients or reports of a
 * message calls {@link finishIfDone} in the same transaction.
 */
export class QueueStore implements Disposable {
  readonly database: QueueDatabase

  /** Opens the file as {@link QueueDatabase} does. */
  constructor(path: string) {
    this.database = new QueueDatabase(path)
  }

  [Symbol.dispose](): void {
    this.database[Symbol.dispose]()
  }

  // ---------------------------------------------------------------------------------------------------
  // Messages

  /** Adds a message, unless one of its key was added before. */
  addMessage(content: QueuedContent, file: string, size: number, now: number): QueueAnswer {
    const { key, from, recipients, envelopeId, returned } = content
    const { changes } = this.database.run(
      'INSERT INTO known_key (key, queued_at) VALUES (?, ?) ON CONFLICT DO NOTHING',
      key,
      now,
    )
    if (changes === 0) return 'duplicate'
    const { id } = this.database.run(
      `INSERT INTO message (key, sender, file, size, envelope_id, returned, queued_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
      key,
      from,
      file,
      size,
      envelopeId ?? null,
      returned ?? null,
      now,
    )
    const seen = new Set<string>()
    for (const { address, notify, originalRecipient } of recipients) {
      const domain = asciiDomainOf(address)
      const identity = `${address.slice(0, address.lastIndexOf('@'))}@${domain}`
      if (seen.has(identity)) continue
      seen.add(identity)
      this.database.run(
        `INSERT INTO recipient (message_id, address, domain, notify, original_recipient, state, next_attempt)
         VALUES (?, ?, ?, ?, ?, 'pending', ?)`,
        id,
        address,
        domain,
        notify?.join(',') ?? null,
        originalRecipient ?? null,
        now,
      )
    }
    return 'queued'
  }

  /** Whether a file is that of a message. */
  hasFile(file: string): boolean {
    return this.database.get('SELECT id FROM message WHERE file = ?', file) !== undefined
  }

  /** The files of all messages, with the numbers of these. */
  files(): ReadonlyMap<string, number> {
    const rows = this.database.all('SELECT file, id FROM message')
    return new Map(rows.map(({ file, id }) => [file as string, id as number]))
  }

  /** A message without its recipients. */
  envelope(id: number): QueuedEnvelope | undefined {
    const row = this.database.get('SELECT * FROM message WHERE id = ?', id)
    return row && envelopeOf(row)
  }

  /** Messages that have such recipients, with all that they have, the oldest first. */
  messages(selection: QueueSelection): readonly QueuedMessage[] {
    const { condition, parameters } = conditionOf(selection)
    const selected = `SELECT message_id FROM recipient WHERE ${condition}`
    const recipients = Map.groupBy(
      this.database.all(
        `SELECT * FROM recipient WHERE message_id IN (${selected}) ORDER BY id`,
        ...parameters,
      ),
      ({ message_id }) => message_id,
    )
    return this.database
      .all(`SELECT * FROM message WHERE id IN (${selected}) ORDER BY id`, ...parameters)
      .map((row) => ({
        ...envelopeOf(row),
        recipients: (recipients.get(row.id!) ?? []).map(recipientOf),
      }))
  }

  counts(): QueueCounts {
    const count = (sql: string): number =>
      this.database.get(`SELECT count(*) AS count FROM ${sql}`)!.count as number
    return {
      messages: count('message'),
      pending: count("recipient WHERE state = 'pending'"),
      held: count("recipient WHERE state = 'held'"),
      reports: count('report'),
    }
  }

  /** Forgets keys of messages that were queued before a time, but for those that are in the queue still. */
  forgetKeys(before: number): void {
    this.database.run(
      'DELETE FROM known_key WHERE queued_at < ? AND key NOT IN (SELECT key FROM message)',
      before,
    )
  }

  /** Removes a message with which nothing is left to do. Returns its file, which is to be removed when this is durable. */
  finishIfDone(id: number): string | undefined {
    const row = this.database.get(
      `SELECT file FROM message WHERE id = ?1
         AND NOT EXISTS (SELECT 1 FROM recipient WHERE message_id = ?1 AND state IN ('pending', 'held'))
         AND NOT EXISTS (SELECT 1 FROM report WHERE message_id = ?1)`,
      id,
    )
    if (row === undefined) return undefined
    this.database.run('DELETE FROM recipient WHERE message_id = ?', id)
    this.database.run('DELETE FROM message WHERE id = ?', id)
    return row.file as string
  }

  // ---------------------------------------------------------------------------------------------------
  // What is due

  /** The domains that have pending recipients, with the time at which the first of these is due, the earliest first. */
  dueDomains(): readonly { readonly domain: string; readonly due: number }[] {
    // From each domain straight to the next one in the index: there may be very many recipients of few domains.
    const rows = this.database.all(`
      WITH RECURSIVE each (domain) AS (
        SELECT min(domain) FROM recipient WHERE state = 'pending'
        UNION ALL
        SELECT (SELECT min(domain) FROM recipient WHERE state = 'pending' AND recipient.domain > each.domain)
          FROM each WHERE each.domain IS NOT NULL
      )
      SELECT domain, (SELECT min(next_attempt) FROM recipient WHERE state = 'pending' AND recipient.domain = each.domain) AS due
        FROM each WHERE domain IS NOT NULL ORDER BY due`)
    return rows.map(({ domain, due }) => ({ domain: domain as string, due: due as number }))
  }

  /** Messages that are due for a domain, those that have waited longest first, each at least once. */
  *dueMessages(domain: string, now: number): Iterable<number> {
    const rows = this.database.rows(
      `SELECT message_id FROM recipient WHERE state = 'pending' AND domain = ? AND next_attempt <= ? ORDER BY next_attempt`,
      domain,
      now,
    )
    for (const { message_id } of rows) yield message_id as number
  }

  // ---------------------------------------------------------------------------------------------------
  // Recipients

  /** The recipient as it is now, if it has not been settled meanwhile. */
  openRecipient(id: number): OpenRecipient | undefined {
    const row = this.database.get(`SELECT * FROM recipient WHERE id = ? AND state IN ('pending', 'held')`, id)
    return row && openRecipientOf(row)
  }

  /** Counts an attempt, and keeps what came of it. */
  changeRecipient(id: number, change: RecipientChange): void {
    const { state, nextAttempt, lastAttempt, status, diagnostic, remoteHost } = change
    this.database.run(
      `UPDATE recipient SET state = coalesce(?, state), attempts = attempts + 1, next_attempt = coalesce(?, next_attempt),
         last_attempt = ?, status = ?, diagnostic = ?, remote_host = ? WHERE id = ?`,
      state ?? null,
      nextAttempt ?? null,
      lastAttempt,
      status,
      diagnostic,
      remoteHost ?? null,
      id,
    )
  }

  /** Changes the state of recipients, which are due at once. Returns how many there were. */
  move(selection: QueueSelection, from: RecipientState, to: RecipientState, now: number): number {
    const { condition, parameters } = conditionOf(selection)
    return this.database.run(
      `UPDATE recipient SET state = ?, next_attempt = ? WHERE state = ? AND ${condition}`,
      to,
      now,
      from,
      ...parameters,
    ).changes
  }

  /** Gives a recipient up without an attempt. */
  giveUp(id: number, status: string, diagnostic: string): void {
    this.database.run(
      `UPDATE recipient SET state = 'failed', status = ?, diagnostic = ?, remote_host = NULL WHERE id = ?`,
      status,
      diagnostic,
      id,
    )
  }

  /** Recipients that are not settled. */
  openRecipients(selection: QueueSelection): readonly OpenRecipient[] {
    const { condition, parameters } = conditionOf(selection)
    return this.database
      .all(
        `SELECT * FROM recipient WHERE state IN ('pending', 'held') AND ${condition} ORDER BY id`,
        ...parameters,
      )
      .map(openRecipientOf)
  }

  /** Pending recipients of a domain that are due; of one message, if one is named. */
  dueRecipients(domain: string, now: number, messageId?: number): readonly OpenRecipient[] {
    const due = `state = 'pending' AND domain = ? AND next_attempt <= ?`
    const rows =
      messageId === undefined
        ? this.database.all(`SELECT * FROM recipient WHERE ${due} ORDER BY id`, domain, now)
        : this.database.all(
            `SELECT * FROM recipient WHERE message_id = ? AND ${due} ORDER BY id`,
            messageId,
            domain,
            now,
          )
    return rows.map(openRecipientOf)
  }

  // ---------------------------------------------------------------------------------------------------
  // Reports

  /** The sender of a message is to be told of a recipient: in a report of this kind that is owed already, as long as it is not sealed. */
  oweReport(messageId: number, kind: ReportKind, recipientId: number, now: number): void {
    const open = this.database.get(
      'SELECT id FROM report WHERE message_id = ? AND kind = ? AND is_sealed = 0',
      messageId,
      kind,
    )
    const reportId =
      open === undefined
        ? this.database.run(
            'INSERT INTO report (message_id, kind, owed_since, next_attempt) VALUES (?, ?, ?, ?)',
            messageId,
            kind,
            now,
            now,
          ).id
        : (open.id as number)
    this.database.run(
      `INSERT INTO report_recipient (report_id, address, original_recipient, status, diagnostic, remote_host, last_attempt)
         SELECT ?, address, original_recipient, status, diagnostic, remote_host, last_attempt FROM recipient WHERE id = ?`,
      reportId,
      recipientId,
    )
    if (kind === 'delayed')
      this.database.run('UPDATE recipient SET is_delay_reported = 1 WHERE id = ?', recipientId)
  }

  /** Reports that are due. */
  *dueReports(now: number): Iterable<OwedReport> {
    const rows = this.database.rows(
      'SELECT * FROM report WHERE next_attempt <= ? ORDER BY next_attempt, id',
      now,
    )
    for (const row of rows) {
      yield {
        id: row.id as number,
        messageId: row.message_id as number,
        kind: row.kind as ReportKind,
        owedSince: row.owed_since as number,
        isSealed: row.is_sealed !== 0,
      }
    }
  }

  /** When the first report after a time is due. */
  nextReport(after: number): number | undefined {
    const row = this.database.get('SELECT min(next_attempt) AS due FROM report WHERE next_attempt > ?', after)
    return (row?.due as number | null) ?? undefined
  }

  reportedRecipients(reportId: number): readonly ReportedRecipient[] {
    return this.database
      .all('SELECT * FROM report_recipient WHERE report_id = ? ORDER BY id', reportId)
      .map((row) => ({
        address: row.address as string,
        status: row.status as string,
        diagnostic: row.diagnostic as string,
        ...optional('originalRecipient', row.original_recipient as string | null),
        ...optional('remoteHost', row.remote_host as string | null),
        ...optional('lastAttempt', row.last_attempt as number | null),
      }))
  }

  sealReport(id: number): void {
    this.database.run('UPDATE report SET is_sealed = 1 WHERE id = ?', id)
  }

  postponeReport(id: number, until: number): void {
    this.database.run('UPDATE report SET next_attempt = ? WHERE id = ?', until, id)
  }

  /** A report is owed no more. */
  removeReport(id: number): void {
    this.database.run('DELETE FROM report_recipient WHERE report_id = ?', id)
    this.database.run('DELETE FROM report WHERE id = ?', id)
  }
}

function envelopeOf(row: Row): QueuedEnvelope {
  return {
    id: row.id as number,
    key: row.key as string,
    from: row.sender as string,
    file: row.file as string,
    size: row.size as number,
    queuedAt: row.queued_at as number,
    ...optional('envelopeId', row.envelope_id as string | null),
    ...optional('returned', row.returned as 'full' | 'headers' | null),
  }
}

function openRecipientOf(row: Row): OpenRecipient {
  return { ...recipientOf(row), messageId: row.message_id as number }
}

function recipientOf(row: Row): QueuedRecipient {
  const notify = row.notify as string | null
  return {
    id: row.id as number,
    address: row.address as string,
    domain: row.domain as string,
    state: row.state as RecipientState,
    attempts: row.attempts as number,
    nextAttempt: row.next_attempt as number,
    isDelayReported: row.is_delay_reported !== 0,
    ...(notify === null ? {} : { notify: notify.split(',').filter(Boolean) as NotifyWhen[] }),
    ...optional('originalRecipient', row.original_recipient as string | null),
    ...optional('lastAttempt', row.last_attempt as number | null),
    ...optional('status', row.status as string | null),
    ...optional('diagnostic', row.diagnostic as string | null),
    ...optional('remoteHost', row.remote_host as string | null),
  }
}

/** A key that is there only if it has a value. */
function optional<K extends string, V>(key: K, value: V | null): { readonly [P in K]?: V } {
  return value === null ? {} : ({ [key]: value } as { readonly [P in K]?: V })
}

/** What selected rows of `recipient` fulfil. */
function conditionOf(selection: QueueSelection): {
  readonly condition: string
  readonly parameters: readonly (string | number)[]
} {
  switch (selection.kind) {
    case 'all':
      return { condition: 'TRUE', parameters: [] }
    case 'message':
      return { condition: 'message_id = ?', parameters: [selection.id] }
    case 'domain':
      return { condition: 'domain = ?', parameters: [asciiDomain(selection.domain)] }
  }
}
