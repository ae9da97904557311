import { DatabaseSync } from 'node:sqlite'

/**
 * Whether a query finds something in a database that nobody has open, without opening it for work: at once, so that nobody in this thread can open it meanwhile.
 * `undefined` if that cannot be told: it is in use, of another version, or no database.
 */
export function peekSqlite(path: string, sql: string): boolean | undefined {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path, { timeout: 0 })
    return database.prepare(sql).get() !== undefined
  } catch {
    return undefined
  } finally {
    database?.close()
  }
}
