import type { MailFolder, MailSession, MailStore } from '@bourse/client'
import { ErrorCode, isMapiError } from '@bourse/mapi'
import { CommandError } from '../command-error.ts'
import { ExitCode } from '../exit-code.ts'
import type { MailOptions } from './options.ts'

/** The store that a command works on. */
export async function storeOf(session: MailSession, { store }: MailOptions): Promise<MailStore> {
  return store === undefined ? session.store : session.openStore(store)
}

/** A folder by its path. */
export async function findFolder(store: MailStore, path: string): Promise<MailFolder> {
  try {
    return await store.folder(path)
  } catch (error) {
    if (!isMapiError(error, ErrorCode.NotFound)) throw error
    throw new CommandError(`There is no folder ${path}.`, {
      hint: '`bourse folders` shows which there are.',
      exitCode: ExitCode.NotFound,
      cause: error,
    })
  }
}
