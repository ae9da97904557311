/**
 * An example of a transport provider: puts messages as `.eml` files into a directory for each recipient, as a mail server would that keeps
 * mailboxes there.
 *
 *     { name: 'drop', kind: 'transport', provider: 'file:///…/examples/folder-transport.ts', settings: { directory: '/var/spool/drop' } }
 *
 * The outgoing queue decides which transport gets which recipients, tries again what is `deferred`, and reports what `failed`. So a transport
 * tries once, and says what came of it.
 */
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { writeMime } from '@bourse/formats/mime'
import {
  AddressType,
  type DeliveryOutcome,
  ErrorCode,
  MapiError,
  type Message,
  type OperationOptions,
  PidTagEmailAddress,
  type ProviderModule,
  type Recipient,
  type TransportProvider,
} from '@bourse/mapi'

/** An address that can be the name of a directory. */
const SAFE = /^[\w.+-]+@[\w.-]+$/

async function deliver(message: Message, recipient: Recipient, directory: string): Promise<DeliveryOutcome> {
  const address = recipient.properties.get(PidTagEmailAddress) ?? ''
  if (!SAFE.test(address)) {
    // For good: trying again would not help. 5.1.3 of RFC 3463 is "bad destination mailbox address syntax".
    return { kind: 'failed', reason: `"${address}" is no address that can be delivered to.`, status: '5.1.3' }
  }
  const mailbox = join(directory, address.toLowerCase())
  const part = join(mailbox, `${crypto.randomUUID()}.part`)
  try {
    await mkdir(mailbox, { recursive: true })
    const file = await open(part, 'wx')
    try {
      // Piece by piece, so that a large message is never whole in memory.
      for await (const piece of writeMime(message)) await file.writeFile(piece)
      await file.sync()
    } finally {
      await file.close()
    }
    // There as a whole, or not at all.
    await rename(part, part.replace(/part$/, 'eml'))
    return { kind: 'sent' }
  } catch (error) {
    await rm(part, { force: true })
    // For the moment: a full disk gets room again.
    return { kind: 'deferred', reason: `The directory of ${address} cannot be written to: ${String(error)}` }
  }
}

async function send(
  message: Message,
  recipients: readonly Recipient[],
  directory: string,
  { signal }: OperationOptions,
): Promise<readonly { readonly recipient: Recipient; readonly outcome: DeliveryOutcome }[]> {
  const outcomes: { readonly recipient: Recipient; readonly outcome: DeliveryOutcome }[] = []
  for (const recipient of recipients) {
    if (signal?.aborted === true) {
      if (outcomes.length === 0) throw new MapiError(ErrorCode.UserCanceled)
      // Some have got it; what is not said of the others, the queue tries again.
      return outcomes
    }
    outcomes.push({ recipient, outcome: await deliver(message, recipient, directory) })
  }
  return outcomes
}

export const folderTransportProvider: TransportProvider = {
  kind: 'transport',
  name: 'folder',

  // Programs check settings before they keep them in a profile; each problem is a sentence.
  validate({ directory }) {
    return typeof directory === 'string' ? [] : ['The setting "directory" must name a directory.']
  },

  async open({ directory }, context) {
    const path = resolve(directory as string)
    const found = await stat(path).catch(() => undefined)
    if (found?.isDirectory() !== true) {
      // The session goes on; what is to be sent waits in the queue until the transport can be opened.
      throw new MapiError(ErrorCode.NotFound, { message: `There is no directory ${path}.` })
    }
    context.log('debug', 'The directory is there.')
    return {
      addressTypes: [AddressType.Smtp],
      send: (message, recipients, options = {}) => send(message, recipients, path, options),
      [Symbol.asyncDispose]: async () => {},
    }
  },
}

export default { providers: [folderTransportProvider] } satisfies ProviderModule
