import { type Message, PidTagMimeSkeleton } from '@bourse/mapi'
import { parseHeader } from './header-block.ts'
import { MAX_ORIGINAL_BYTES, type Recorder, record } from './original.ts'
import type { MimeProblem } from './problem.ts'
import { addFile, writeAll } from './read-attachment.ts'
import { type ReadContext, type ReadMimeOptions, startReading } from './read-context.ts'
import { readMessage } from './read-message.ts'

/** What came of reading a MIME message. */
export interface MimeReport {
  /** What was wrong with it; empty for a good one. */
  readonly problems: readonly MimeProblem[]
  /** PidTagMessageClass. */
  readonly messageClass: string
  /** How many attachments there are now that were not before. */
  readonly attachments: number
  /** The size of the MIME message in bytes. */
  readonly size: number
  /** Whether it is kept as it came, in PidTagMimeSkeleton. */
  readonly originalKept: boolean
}

/** What mailsplit gives its errors when a limit is exceeded. */
const LIMIT_EXCEEDED = 'EMAXLEN'

/**
 * Reads a MIME message into a MAPI message ([MS-OXCMAIL] 2.2.3): sets its properties, recipients and attachments. It is not saved.
 *
 * Whatever the bytes are, a message comes of them: what is malformed is taken for what it most likely means, and named in the report.
 * Rejects only with what `source` or `message` reject with. Attachments and the source are streamed; in memory are bodies up to
 * `MAX_BODY_BYTES`, and up to `MAX_ORIGINAL_BYTES` of the source.
 */
export async function readMime(
  source: AsyncIterable<Uint8Array>,
  message: Message,
  options: ReadMimeOptions = {},
): Promise<MimeReport> {
  const context: ReadContext = { options, problems: new Set(), depth: 0 }
  const recorder = record(
    source,
    options.original === 'always'
      ? Number.POSITIVE_INFINITY
      : options.original === 'never'
        ? 0
        : MAX_ORIGINAL_BYTES,
  )
  let messageClass = 'IPM.Note'
  let attachments = 0
  try {
    const result = await readMessage(recorder.source, message, context)
    messageClass = result.messageClass
    attachments = result.attachments
  } catch (error) {
    if ((error as { code?: unknown }).code !== LIMIT_EXCEEDED) throw error
    context.problems.add('limit')
    attachments = await keepRest(recorder, message, context)
  }
  const problems = [...context.problems]
  const wantsOriginal = options.original === 'always' || (options.original !== 'never' && problems.length > 0)
  const originalKept = wantsOriginal && recorder.isWhole
  if (originalKept) await keepOriginal(recorder, message)
  return { problems, messageClass, attachments, size: recorder.size, originalKept }
}

/** What could not be read becomes a file: the last that was read, and all that follows. */
async function keepRest(recorder: Recorder, message: Message, context: ReadContext): Promise<number> {
  const before = (await message.getAttachmentNumbers()).length
  const reading = startReading(message, parseHeader(''), context)
  await addFile(reading, { fileName: 'rest-of-message.txt', mimeTag: 'text/plain' }, restOf(recorder))
  return before + 1
}

async function* restOf(recorder: Recorder): AsyncGenerator<Uint8Array> {
  yield* recorder.pieces
  yield* recorder.rest()
}

async function keepOriginal(recorder: Recorder, message: Message): Promise<void> {
  await using stream = await message.openStream(PidTagMimeSkeleton, 'create')
  for (const piece of recorder.pieces) await writeAll(stream, piece)
  await stream.commit()
}
