import { existsSync } from 'node:fs'
import { appendFile, open, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import type { MailMessage } from '@bourse/client'
import { writeMbox } from '@bourse/formats/mbox'
import { writeMime } from '@bourse/formats/mime'

/** One message that is in the file, and where it ends there. */
interface JournalLine {
  readonly message: string
  readonly end: number
}

/**
 * An mbox file that is being written. What was written before an interruption stays: a journal beside the file says which messages are in it.
 */
export class MboxFile {
  readonly #path: string
  readonly #done = new Set<string>()
  #size = 0

  private constructor(path: string) {
    this.#path = path
  }

  /** Begins a file, or goes on where it was left. */
  static async open(path: string): Promise<MboxFile> {
    const file = new MboxFile(path)
    if (existsSync(file.#journal) && existsSync(file.#part)) {
      for (const line of (await readFile(file.#journal, 'utf8')).split('\n').slice(0, -1)) {
        const { message, end } = JSON.parse(line) as JournalLine
        file.#done.add(message)
        file.#size = end
      }
      // Behind that is a message that was being written.
      await truncate(file.#part, file.#size)
    } else {
      await writeFile(file.#part, '')
      await writeFile(file.#journal, '')
    }
    return file
  }

  /** Whether a message was written before the interruption. */
  has(reference: string): boolean {
    return this.#done.has(reference)
  }

  async append(reference: string, message: MailMessage): Promise<void> {
    const { address = '' } = await message.sender()
    const date = await message.received()
    const content = writeMime(message.raw, { bcc: true })
    const file = await open(this.#part, 'a')
    try {
      for await (const piece of writeMbox([{ sender: address, date, content }])) {
        await file.write(piece)
        this.#size += piece.length
      }
      await file.sync()
    } finally {
      await file.close()
    }
    await appendFile(
      this.#journal,
      `${JSON.stringify({ message: reference, end: this.#size } satisfies JournalLine)}\n`,
    )
  }

  /** All messages are in it. */
  async finish(): Promise<void> {
    await rename(this.#part, this.#path)
    await rm(this.#journal, { force: true })
  }

  get #part(): string {
    return `${this.#path}.part`
  }

  get #journal(): string {
    return `${this.#path}.journal`
  }
}
