/**
 * The database of the directory, version by version: each entry brings a database of the version before it to its own. Entries
 * are never changed once they have been released; what changes is added as a further one.
 *
 * `version` of an object is the number of the last change to it or to its links, by which other processes learn what to read
 * anew. Keys in `address` and `name_key` are folded (`text/fold.ts`).
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE directory (id INTEGER PRIMARY KEY, version BIGINT NOT NULL, next_id INTEGER NOT NULL);
  INSERT INTO directory (id, version, next_id) VALUES (1, 0, 256);

  CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL);

  CREATE TABLE object (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    guid TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    legacy_dn TEXT NOT NULL,
    display_name TEXT NOT NULL,
    phonetic_display_name TEXT NOT NULL,
    hidden INTEGER NOT NULL,
    department INTEGER NOT NULL,
    version BIGINT NOT NULL,
    details TEXT NOT NULL,
    properties BLOB NOT NULL
  );
  CREATE INDEX object_version ON object (version);

  CREATE TABLE removed_object (id INTEGER PRIMARY KEY, version BIGINT NOT NULL);
  CREATE INDEX removed_object_version ON removed_object (version);

  CREATE TABLE address (key TEXT PRIMARY KEY, object_id INTEGER NOT NULL);
  CREATE INDEX address_object ON address (object_id);

  CREATE TABLE name_key (key TEXT NOT NULL, kind INTEGER NOT NULL, object_id INTEGER NOT NULL,
    PRIMARY KEY (key, kind, object_id));
  CREATE INDEX name_key_object ON name_key (object_id);

  CREATE TABLE link (kind TEXT NOT NULL, source INTEGER NOT NULL, target INTEGER NOT NULL, position INTEGER NOT NULL,
    PRIMARY KEY (source, kind, target));

  CREATE TABLE credential (object_id INTEGER PRIMARY KEY, hash TEXT NOT NULL);

  CREATE TABLE photo (object_id INTEGER PRIMARY KEY, jpeg BLOB NOT NULL);
  `,
]

/** The newest version of the schema that this program knows. */
export const SCHEMA_VERSION = MIGRATIONS.length
