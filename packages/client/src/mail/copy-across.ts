import { ErrorCode, MapiError, type Message, type OperationOptions } from '@bourse/mapi'
import { copyMessage } from '../provider/kit/index.ts'
import type { MailFolder } from './folder.ts'
import type { MailStore } from './store.ts'

/** Copies messages into a folder of another store, one after the other. */
export async function copyAcross(
  source: MailFolder,
  ids: readonly bigint[],
  destination: MailFolder,
  { signal, onProgress }: OperationOptions,
): Promise<void> {
  for (const [completed, id] of ids.entries()) {
    if (signal?.aborted === true) throw new MapiError(ErrorCode.UserCanceled)
    await using original = await source.openMessage(id)
    await using copy = await destination.store.createMessage(destination.id)
    await copyContents(original.raw, source.store, copy.raw, destination.store)
    await copy.save()
    onProgress?.({ completed: completed + 1, total: ids.length })
  }
}

/** Copies all of a message into another one, which is not saved; `attached` if that is within a third one. */
export async function copyContents(
  original: Message,
  from: MailStore,
  copy: Message,
  to: MailStore,
  options: { readonly attached?: boolean } = {},
): Promise<void> {
  if (from === to) {
    await original.copyTo(copy)
    return
  }
  await copyMessage(original, copy, { ...options, from: from.raw, to: to.raw })
}
