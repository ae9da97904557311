import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { appendFile, mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** What an import is of and to: an interrupted one is known by it. */
export interface ImportIdentity {
  readonly profile: string
  readonly folder: string
  readonly source: string
  /** Bytes and time of change of the source, so that another file of the name is none that was begun. */
  readonly size: number
  readonly changed: number
}

/** Which messages of a source were imported, kept on disk until all are. */
export class ImportJournal {
  readonly #path: string
  readonly #done = new Set<string>()
  #uncertain: string | undefined

  private constructor(path: string) {
    this.#path = path
  }

  /** @param home the user's folder for what Bourse keeps */
  static async open(home: string, identity: ImportIdentity): Promise<ImportJournal> {
    const name = createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 32)
    const folder = join(home, 'imports')
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const journal = new ImportJournal(join(folder, `${name}.journal`))
    if (existsSync(journal.#path)) {
      for (const line of (await readFile(journal.#path, 'utf8')).split('\n').slice(0, -1)) {
        const { began, done } = JSON.parse(line) as { readonly began?: string; readonly done?: string }
        if (began !== undefined) journal.#uncertain = began
        if (done === undefined) continue
        journal.#done.add(done)
        journal.#uncertain = undefined
      }
    }
    return journal
  }

  /** How many messages were imported before. */
  get count(): number {
    return this.#done.size
  }

  has(key: string): boolean {
    return this.#done.has(key)
  }

  /** Whether the import was interrupted while this one was being saved, so that nobody knows whether it was. */
  isUncertain(key: string): boolean {
    return this.#uncertain === key
  }

  begin(key: string): Promise<void> {
    return this.#write({ began: key })
  }

  async done(key: string): Promise<void> {
    this.#done.add(key)
    await this.#write({ done: key })
  }

  /** All are imported: another import of the same source is a new one. */
  async finish(): Promise<void> {
    await rm(this.#path, { force: true })
  }

  #write(line: object): Promise<void> {
    return appendFile(this.#path, `${JSON.stringify(line)}\n`, { mode: 0o600 })
  }
}
