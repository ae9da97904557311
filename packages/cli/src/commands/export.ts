import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { asc, type MailFolder, type MailStore } from '@bourse/client'
import { PidTagCreationTime, PidTagSubject } from '@bourse/mapi'
import { type Command, Option } from 'commander'
import { type Context, newCommand, pathIn } from '../context.ts'
import { safeFileName } from '../mail/file-name.ts'
import { findFolder, storeOf } from '../mail/find-folder.ts'
import { type MailOptions, withMailOptions, withSession } from '../mail/options.ts'
import { formatReference, isReference } from '../mail/reference.ts'
import { countOf, openReferenced } from '../mail/references.ts'
import { showProgress } from '../output/progress.ts'
import { FORMATS, type Format, formatByName, formatOf } from '../transfer/format.ts'
import { MboxFile } from '../transfer/mbox-file.ts'
import { messageBytes, writeWhole } from '../transfer/write-message.ts'

interface ExportOptions extends MailOptions {
  readonly format?: Format
  readonly recursive?: boolean
}

/** Writes messages to files. */
export function exportCommand(context: Context): Command {
  const command = newCommand(
    'export',
    'write a message, or all messages of a folder, to files; run again after an interruption it goes on where it was',
    [
      'bourse export 10d.3e8 offer.eml',
      'bourse export Inbox inbox.mbox',
      'bourse export Inbox backup --recursive --format msg',
    ],
  )
    .argument('<what>', 'a message as listings name it, or the path of a folder')
    .argument('<where>', 'a file for a message or an mbox; a folder for one file a message')
    .addOption(new Option('--format <format>', 'eml if the name does not tell').choices(FORMATS))
    .option('-r, --recursive', 'folders below, too, as folders below')
  return withMailOptions(command).action((what: string, where: string, options: ExportOptions) =>
    withSession(context, options, async (session) => {
      const store = await storeOf(session, options)
      const path = pathIn(context, where)
      const { output } = context.surroundings
      if (isReference(what)) {
        const format = formatOf(path, options.format)
        await using message = await openReferenced(store, what)
        if (format === 'mbox') await exportOne(path, what, message)
        else await writeWhole(path, messageBytes(message, format))
        output.write(`${where} was written.\n`)
        return
      }
      await using folder = await findFolder(store, what)
      const isMbox = (options.format ?? formatByName(path)) === 'mbox'
      const count = isMbox
        ? await exportMbox(context, folder, path)
        : await exportFiles(context, store, folder, path, options)
      output.write(`${countOf(count, 'message')} written to ${where}.\n`)
    }),
  )
}

async function exportOne(
  path: string,
  reference: string,
  message: Parameters<MboxFile['append']>[1],
): Promise<void> {
  const file = await MboxFile.open(path)
  await file.append(reference, message)
  await file.finish()
}

async function exportMbox(context: Context, folder: MailFolder, path: string): Promise<number> {
  const file = await MboxFile.open(path)
  const progress = showProgress(context.surroundings.errorOutput, {
    total: await folder.count(),
    unit: 'items',
  })
  let done = 0
  for await (const { id } of listed(context, folder)) {
    const reference = formatReference({ folderId: folder.id, id })
    if (!file.has(reference)) {
      await using message = await folder.openMessage(id)
      await file.append(reference, message)
    }
    progress.update(++done)
  }
  progress.finish()
  await file.finish()
  return done
}

async function exportFiles(
  context: Context,
  store: MailStore,
  folder: MailFolder,
  path: string,
  { format = 'eml', recursive }: ExportOptions,
): Promise<number> {
  await mkdir(path, { recursive: true })
  const name = await folder.name()
  const progress = showProgress(context.surroundings.errorOutput, {
    total: await folder.count(),
    unit: 'items',
  })
  let done = 0
  for await (const row of listed(context, folder)) {
    const reference = formatReference({ folderId: folder.id, id: row.id })
    const file = join(path, `${reference} ${safeFileName(row.get(PidTagSubject) ?? '')}.${format}`)
    // One that is there is complete.
    if (!existsSync(file)) {
      await using message = await row.open()
      await writeWhole(file, messageBytes(message, format === 'mbox' ? 'eml' : format))
    }
    progress.update(++done, name)
  }
  progress.finish()
  if (recursive !== true) return done
  for await (const below of folder.folders()) {
    await using next = await store.openFolder(below.id)
    done += await exportFiles(context, store, next, join(path, safeFileName(below.name)), {
      format,
      recursive,
    })
  }
  return done
}

/** In the order in which they came to be: an order that stays the same while others come. */
function listed({ surroundings: { signal } }: Context, folder: MailFolder) {
  return folder.messages({ select: [PidTagSubject], orderBy: asc(PidTagCreationTime), signal })
}
