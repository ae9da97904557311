import { backup, DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import type { ObjectSummary } from '../model/directory-object.ts'
import { MIGRATIONS, SCHEMA_VERSION } from './schema.ts'
import type {
  ChangeBatch,
  DirectoryStorage,
  LinkRow,
  NamePrefix,
  ObjectPut,
  ObjectRow,
  StoredChanges,
} from './storage.ts'
import { DirectoryStorageFailed } from './storage-error.ts'

/** How long to wait for another process that writes, in milliseconds. */
const BUSY_TIMEOUT = 10_000

/** How much of the database SQLite keeps in memory, in KiB; negative is how SQLite tells KiB from pages. */
const CACHE_KIB = -32_768

/** Comes after every character that a name can have. */
const LAST_CHARACTER = '\u{10ffff}'

type Row = Readonly<Record<string, unknown>>

/** How many rows one statement fetches by their ids; a statement costs more than many rows. */
const BATCH = 64
/** Below this many, one by one is quicker. */
const SMALL_BATCH = 6

/** The columns of an object, in the order in which `objectOfValues` takes them. */
const OBJECT_COLUMNS = `id, kind, guid, name, legacy_dn, display_name, phonetic_display_name, hidden, department, version,
  details, properties`

/**
 * {@link DirectoryStorage} in one SQLite file: write-ahead log, and a flush to disk before anything is acknowledged
 * (`synchronous=FULL`). Nothing of it waits within a transaction, so readers never see half of one.
 */
export class SqliteDirectoryStorage implements DirectoryStorage {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  readonly #listStatements = new Map<string, StatementSync>()
  /** The version last read, and SQLite's number of the state of the file at that time. */
  #known: { readonly version: number; readonly dataVersion: number } | undefined
  #isClosed = false

  /**
   * Opens the file, which is made if it is not there. Throws {@link DirectoryStorageFailed} if it is no database, or one of
   * a newer program.
   */
  constructor(path: string) {
    this.#database = failing(() => new DatabaseSync(path, { timeout: BUSY_TIMEOUT }))
    try {
      failing(() => {
        this.#database.exec(`
          PRAGMA journal_mode = WAL;
          PRAGMA synchronous = FULL;
          PRAGMA cache_size = ${CACHE_KIB};
          PRAGMA temp_store = MEMORY;
        `)
        this.#migrate()
      })
    } catch (error) {
      this.#database.close()
      throw error
    }
  }

  async version(): Promise<number> {
    return this.#run(() => {
      const dataVersion = this.#dataVersion()
      if (this.#known?.dataVersion !== dataVersion) {
        this.#known = { version: this.#readVersion(), dataVersion }
      }
      return this.#known!.version
    })
  }

  async changesSince(version: number): Promise<StoredChanges> {
    return this.#run(() =>
      this.#transaction('BEGIN', () => {
        const state = this.#get('SELECT version, next_id FROM directory WHERE id = 1')!
        const settings = new Map<string, string>()
        for (const { key, value } of this.#all('SELECT key, value FROM setting')) {
          settings.set(key as string, value as string)
        }
        const changed = this.#values(
          `SELECT id, kind, guid, name, legacy_dn, display_name, phonetic_display_name, hidden, department, version
           FROM object WHERE version > ?`,
          version,
        ).map(summaryOfValues)
        const links = this.#values(
          `SELECT l.kind, l.source, l.target FROM link l JOIN object o ON o.id = l.source WHERE o.version > ?
           ORDER BY l.source, l.kind, l.position`,
          version,
        ).map(([kind, source, target]) => ({ kind, source, target }) as LinkRow)
        const removed = this.#all('SELECT id FROM removed_object WHERE version > ?', version)
        return {
          version: state.version as number,
          nextId: state.next_id as number,
          settings,
          changed,
          links,
          removed: removed.map(({ id }) => id as number),
        }
      }),
    )
  }

  async objects(ids: readonly number[]): Promise<readonly ObjectRow[]> {
    return this.#run(() => {
      const rows: ObjectRow[] = []
      if (ids.length < SMALL_BATCH) {
        for (const id of ids) {
          for (const row of this.#values(`SELECT ${OBJECT_COLUMNS} FROM object WHERE id = ?`, id)) {
            rows.push(objectOfValues(row))
          }
        }
        return rows
      }
      const sql = `SELECT ${OBJECT_COLUMNS} FROM object WHERE id IN (${'?, '.repeat(BATCH - 1)}?)`
      for (let start = 0; start < ids.length; start += BATCH) {
        const batch = ids.slice(start, start + BATCH)
        // No object has the id 0.
        while (batch.length < BATCH) batch.push(0)
        for (const row of this.#values(sql, ...batch)) rows.push(objectOfValues(row))
      }
      return rows
    })
  }

  async scan(afterId: number, limit: number): Promise<readonly ObjectRow[]> {
    return this.#run(() =>
      this.#values(
        `SELECT ${OBJECT_COLUMNS} FROM object WHERE id > ? ORDER BY id LIMIT ?`,
        afterId,
        limit,
      ).map(objectOfValues),
    )
  }

  async findAddresses(keys: readonly string[]): Promise<readonly (number | undefined)[]> {
    return this.#run(() =>
      keys.map(
        (key) =>
          this.#get('SELECT object_id AS id FROM address WHERE key = ?', key)?.id as number | undefined,
      ),
    )
  }

  async findNamePrefix(prefix: string): Promise<readonly number[]> {
    return this.#run(() =>
      this.#values(
        'SELECT DISTINCT object_id FROM name_key WHERE key >= ? AND key < ?',
        prefix,
        prefix + LAST_CHARACTER,
      ).map(([id]) => id as number),
    )
  }

  async findNamePair(first: NamePrefix, second: NamePrefix): Promise<readonly number[]> {
    // The longer beginning is likely to be that of fewer; SQLite begins with the table that comes first.
    const [a, b] = first.prefix.length >= second.prefix.length ? [first, second] : [second, first]
    return this.#run(() =>
      this.#values(
        `SELECT DISTINCT a.object_id FROM name_key a JOIN name_key b ON b.object_id = a.object_id
         WHERE a.key >= ? AND a.key < ? AND a.kind = ? AND b.key >= ? AND b.key < ? AND b.kind = ?`,
        a.prefix,
        a.prefix + LAST_CHARACTER,
        a.kind,
        b.prefix,
        b.prefix + LAST_CHARACTER,
        b.kind,
      ).map(([id]) => id as number),
    )
  }

  async findName(key: string): Promise<readonly number[]> {
    return this.#run(() =>
      this.#values('SELECT DISTINCT object_id FROM name_key WHERE key = ?', key).map(([id]) => id as number),
    )
  }

  async credential(id: number): Promise<string | undefined> {
    return this.#run(
      () => this.#get('SELECT hash FROM credential WHERE object_id = ?', id)?.hash as string | undefined,
    )
  }

  async photo(id: number): Promise<Uint8Array | undefined> {
    return this.#run(
      () => this.#get('SELECT jpeg FROM photo WHERE object_id = ?', id)?.jpeg as Uint8Array | undefined,
    )
  }

  async havePhotos(ids: readonly number[]): Promise<ReadonlySet<number>> {
    return this.#run(() => {
      const found = new Set<number>()
      for (const id of ids) {
        if (this.#get('SELECT object_id FROM photo WHERE object_id = ?', id) !== undefined) found.add(id)
      }
      return found
    })
  }

  async commit(batch: ChangeBatch): Promise<'committed' | 'stale'> {
    return this.#run(() => {
      let dataVersion = 0
      const outcome = this.#transaction('BEGIN IMMEDIATE', () => {
        // Nobody else can commit now; what others commit afterwards makes it another number.
        dataVersion = this.#dataVersion()
        if (this.#readVersion() !== batch.expectedVersion) return 'stale'
        this.#do('UPDATE directory SET version = ?, next_id = ? WHERE id = 1', batch.version, batch.nextId)
        for (const [key, value] of batch.settings) {
          this.#do(
            'INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
            key,
            value,
          )
        }
        // All keys go before any come, so that an address can move from one object to another.
        for (const { row } of batch.puts) this.#forgetKeys(row.id)
        for (const id of batch.removed) this.#removeObject(id, batch.version)
        for (const put of batch.puts) this.#putObject(put)
        return 'committed'
      })
      if (outcome === 'committed') this.#known = { version: batch.version, dataVersion }
      return outcome
    })
  }

  async replaceCredential(id: number, oldHash: string, newHash: string): Promise<void> {
    this.#run(() =>
      this.#do('UPDATE credential SET hash = ? WHERE object_id = ? AND hash = ?', newHash, id, oldHash),
    )
  }

  async backup(path: string): Promise<void> {
    try {
      await backup(this.#database, path)
    } catch (error) {
      throw asStorageError(error)
    }
  }

  async integrityCheck(): Promise<readonly string[]> {
    return this.#run(() =>
      this.#all('PRAGMA integrity_check')
        .map((row) => String(row.integrity_check))
        .filter((line) => line !== 'ok'),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#database.close()
  }

  #migrate(): void {
    this.#transaction('BEGIN IMMEDIATE', () => {
      const version = this.#get('PRAGMA user_version')!.user_version as number
      if (version > SCHEMA_VERSION) {
        throw new DirectoryStorageFailed(
          `it has schema version ${version}, and this program knows versions up to ${SCHEMA_VERSION}`,
        )
      }
      for (const script of MIGRATIONS.slice(version)) this.#database.exec(script)
      this.#database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`)
    })
  }

  #forgetKeys(id: number): void {
    this.#do('DELETE FROM address WHERE object_id = ?', id)
    this.#do('DELETE FROM name_key WHERE object_id = ?', id)
    this.#do('DELETE FROM link WHERE source = ?', id)
  }

  #removeObject(id: number, version: number): void {
    this.#forgetKeys(id)
    this.#do('DELETE FROM credential WHERE object_id = ?', id)
    this.#do('DELETE FROM photo WHERE object_id = ?', id)
    this.#do('DELETE FROM object WHERE id = ?', id)
    this.#do('INSERT INTO removed_object (id, version) VALUES (?, ?)', id, version)
  }

  #putObject({ row, addresses, names, links, credential, photo }: ObjectPut): void {
    const { id } = row
    this.#do(
      `INSERT INTO object (id, kind, guid, name, legacy_dn, display_name, phonetic_display_name, hidden, department,
         version, details, properties)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, guid = excluded.guid, name = excluded.name,
         legacy_dn = excluded.legacy_dn, display_name = excluded.display_name,
         phonetic_display_name = excluded.phonetic_display_name, hidden = excluded.hidden,
         department = excluded.department, version = excluded.version,
         details = excluded.details, properties = excluded.properties`,
      id,
      row.kind,
      row.guid,
      row.name,
      row.legacyDn,
      row.displayName,
      row.phoneticDisplayName,
      row.isHidden ? 1 : 0,
      row.isDepartment ? 1 : 0,
      row.version,
      row.details,
      row.properties,
    )
    for (const key of addresses) this.#do('INSERT INTO address (key, object_id) VALUES (?, ?)', key, id)
    for (const { kind, key } of names) {
      this.#do('INSERT INTO name_key (key, kind, object_id) VALUES (?, ?, ?)', key, kind, id)
    }
    for (const [position, { kind, target }] of links.entries()) {
      this.#do(
        'INSERT INTO link (kind, source, target, position) VALUES (?, ?, ?, ?)',
        kind,
        id,
        target,
        position,
      )
    }
    if (credential === null) this.#do('DELETE FROM credential WHERE object_id = ?', id)
    else if (credential !== undefined) {
      this.#do(
        'INSERT INTO credential (object_id, hash) VALUES (?, ?) ON CONFLICT (object_id) DO UPDATE SET hash = excluded.hash',
        id,
        credential,
      )
    }
    if (photo === null) this.#do('DELETE FROM photo WHERE object_id = ?', id)
    else if (photo !== undefined) {
      this.#do(
        'INSERT INTO photo (object_id, jpeg) VALUES (?, ?) ON CONFLICT (object_id) DO UPDATE SET jpeg = excluded.jpeg',
        id,
        photo,
      )
    }
  }

  #readVersion(): number {
    return this.#get('SELECT version FROM directory WHERE id = 1')!.version as number
  }

  /** Differs from what it was when another connection has committed since. */
  #dataVersion(): number {
    return this.#get('PRAGMA data_version')!.data_version as number
  }

  #transaction<T>(begin: 'BEGIN' | 'BEGIN IMMEDIATE', work: () => T): T {
    this.#database.exec(begin)
    try {
      const result = work()
      this.#database.exec('COMMIT')
      return result
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw error
    }
  }

  #run<T>(work: () => T): T {
    if (this.#isClosed) throw new DirectoryStorageFailed('it is closed')
    return failing(work)
  }

  #get(sql: string, ...parameters: readonly SQLInputValue[]): Row | undefined {
    return this.#statement(sql).get(...parameters) as Row | undefined
  }

  #all(sql: string, ...parameters: readonly SQLInputValue[]): readonly Row[] {
    return this.#statement(sql).all(...parameters) as readonly Row[]
  }

  /** Rows as lists of values, which take less time than objects. */
  #values(sql: string, ...parameters: readonly SQLInputValue[]): readonly (readonly unknown[])[] {
    let statement = this.#listStatements.get(sql)
    if (statement === undefined) {
      statement = this.#database.prepare(sql)
      statement.setReturnArrays(true)
      this.#listStatements.set(sql, statement)
    }
    return statement.all(...parameters) as unknown as readonly (readonly unknown[])[]
  }

  #do(sql: string, ...parameters: readonly SQLInputValue[]): void {
    this.#statement(sql).run(...parameters)
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = this.#database.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }
}

function summaryOfValues(values: readonly unknown[]): ObjectSummary {
  return {
    id: values[0] as number,
    kind: values[1] as ObjectSummary['kind'],
    guid: values[2] as string,
    name: values[3] as string,
    legacyDn: values[4] as string,
    displayName: values[5] as string,
    phoneticDisplayName: values[6] as string,
    isHidden: values[7] !== 0,
    isDepartment: values[8] !== 0,
    version: values[9] as number,
  }
}

function objectOfValues(values: readonly unknown[]): ObjectRow {
  return { ...summaryOfValues(values), details: values[10] as string, properties: values[11] as Uint8Array }
}

function failing<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw asStorageError(error)
  }
}

function asStorageError(error: unknown): unknown {
  const isSqlite = (error as { errcode?: number }).errcode !== undefined
  return isSqlite ? new DirectoryStorageFailed(String((error as Error).message), { cause: error }) : error
}
