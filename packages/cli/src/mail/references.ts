import type { MailFolder, MailMessage, MailStore } from '@bourse/client'
import { ErrorCode, isMapiError } from '@bourse/mapi'
import { CommandError } from '../command-error.ts'
import { ExitCode } from '../exit-code.ts'
import { parseReference } from './reference.ts'

/** Opens a message that was named on the command line. */
export async function openReferenced(store: MailStore, text: string): Promise<MailMessage> {
  const { folderId, id } = parseReference(text)
  try {
    return await store.openMessage(folderId, id)
  } catch (error) {
    if (!isMapiError(error, ErrorCode.NotFound)) throw error
    throw new CommandError(`There is no message ${text} any more.`, {
      hint: 'It may have been moved or deleted; `bourse list` shows what is there.',
      exitCode: ExitCode.NotFound,
      cause: error,
    })
  }
}

/** Does something with messages folder by folder, so that each takes one request. */
export async function eachFolderOf(
  store: MailStore,
  texts: readonly string[],
  work: (folder: MailFolder, ids: readonly bigint[]) => Promise<void>,
): Promise<void> {
  const byFolder = new Map<bigint, bigint[]>()
  for (const { folderId, id } of texts.map(parseReference)) {
    const ids = byFolder.get(folderId)
    if (ids === undefined) byFolder.set(folderId, [id])
    else ids.push(id)
  }
  for (const [folderId, ids] of byFolder) {
    await using folder = await store.openFolder(folderId)
    await work(folder, ids)
  }
}

/** `1 message`, `3 messages`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
