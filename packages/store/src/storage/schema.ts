import type { Storage } from './storage.ts'

/**
 * The database of a mailbox, version by version: each entry brings a database of the version before it to its own. Entries
 * are never changed once they have been released; what changes is added as a further one.
 *
 * Conventions: `fid` and `mid` are the 48-bit counters of folder and message IDs in the mailbox's own replica; `cn` is a
 * change number's counter; times are FILETIME ticks; `props` are packed properties (`record/packed-properties.ts`);
 * `…_key` columns hold text folded for comparing and sorting (`table/fold.ts`). Columns of a message beside `props` repeat
 * what tables sort and filter by. `message_text` is the full-text index (`search/text-index.ts`); `indexed` is 1 for messages
 * that it is up to date with. A blob of no more than one chunk has its bytes in `data`, a larger one in `blob_chunk`. `source_key` is the source key of an object that came from another replica under one of its own;
 * `delivered` holds what names the mail that arrived (`delivery/`); `out_of_office_reply` holds who was answered while the owner is away,
 * by which rule, 0 for none (`delivery/`); `deleted_range` holds IDs that clients say will never be messages of a folder (`sync/`).
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);

  CREATE TABLE store (id INTEGER PRIMARY KEY, props BLOB NOT NULL);

  CREATE TABLE counter (id INTEGER PRIMARY KEY, next INTEGER NOT NULL);

  CREATE TABLE replica (replid INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE);

  CREATE TABLE named_property (
    id INTEGER PRIMARY KEY, property_set TEXT NOT NULL, lid BIGINT, name TEXT, name_key TEXT NOT NULL UNIQUE
  );

  CREATE TABLE folder (
    fid INTEGER PRIMARY KEY,
    parent_fid INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    cn INTEGER NOT NULL,
    created BIGINT NOT NULL,
    modified BIGINT NOT NULL,
    deleted_at BIGINT,
    deleted_with INTEGER,
    message_count INTEGER NOT NULL DEFAULT 0,
    unread_count INTEGER NOT NULL DEFAULT 0,
    associated_count INTEGER NOT NULL DEFAULT 0,
    message_size BIGINT NOT NULL DEFAULT 0,
    associated_size BIGINT NOT NULL DEFAULT 0,
    deleted_message_count INTEGER NOT NULL DEFAULT 0,
    deleted_associated_count INTEGER NOT NULL DEFAULT 0,
    deleted_size BIGINT NOT NULL DEFAULT 0,
    deleted_count_total INTEGER NOT NULL DEFAULT 0,
    child_count INTEGER NOT NULL DEFAULT 0,
    deleted_child_count INTEGER NOT NULL DEFAULT 0,
    local_commit BIGINT NOT NULL,
    local_commit_max BIGINT NOT NULL,
    hierarchy_changed BIGINT NOT NULL DEFAULT 0,
    contents_cn INTEGER NOT NULL DEFAULT 0,
    hierarchy_count INTEGER NOT NULL DEFAULT 0,
    source_key BLOB,
    change_key BLOB NOT NULL,
    pcl BLOB NOT NULL,
    props BLOB NOT NULL
  );
  CREATE INDEX folder_parent ON folder (parent_fid, name_key);
  CREATE INDEX folder_cn ON folder (cn);
  CREATE UNIQUE INDEX folder_source_key ON folder (source_key) WHERE source_key IS NOT NULL;

  CREATE TABLE search_folder (
    fid INTEGER PRIMARY KEY, criteria BLOB NOT NULL, state INTEGER NOT NULL, cn INTEGER NOT NULL DEFAULT 0
  );
  CREATE TABLE search_scope (fid INTEGER NOT NULL, scope_fid INTEGER NOT NULL, PRIMARY KEY (fid, scope_fid));
  CREATE TABLE search_result (
    fid INTEGER NOT NULL, mid INTEGER NOT NULL, is_read INTEGER NOT NULL DEFAULT 0, size INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (fid, mid)
  );
  CREATE INDEX search_result_mid ON search_result (mid);

  CREATE TABLE message (
    mid INTEGER PRIMARY KEY,
    fid INTEGER NOT NULL,
    associated INTEGER NOT NULL,
    deleted_at BIGINT,
    cn INTEGER NOT NULL,
    read_cn INTEGER NOT NULL,
    is_read INTEGER NOT NULL,
    flags INTEGER NOT NULL DEFAULT 0,
    status INTEGER NOT NULL DEFAULT 0,
    size INTEGER NOT NULL,
    has_attachments INTEGER NOT NULL,
    importance INTEGER NOT NULL,
    delivery_time BIGINT,
    modified BIGINT NOT NULL,
    local_commit BIGINT NOT NULL,
    class_key TEXT NOT NULL,
    subject_key TEXT NOT NULL,
    sender_key TEXT NOT NULL,
    conversation BLOB,
    source_key BLOB,
    change_key BLOB NOT NULL,
    pcl BLOB NOT NULL,
    recipients BLOB NOT NULL,
    props BLOB NOT NULL
  );
  CREATE INDEX message_submitted ON message (cn) WHERE (flags & 4) <> 0;
  CREATE INDEX message_delivery ON message (fid, associated, delivery_time, mid) WHERE deleted_at IS NULL;
  CREATE INDEX message_sender ON message (fid, associated, sender_key, delivery_time, mid) WHERE deleted_at IS NULL;
  CREATE INDEX message_conversation ON message (fid, associated, conversation, delivery_time, mid, is_read)
    WHERE deleted_at IS NULL;
  CREATE INDEX message_cn ON message (fid, cn);
  CREATE INDEX message_read_cn ON message (fid, read_cn) WHERE read_cn <> cn;
  CREATE UNIQUE INDEX message_source_key ON message (source_key) WHERE source_key IS NOT NULL;

  CREATE VIRTUAL TABLE message_text USING fts5(
    text, content='', contentless_delete=1, detail=none, tokenize='trigram case_sensitive 1'
  );
  CREATE TABLE text_queue (mid INTEGER PRIMARY KEY, state INTEGER NOT NULL DEFAULT 0);
  CREATE TRIGGER message_inserted AFTER INSERT ON message BEGIN INSERT INTO text_queue (mid) VALUES (new.mid); END;
  CREATE TRIGGER message_updated AFTER UPDATE OF props, recipients, has_attachments ON message BEGIN
    INSERT INTO text_queue (mid) VALUES (new.mid) ON CONFLICT (mid) DO UPDATE SET state = 0; END;
  CREATE TRIGGER message_moved AFTER UPDATE OF mid ON message BEGIN
    DELETE FROM message_text WHERE rowid = old.mid; DELETE FROM text_queue
    WHERE mid = old.mid; INSERT INTO text_queue (mid) VALUES (new.mid); END;
  CREATE TRIGGER message_deleted AFTER DELETE ON message BEGIN
    DELETE FROM message_text WHERE rowid = old.mid; DELETE FROM text_queue WHERE mid = old.mid; END;

  CREATE TABLE attachment (
    mid INTEGER NOT NULL, number INTEGER NOT NULL, props BLOB NOT NULL, embedded BLOB,
    PRIMARY KEY (mid, number)
  );

  CREATE TABLE user_read (fid INTEGER NOT NULL, user_key TEXT NOT NULL, mid INTEGER NOT NULL, is_read INTEGER NOT NULL,
    read_cn INTEGER NOT NULL, PRIMARY KEY (fid, user_key, mid));
  CREATE INDEX user_read_cn ON user_read (fid, user_key, read_cn);

  CREATE TABLE blob (id INTEGER PRIMARY KEY, hash BLOB UNIQUE, size BIGINT NOT NULL, state INTEGER NOT NULL, data BLOB);
  CREATE TABLE blob_chunk (blob_id INTEGER NOT NULL, seq INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (blob_id, seq));
  CREATE TABLE blob_reference (mid INTEGER NOT NULL, blob_id INTEGER NOT NULL, PRIMARY KEY (mid, blob_id)) WITHOUT ROWID;

  CREATE TABLE tombstone (
    fid INTEGER NOT NULL, id INTEGER NOT NULL, is_folder INTEGER NOT NULL, associated INTEGER NOT NULL, cn INTEGER NOT NULL,
    PRIMARY KEY (fid, is_folder, id)
  );
  CREATE INDEX tombstone_cn ON tombstone (fid, cn);

  CREATE TABLE delivered (key TEXT PRIMARY KEY, at BIGINT NOT NULL) WITHOUT ROWID;

  CREATE TABLE deleted_range (fid INTEGER NOT NULL, low INTEGER NOT NULL, high INTEGER NOT NULL, cn INTEGER NOT NULL,
    PRIMARY KEY (fid, low, high));

  CREATE TABLE permission (
    fid INTEGER NOT NULL, member_id INTEGER NOT NULL, member_key TEXT NOT NULL, entry_id BLOB NOT NULL,
    name TEXT NOT NULL, rights BIGINT NOT NULL, PRIMARY KEY (fid, member_id)
  );
  CREATE UNIQUE INDEX permission_member ON permission (member_key, fid);

  CREATE TABLE rule (
    fid INTEGER NOT NULL, rule_id INTEGER NOT NULL, sequence INTEGER NOT NULL, props BLOB NOT NULL, PRIMARY KEY (fid, rule_id)
  );

  CREATE TABLE receive_folder (
    class_key TEXT PRIMARY KEY, message_class TEXT NOT NULL, fid INTEGER NOT NULL, modified BIGINT NOT NULL
  );

  CREATE TABLE per_user (
    folder_key TEXT NOT NULL, user_key TEXT NOT NULL, replica TEXT NOT NULL, modified BIGINT NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (folder_key, user_key)
  );
  `,
  `
  CREATE TABLE out_of_office_reply (rule_id INTEGER NOT NULL, sender TEXT NOT NULL, PRIMARY KEY (rule_id, sender)) WITHOUT ROWID;
  `,
]

/** The newest version of the schema that this program knows. */
export const SCHEMA_VERSION = MIGRATIONS.length

/**
 * Brings a database to the newest schema, from nothing or from an older one, in one transaction per version. Throws if the
 * database is of a newer version than this program.
 */
export async function migrate(storage: Storage): Promise<void> {
  const version = await storage.read(async (tx) => {
    const row = await tx.get<{ user_version: number }>('PRAGMA user_version')
    return row!.user_version
  })
  if (version > SCHEMA_VERSION) {
    throw new Error(
      `The mailbox has schema version ${version}; this program knows versions up to ${SCHEMA_VERSION}.`,
    )
  }
  for (let next = version; next < SCHEMA_VERSION; next++) {
    await storage.write(async (tx) => {
      for (const statement of statements(MIGRATIONS[next]!)) await tx.run(statement)
      await tx.run(`PRAGMA user_version = ${next + 1}`)
    })
  }
}

/** The statements of a script: each ends with a semicolon at the end of a line. */
function statements(script: string): string[] {
  return script
    .split(/;\s*\n/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '')
}
