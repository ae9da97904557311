/** Scripts that bring an empty database to the version of this program, one after the other. */
export const MIGRATIONS: readonly string[] = [
  `
  -- Times are milliseconds since 1970-01-01 UTC.
  CREATE TABLE message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    sender TEXT NOT NULL,
    file TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    envelope_id TEXT,
    returned TEXT,
    queued_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE recipient (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id INTEGER NOT NULL,
    address TEXT NOT NULL,
    domain TEXT NOT NULL,
    -- NULL: what holds where nothing is said. Else a list with commas, empty for never.
    notify TEXT,
    original_recipient TEXT,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt INTEGER NOT NULL,
    last_attempt INTEGER,
    status TEXT,
    diagnostic TEXT,
    remote_host TEXT,
    is_delay_reported INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX recipient_message ON recipient (message_id);
  CREATE INDEX recipient_due ON recipient (domain, next_attempt) WHERE state = 'pending';
  CREATE INDEX recipient_held ON recipient (domain) WHERE state = 'held';

  -- Reports that are owed. Once one is sealed, what it says does not change any more.
  CREATE TABLE report (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    owed_since INTEGER NOT NULL,
    next_attempt INTEGER NOT NULL,
    is_sealed INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX report_message ON report (message_id);
  CREATE INDEX report_due ON report (next_attempt);
  CREATE TABLE report_recipient (
    id INTEGER PRIMARY KEY,
    report_id INTEGER NOT NULL,
    address TEXT NOT NULL,
    original_recipient TEXT,
    status TEXT NOT NULL,
    diagnostic TEXT NOT NULL,
    remote_host TEXT,
    last_attempt INTEGER
  ) STRICT;
  CREATE INDEX report_recipient_report ON report_recipient (report_id);

  -- Names of messages that were queued.
  CREATE TABLE known_key (
    key TEXT PRIMARY KEY,
    queued_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX known_key_age ON known_key (queued_at);
  `,
]
