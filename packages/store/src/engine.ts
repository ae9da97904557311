import { existsSync } from 'node:fs'
import { copyFile, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ErrorCode, type Guid, MapiError, nowAsFileTime } from '@bourse/mapi'
import { Logon, type LogonOptions } from './access/logon.ts'
import type { Principal } from './access/principal.ts'
import { WAITING } from './delivery/outgoing.ts'
import { createMailbox, type MailboxDescription } from './mailbox/create.ts'
import { Mailbox } from './mailbox/mailbox.ts'
import { isOwnerAway } from './mailbox/out-of-office.ts'
import { type MailboxServices, STANDALONE } from './mailbox/services.ts'
import { isMailboxDisabled, readMailboxInfo, setMailboxDisabled, skipCounters } from './mailbox/state.ts'
import { type CheckOptions, type CheckResult, checkMailbox } from './maintenance/check.ts'
import { StoreObject } from './object/store-object.ts'
import { SearchEngine } from './search/search-engine.ts'
import { SqliteStorage } from './storage/sqlite.ts'
import { peekSqlite } from './storage/sqlite-peek.ts'

/** Ending of the file that holds a mailbox; its name is the mailbox's GUID. */
const MAILBOX_FILE = '.mailbox'

/** What SQLite keeps beside a database while it is open. */
const COMPANIONS = ['', '-wal', '-shm', '-journal']

/** Code page of who does not say ([MS-UCODEREF]): Western European. */
const DEFAULT_CODE_PAGE = 1252

export interface EngineOptions {
  /** What the mailboxes are told of their organization. */
  readonly services?: MailboxServices
  /** Called with each mailbox when it is opened, before anybody uses it: the place to set its hooks. */
  readonly opened?: (mailbox: Mailbox) => void
}

export interface StoreLogonOptions extends Omit<LogonOptions, 'isOutOfOffice'> {
  /** Code page of 8-bit strings; 1252 if left out. */
  readonly codePage?: number
}

/**
 * The mailboxes of one directory, one file each. Mailboxes are opened when they are asked for and stay open. One mailbox is
 * open in one thread only; several engines, in as many threads or processes, may share a directory.
 */
export class StoreEngine implements AsyncDisposable {
  readonly directory: string
  readonly #options: EngineOptions
  /** Mailboxes that are open, or are being opened. */
  readonly #open = new Map<Guid, Promise<Mailbox>>()

  private constructor(directory: string, options: EngineOptions) {
    this.directory = directory
    this.#options = options
  }

  /** Takes a directory, which is made if it is not there. */
  static async open(directory: string, options: EngineOptions = {}): Promise<StoreEngine> {
    await mkdir(directory, { recursive: true })
    return new StoreEngine(directory, options)
  }

  /** Makes a mailbox, or a public-folder store, and opens it. Throws `DuplicateObject` if there is one of this GUID. */
  async createMailbox(description: MailboxDescription): Promise<Mailbox> {
    const guid = description.guid ?? crypto.randomUUID()
    if (existsSync(this.pathOf(guid))) throw new MapiError(ErrorCode.DuplicateObject)
    // Under another name until it is complete, so that a crash leaves no half of a mailbox.
    const path = `${this.pathOf(guid)}.new`
    await removeDatabase(path)
    const storage = new SqliteStorage(path)
    try {
      await createMailbox(storage, { ...description, guid })
    } catch (error) {
      await storage[Symbol.asyncDispose]()
      await removeDatabase(path)
      throw error
    }
    await storage[Symbol.asyncDispose]()
    await this.#takeOver(path, guid)
    return this.openMailbox(guid)
  }

