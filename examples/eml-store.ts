/**
 * An example of a message store provider: a directory of `.eml` files, each subdirectory a folder, for reading.
 *
 * A profile names it by the path or the package in which it is:
 *
 *     { name: 'saved', kind: 'messageStore', provider: 'file:///…/examples/eml-store.ts', settings: { directory: '/home/ann/saved' } }
 *
 * The parts of a store for reading come from `@bourse/client/provider`; the provider only says which folders and messages there are. A store
 * that can be written to implements `MessageStore` of `@bourse/mapi` itself.
 */
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import {
  type FolderSource,
  type MessageSource,
  readOnlyStore,
  stableGuid,
  stableId,
} from '@bourse/client/provider'
import { MemoryMessage, MemoryNames } from '@bourse/formats/memory'
import { readMime } from '@bourse/formats/mime'
import {
  ErrorCode,
  fileTimeFromDate,
  MapiError,
  MessageFlags,
  type MessageStoreProvider,
  PidTagLastModificationTime,
  PidTagMessageClass,
  PidTagMessageDeliveryTime,
  PidTagMessageFlags,
  PidTagMessageSize,
  PidTagNormalizedSubject,
  PidTagSenderName,
  PidTagSubject,
  PropertyBag,
  type ProviderModule,
} from '@bourse/mapi'

/** What tables show of each message. */
const SUMMARY = [
  PidTagSubject,
  PidTagNormalizedSubject,
  PidTagMessageClass,
  PidTagMessageDeliveryTime,
  PidTagSenderName,
] as const

/** The folder that a directory is. */
async function folderOf(path: string, names: MemoryNames): Promise<FolderSource> {
  // What was read stays as it is; the files are looked through anew when the store is opened again.
  let folders: Promise<readonly FolderSource[]> | undefined
  let messages: Promise<readonly MessageSource[]> | undefined
  return {
    // The same path has the same ID in every session, as references to folders need it.
    id: await stableId(path),
    displayName: basename(path),
    folders: () => {
      folders ??= list(path).then(({ directories }) =>
        Promise.all(directories.map((one) => folderOf(one, names))),
      )
      return folders
    },
    messages: () => {
      messages ??= list(path).then(({ files }) => Promise.all(files.map((file) => messageOf(file, names))))
      return messages
    },
  }
}

async function list(path: string): Promise<{ readonly directories: string[]; readonly files: string[] }> {
  const entries = await readdir(path, { withFileTypes: true })
  const pathOf = (entry: { readonly name: string }): string => join(path, entry.name)
  return {
    directories: entries.filter((entry) => entry.isDirectory()).map(pathOf),
    files: entries.filter((entry) => entry.isFile() && entry.name.endsWith('.eml')).map(pathOf),
  }
}

/** The message that a file is: its summary now, the whole of it when it is opened. */
async function messageOf(path: string, names: MemoryNames): Promise<MessageSource> {
  async function open(): Promise<MemoryMessage> {
    const message = new MemoryMessage(names)
    await readMime(createReadStream(path), message, { names })
    const { size, mtime } = await stat(path)
    const time = fileTimeFromDate(mtime)
    message.properties
      .set(PidTagMessageSize, size)
      .set(PidTagMessageFlags, MessageFlags.Read)
      .set(PidTagLastModificationTime, time)
    if (!message.properties.has(PidTagMessageDeliveryTime))
      message.properties.set(PidTagMessageDeliveryTime, time)
    return message
  }
  const { properties } = await open()
  const shown = [...SUMMARY, PidTagMessageSize, PidTagMessageFlags, PidTagLastModificationTime]
  return {
    id: await stableId(path),
    summary: new PropertyBag(shown.map((tag) => [tag, properties.cell(tag)])),
    open,
  }
}

export const emlStoreProvider: MessageStoreProvider = {
  kind: 'messageStore',
  name: 'eml',

  // Programs check settings before they keep them in a profile; each problem is a sentence.
  validate({ directory }) {
    return typeof directory === 'string'
      ? []
      : ['The setting "directory" must name a directory of .eml files.']
  },

  async open({ directory }) {
    const path = resolve(directory as string)
    const names = new MemoryNames()
    const root = await folderOf(path, names)
    try {
      await root.folders()
    } catch (error) {
      // What goes wrong is a MapiError, whatever is behind it.
      throw new MapiError(ErrorCode.NotFound, { message: `There is no directory ${path}.`, cause: error })
    }
    return readOnlyStore({ displayName: basename(path), mailboxGuid: await stableGuid(path), root, names })
  },
}

// What `import()` finds: a package may offer providers of several kinds.
export default { providers: [emlStoreProvider] } satisfies ProviderModule
