import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { MailAttachment, MailMessage } from '@bourse/client'
import { PidTagTransportMessageHeaders } from '@bourse/mapi'
import type { Command } from 'commander'
import { type Context, newCommand, pathIn } from '../context.ts'
import { freeFileName } from '../mail/file-name.ts'
import { storeOf } from '../mail/find-folder.ts'
import { type MailOptions, withMailOptions, withSession } from '../mail/options.ts'
import { openReferenced } from '../mail/references.ts'
import { formatTime, isoTime } from '../output/date.ts'
import { formatSize } from '../output/size.ts'
import { oneLine } from '../output/table.ts'
import { writeJson } from '../output/write-rows.ts'

interface ShowOptions extends MailOptions {
  readonly html?: boolean
  readonly headers?: boolean
  readonly save?: string
  readonly peek?: boolean
}

/** Shows a message, and marks it as read. */
export function showCommand(context: Context): Command {
  const command = newCommand('show', 'show a message and mark it as read', [
    'bourse show 10d.3e8',
    'bourse show 10d.3e8 --save ~/Downloads',
  ])
    .argument('<message>', 'as the first column of a listing names it')
    .option('--html', 'the body as HTML')
    .option('--headers', 'the Internet headers, too')
    .option('--save <folder>', 'save the attached files to a folder')
    .option('--peek', 'leave it unread')
  return withMailOptions(command).action((reference: string, options: ShowOptions) =>
    withSession(context, options, async (session) => {
      const message = await openReferenced(await storeOf(session, options), reference)
      if (options.json === true) await writeAsJson(context, message, options)
      else await writeForPeople(context, message, options)
      if (options.save !== undefined) {
        await saveAttachments(context, await message.attachments(), pathIn(context, options.save))
      }
      if (options.peek !== true) await message.markRead()
    }),
  )
}

/** What is shown of every message, whatever the form. */
async function readHead(message: MailMessage) {
  const [subject, from, received, recipients, attachments] = await Promise.all([
    message.subject(),
    message.from(),
    message.received(),
    message.recipients(),
    message.attachments(),
  ])
  return { subject, from, received, recipients, attachments }
}

async function writeForPeople(
  { surroundings: { output } }: Context,
  message: MailMessage,
  { html, headers }: ShowOptions,
): Promise<void> {
  const { subject, from, received, recipients, attachments } = await readHead(message)
  const line = (title: string, text: string): void => {
    if (text !== '') output.write(`${`${title}:`.padEnd(10)}${oneLine(text)}\n`)
  }
  line('From', nameAndAddress(from))
  for (const [kind, title] of [
    ['to', 'To'],
    ['cc', 'Cc'],
    ['bcc', 'Bcc'],
  ] as const) {
    line(
      title,
      recipients
        .filter((recipient) => recipient.kind === kind)
        .map(nameAndAddress)
        .join(', '),
    )
  }
  line('Received', formatTime(received))
  line('Subject', subject)
  for (const { name, size, kind } of attachments) {
    line('Attached', `${name} (${kind === 'file' ? formatSize(size) : kind})`)
  }
  if (headers === true) output.write(`\n${(await message.get(PidTagTransportMessageHeaders)) ?? ''}`)
  const body = html === true ? await message.html() : withoutControls(await message.text())
  output.write(`\n${body.trimEnd()}\n`)
}

async function writeAsJson(
  { surroundings: { output } }: Context,
  message: MailMessage,
  { html, headers }: ShowOptions,
): Promise<void> {
  const { subject, from, received, recipients, attachments } = await readHead(message)
  writeJson(output, {
    subject,
    from: { name: from.name, address: from.address ?? null },
    received: isoTime(received) ?? null,
    recipients: recipients.map(({ kind, name, address }) => ({ kind, name, address: address ?? null })),
    attachments: attachments.map(({ number, kind, name, size, contentType }) => ({
      number,
      kind,
      name,
      size,
      contentType: contentType ?? null,
    })),
    ...(html === true ? { html: await message.html() } : { text: await message.text() }),
    ...(headers === true ? { headers: (await message.get(PidTagTransportMessageHeaders)) ?? null } : {}),
  })
}

async function saveAttachments(
  context: Context,
  attachments: readonly MailAttachment[],
  folder: string,
): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const attachment of attachments) {
    if (attachment.kind !== 'file') continue
    const path = join(folder, freeFileName(folder, attachment.name))
    await pipeline(attachment.stream(), createWriteStream(path, { flags: 'wx' }))
    context.surroundings.errorOutput.write(`saved ${path}\n`)
  }
}

function nameAndAddress({
  name,
  address,
}: {
  readonly name: string
  readonly address: string | undefined
}): string {
  if (address === undefined || address === name) return name || (address ?? '')
  return name === '' ? address : `${name} <${address}>`
}

/** Control characters could steer the terminal; line ends and tabs may stay. */
function withoutControls(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(/[^\P{Cc}\n\t]/gu, '')
}
