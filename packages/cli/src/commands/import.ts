import { createReadStream } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { equals, type MailFolder, type MailStore } from '@bourse/client'
import { readMbox } from '@bourse/formats/mbox'
import { readMime } from '@bourse/formats/mime'
import { readMsg } from '@bourse/formats/msg'
import { MessageFlags, PidTagInternetMessageId, PidTagMessageFlags } from '@bourse/mapi'
import { type Command, Option } from 'commander'
import { CommandError } from '../command-error.ts'
import { type Context, newCommand, pathIn } from '../context.ts'
import { findFolder, storeOf } from '../mail/find-folder.ts'
import { userFiles } from '../mail/open-mail.ts'
import { type MailOptions, withMailOptions, withSession } from '../mail/options.ts'
import { countOf } from '../mail/references.ts'
import { type Progress, showProgress } from '../output/progress.ts'
import { FORMATS, type Format, formatByName, formatOf } from '../transfer/format.ts'
import { ImportJournal } from '../transfer/import-journal.ts'

interface ImportOptions extends MailOptions {
  readonly to: string
  readonly format?: Format
  readonly unread?: boolean
}

/** Reads messages from files into a folder. */
export function importCommand(context: Context): Command {
  const command = newCommand(
    'import',
    'read messages from eml, msg and mbox files into a folder; run again after an interruption it goes on where it was',
    [
      'bourse import offer.eml',
      'bourse import old.mbox --to Archive/2019',
      'bourse import backup/ --to Inbox',
    ],
  )
    .argument('<sources...>', 'files, or folders with eml and msg files in them')
    .option('--to <folder>', 'path of the folder', 'Inbox')
    .addOption(
      new Option('--format <format>', 'what the files are, if their names do not tell').choices(FORMATS),
    )
    .option('--unread', 'as mail that nobody has read yet')
  return withMailOptions(command).action((sources: readonly string[], options: ImportOptions) =>
    withSession(context, options, async (session) => {
      const store = await storeOf(session, options)
      await using folder = await findFolder(store, options.to)
      let count = 0
      for (const source of sources) {
        const importing = new Importing(context, store, folder, options, session.raw.profile)
        count += await importing.run(pathIn(context, source))
      }
      context.surroundings.output.write(`${countOf(count, 'message')} imported into ${options.to}.\n`)
    }),
  )
}

/** The import of one source. */
class Importing {
  readonly #context: Context
  readonly #store: MailStore
  readonly #folder: MailFolder
  readonly #options: ImportOptions
  readonly #profile: string

  constructor(
    context: Context,
    store: MailStore,
    folder: MailFolder,
    options: ImportOptions,
    profile: string,
  ) {
    this.#context = context
    this.#store = store
    this.#folder = folder
    this.#options = options
    this.#profile = profile
  }

  /** Resolves to how many messages there are now. */
  async run(source: string): Promise<number> {
    const facts = await stat(source)
    const journal = await ImportJournal.open(userFiles(this.#context).home, {
      profile: this.#profile,
      folder: this.#options.to,
      source,
      size: facts.isDirectory() ? 0 : facts.size,
      changed: facts.isDirectory() ? 0 : facts.mtimeMs,
    })
    const { errorOutput } = this.#context.surroundings
    if (journal.count > 0) errorOutput.write(`${countOf(journal.count, 'message')} imported before.\n`)
    if (facts.isDirectory()) {
      await this.#fromFolder(source, journal)
    } else if (formatOf(source, this.#options.format) === 'mbox') {
      await this.#fromMbox(source, facts.size, journal)
    } else {
      await this.#import('', journal, source, createReadStream(source))
    }
    const { count } = journal
    await journal.finish()
    return count
  }

  async #fromFolder(source: string, journal: ImportJournal): Promise<void> {
    const names = (await readdir(source))
      .filter((name) => ['eml', 'msg'].includes(formatByName(name) ?? ''))
      .sort()
    if (names.length === 0) throw new CommandError(`There are no eml and msg files in ${source}.`)
    await this.#showing({ total: names.length, unit: 'items' }, async (progress) => {
      for (const [i, name] of names.entries()) {
        const path = join(source, name)
        await this.#import(name, journal, path, createReadStream(path))
        progress.update(i + 1, name)
      }
    })
  }

  async #fromMbox(source: string, size: number, journal: ImportJournal): Promise<void> {
    await this.#showing({ total: size, unit: 'bytes' }, async (progress) => {
      const file = createReadStream(source)
      let number = 0
      for await (const { content } of readMbox(file)) {
        await this.#import(String(number++), journal, `${source}.eml`, content)
        progress.update(file.bytesRead)
      }
    })
  }

  async #showing(
    options: { readonly total: number; readonly unit: 'items' | 'bytes' },
    work: (progress: Progress) => Promise<void>,
  ): Promise<void> {
    const progress = showProgress(this.#context.surroundings.errorOutput, options)
    try {
      await work(progress)
    } finally {
      progress.finish()
    }
  }

  /** Imports one message, unless it was imported before. */
  async #import(
    key: string,
    journal: ImportJournal,
    path: string,
    content: AsyncIterable<Uint8Array>,
  ): Promise<void> {
    this.#context.surroundings.signal.throwIfAborted()
    if (journal.has(key)) return
    await using message = await this.#store.createMessage(this.#folder.id)
    const names = this.#store.raw
    const chosen = this.#options.format === 'mbox' ? undefined : this.#options.format
    if (formatOf(path, chosen) === 'msg') {
      await readMsg(await readFile(path), message.raw, { names })
    } else {
      await readMime(content, message.raw, { names })
    }
    await message.set(PidTagMessageFlags, this.#options.unread === true ? 0 : MessageFlags.Read)
    const messageId = await message.get(PidTagInternetMessageId)
    const isThere =
      journal.isUncertain(key) &&
      messageId !== undefined &&
      (await this.#folder.count(equals(PidTagInternetMessageId, messageId))) > 0
    if (!isThere) {
      await journal.begin(key)
      await message.save()
    }
    await journal.done(key)
  }
}