  /**
   * The mailbox, opened if it is not yet. Throws `UnknownUser` if the directory has none of this GUID, `StorageInUse` if another
   * thread or process has it open.
   */
  openMailbox(guid: Guid): Promise<Mailbox> {
    let opening = this.#open.get(guid)
    if (opening === undefined) {
      opening = this.#openFile(guid)
      this.#open.set(guid, opening)
      opening.catch(() => this.#open.delete(guid))
    }
    return opening
  }

  async #openFile(guid: Guid): Promise<Mailbox> {
    const path = this.pathOf(guid)
    if (!existsSync(path)) {
      throw new MapiError(ErrorCode.UnknownUser, { message: `There is no mailbox ${guid} here.` })
    }
    const storage = new SqliteStorage(path)
    try {
      const mailbox = await Mailbox.open(storage, this.#options.services ?? STANDALONE)
      this.#options.opened?.(mailbox)
      // Search folders go on, and what is not indexed yet is.
      SearchEngine.of(mailbox)
      return mailbox
    } catch (error) {
      await storage[Symbol.asyncDispose]()
      throw error
    }
  }

  /** Closes a mailbox, so that another thread or process can have it. Who is logged on to it can do nothing more. */
  async closeMailbox(guid: Guid): Promise<void> {
    const opening = this.#open.get(guid)
    this.#open.delete(guid)
    const mailbox = await opening?.catch(() => undefined)
    await mailbox?.[Symbol.asyncDispose]()
  }

  /**
   * Logs somebody on to a mailbox or the public folders. What they may do there is a matter of each folder's permissions. Throws
   * `UnknownUser` if there is no such mailbox or it is disabled ([MS-OXCSTOR] 3.2.5.1.1, note 21), `LogonFailed` for who
   * has not said who they are.
   */
  async logOn(guid: Guid, principal: Principal, options: StoreLogonOptions = {}): Promise<StoreObject> {
    const mailbox = await this.openMailbox(guid)
    if (principal.key === '' && principal.role !== 'administrator') throw new MapiError(ErrorCode.LogonFailed)
    const { isDisabled, isOutOfOffice } = await mailbox.read(async (tx) => {
      return {
        isDisabled: await isMailboxDisabled(tx),
        isOutOfOffice: await isOwnerAway(tx, mailbox, nowAsFileTime()),
      }
    })
    if (isDisabled) throw new MapiError(ErrorCode.UnknownUser)
    const { codePage = DEFAULT_CODE_PAGE, ...rest } = options
    return new StoreObject(new Logon(mailbox, principal, codePage, { ...rest, isOutOfOffice }))
  }

  /** The GUIDs of all mailboxes of the directory, whoever has them open. */
  async listMailboxes(): Promise<readonly Guid[]> {
    const files = await readdir(this.directory)
    return files
      .filter((file) => file.endsWith(MAILBOX_FILE))
      .map((file) => file.slice(0, -MAILBOX_FILE.length))
  }

  /**
   * Opens the mailboxes in which messages wait to be sent, and which nobody has opened yet, so that what was handed over goes on its way though nobody logs
   * on. Only to be told of mailboxes that are this engine's to open.
   *
   * @param options.failed is told what cannot be opened; the others are
   */
  async openWaiting(
    guids: Iterable<Guid>,
    options: { readonly signal: AbortSignal; failed(guid: Guid, error: unknown): void },
  ): Promise<void> {
    for (const guid of guids) {
      if (options.signal.aborted) return
      if (!this.#open.has(guid) && this.hasMailbox(guid) && peekSqlite(this.pathOf(guid), WAITING) !== false)
        await this.openMailbox(guid).catch((error: unknown) => options.failed(guid, error))
      // There may be many: what is asked for meanwhile comes in between.
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  /** Whether the mailbox is there. */
  hasMailbox(guid: Guid): boolean {
    return existsSync(this.pathOf(guid))
  }

  /** Lets nobody log on any more, or lets them again; nothing in the mailbox changes. */
  async setDisabled(guid: Guid, disabled: boolean): Promise<void> {
    const mailbox = await this.openMailbox(guid)
    await mailbox.write((tx) => setMailboxDisabled(tx, disabled))
  }

  async isDisabled(guid: Guid): Promise<boolean> {
    return (await this.openMailbox(guid)).read(isMailboxDisabled)
  }

  /** Removes a mailbox with all that is in it. */
  async deleteMailbox(guid: Guid): Promise<void> {
    await this.closeMailbox(guid)
    // Whoever else has it open keeps it.
    await this.#lockedBriefly(guid)
    await removeDatabase(this.pathOf(guid))
    await flushDirectory(this.directory)
  }

  /** Copies a mailbox, as of now, into a file, while work on it goes on. A file that is there is replaced when the copy is complete. */
  async backupMailbox(guid: Guid, path: string): Promise<void> {
    const mailbox = await this.openMailbox(guid)
    const part = `${path}.part`
    await removeDatabase(part)
    try {
      await mailbox.storage.backup(part)
      await flushFile(part)
    } catch (error) {
      await removeDatabase(part)
      throw error
    }
    await rename(part, path)
    await flushDirectory(dirname(path))
  }

  /**
   * Puts a mailbox back from a backup and opens it. What was made since the backup is lost, but the IDs that were given out since
   * are not given out again ([MS-OXCSTOR] 3.2.3), so that clients who have seen them are not led astray.
   *
   * @param options.replace Put it in the place of the mailbox of this GUID, if there is one; else that is `DuplicateObject`.
   * @param options.guid The mailbox that it has to be; `InvalidParameter` is thrown if the backup is of another one.
   */
  async restoreMailbox(
    path: string,
    options: { readonly replace?: boolean; readonly guid?: Guid } = {},
  ): Promise<Mailbox> {
    return this.#bringIn(path, {
      replace: options.replace === true,
      isRestored: true,
      expected: options.guid,
    })
  }

  /** Moves a mailbox out: into a file, for {@link importMailbox} of another engine. It is not here any more then. */
  async exportMailbox(guid: Guid, path: string): Promise<void> {
    await this.backupMailbox(guid, path)
    await this.deleteMailbox(guid)
  }

  /** Takes a mailbox that another engine has exported, and opens it. The file stays. Throws `DuplicateObject` if it is here already. */
  async importMailbox(path: string): Promise<Mailbox> {
    return this.#bringIn(path, { replace: false, isRestored: false, expected: undefined })
  }

  /** Moves a mailbox to another engine. */
  async moveMailbox(guid: Guid, to: StoreEngine): Promise<Mailbox> {
    const file = join(to.directory, `${guid}.moving`)
    await this.backupMailbox(guid, file)
    try {
      const moved = await to.importMailbox(file)
      await this.deleteMailbox(guid)
      return moved
    } finally {
      await removeDatabase(file)
    }
  }

  /**
   * Verifies a mailbox and, with `repair`, sets right what can be. After repairs the mailbox is closed, since what is kept in
   * memory beside it may be as wrong as it was: nobody should be logged on.
   */
  async checkMailbox(guid: Guid, options: CheckOptions = {}): Promise<CheckResult> {
    const result = await checkMailbox(await this.openMailbox(guid), options)
    if (result.problems.some((problem) => problem.repaired)) await this.closeMailbox(guid)
    return result
  }

  pathOf(guid: Guid): string {
    return join(this.directory, guid + MAILBOX_FILE)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const guid of [...this.#open.keys()]) await this.closeMailbox(guid)
  }

  async #bringIn(
    path: string,
    options: {
      readonly replace: boolean
      readonly isRestored: boolean
      readonly expected: Guid | undefined
    },
  ): Promise<Mailbox> {
    const { replace, isRestored, expected } = options
    const copy = join(this.directory, `${crypto.randomUUID()}.new`)
    try {
      await copyFile(path, copy)
      const storage = new SqliteStorage(copy)
      let guid: Guid
      try {
        guid = (await storage.read(readMailboxInfo)).guid
        if (expected !== undefined && guid !== expected) {
          throw new MapiError(ErrorCode.InvalidParameter, { message: `The file is of mailbox ${guid}.` })
        }
        if (this.hasMailbox(guid) && !replace) throw new MapiError(ErrorCode.DuplicateObject)
        if (isRestored) await storage.write(skipCounters)
      } finally {
        await storage[Symbol.asyncDispose]()
      }
      if (this.hasMailbox(guid)) await this.deleteMailbox(guid)
      await this.#takeOver(copy, guid)
      return await this.openMailbox(guid)
    } finally {
      await removeDatabase(copy)
    }
  }

  /** Makes a complete database the mailbox of this GUID. */
  async #takeOver(path: string, guid: Guid): Promise<void> {
    await flushFile(path)
    await rename(path, this.pathOf(guid))
    await flushDirectory(this.directory)
  }

  /** Throws unless nobody has the mailbox open. */
  async #lockedBriefly(guid: Guid): Promise<void> {
    if (!this.hasMailbox(guid)) throw new MapiError(ErrorCode.UnknownUser)
    await new SqliteStorage(this.pathOf(guid))[Symbol.asyncDispose]()
  }
}

async function removeDatabase(path: string): Promise<void> {
  for (const companion of COMPANIONS) await rm(path + companion, { force: true })
}

async function flushFile(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Makes names that were added or changed in a directory last. */
async function flushDirectory(path: string): Promise<void> {
  // Windows has no such thing, and does it by itself.
  if (process.platform === 'win32') return
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
