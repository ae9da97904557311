import { chmod, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ProfileError } from '../profile/index.ts'
import { withLock } from './file-lock.ts'

/** Only the owner may read and write. */
const PRIVATE_FILE = 0o600
const PRIVATE_DIRECTORY = 0o700
const OTHERS = 0o077

export interface JsonFileOptions<T> {
  readonly path: string
  /** What a file that is not there holds. */
  readonly empty: T
  /** What is wrong with what a file holds, a sentence each. */
  readonly check: (value: unknown) => readonly string[]
  /** Refuse a file that others than its owner can read. */
  readonly isSecret?: boolean
}

/** A file with one JSON value. Every change replaces the file as a whole, so that a crash leaves the old one or the new one. */
export interface JsonFile<T> {
  /** Throws {@link ProfileError} if the file does not hold what it should. */
  read(): Promise<T>
  /** Nobody else changes it meanwhile. */
  update(change: (value: T) => T): Promise<void>
}

export function jsonFile<T>(options: JsonFileOptions<T>): JsonFile<T> {
  const { path } = options
  return {
    read: () => readJson(options),
    async update(change) {
      await mkdir(dirname(path), { recursive: true, mode: PRIVATE_DIRECTORY })
      await withLock(`${path}.lock`, async () => {
        const value = change(await readJson(options))
        await writeAtomically(path, `${JSON.stringify(value, undefined, 2)}\n`)
      })
    },
  }
}

async function readJson<T>({ path, empty, check, isSecret }: JsonFileOptions<T>): Promise<T> {
  let text: string
  try {
    if (isSecret === true) await refuseIfReadable(path)
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (isMissing(error)) return empty
    if (error instanceof ProfileError) throw error
    throw new ProfileError([`The file ${path} cannot be read: ${messageOf(error)}.`], { cause: error })
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    // The message of the parser may quote what is in the file.
    const reason = isSecret === true ? 'it is not JSON' : messageOf(error)
    throw new ProfileError([`The file ${path} cannot be read: ${reason}.`])
  }
  const problems = check(value)
  if (problems.length > 0) throw new ProfileError([`The file ${path} is not in order.`, ...problems])
  return value as T
}

async function refuseIfReadable(path: string): Promise<void> {
  // Windows has no such bits.
  if (process.platform === 'win32') return
  const { mode } = await stat(path)
  if ((mode & OTHERS) !== 0) {
    throw new ProfileError([`Others than you can read the file ${path}; make it private with chmod 600.`])
  }
}

/** Writes a file so that it is there as a whole, or not at all, whatever happens; only its owner can read it. */
async function writeAtomically(path: string, text: string): Promise<void> {
  const part = join(dirname(path), `.${crypto.randomUUID()}.part`)
  try {
    const file = await open(part, 'wx', PRIVATE_FILE)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await chmod(part, PRIVATE_FILE)
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
  await flushDirectory(dirname(path))
}

/** Makes the new name last. */
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

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/[.\s]+$/, '')
}
