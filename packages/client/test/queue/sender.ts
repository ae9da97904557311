/**
 * A program for the tests of what outlasts a process: `sender.ts DIRECTORY STAGE`. It puts messages into the queue, writes down what the transports
 * were asked to send, and stands still at a stage until it is killed.
 */
import { appendFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { queueDirectory } from '@bourse/client/node'
import type { Message, Recipient, Transport } from '@bourse/mapi'
import { PidTagEmailAddress, PidTagSubject } from '@bourse/mapi/tags'
import { transportProvider } from '../support/fakes.ts'
import { compose, openLocalSession } from '../support/local-session.ts'

const [, , directory = '', stage = ''] = process.argv

function reached(what: string): void {
  writeSync(1, `${what}\n`)
}

/** Writes down what it sends; at the stage `fax`, the second one never answers. */
function recorder(type: string): Transport {
  return {
    addressTypes: [type],
    async send(message: Message, recipients: readonly Recipient[]) {
      const addresses = recipients.map(({ properties }) => properties.get(PidTagEmailAddress))
      appendFileSync(join(directory, 'sent'), `${await message.get(PidTagSubject)}: ${addresses.join(' ')}\n`)
      if (type === 'FAX' && stage === 'fax') {
        reached('fax')
        await new Promise(() => setInterval(() => {}, 1000))
      }
      return recipients.map((recipient) => ({ recipient, outcome: { kind: 'sent' } }))
    },
    async [Symbol.asyncDispose]() {},
  }
}

const session = await openLocalSession(
  join(directory, 'mail'),
  [
    { name: 'smtp', kind: 'transport', provider: 'smtp', settings: {} },
    { name: 'fax', kind: 'transport', provider: 'fax', settings: {} },
  ],
  [transportProvider('smtp', () => recorder('SMTP')), transportProvider('fax', () => recorder('FAX'))],
  { queue: queueDirectory(join(directory, 'queue')) },
)
if (stage === 'rest') {
  await session.queue.flush({ all: true })
  reached(`left ${(await session.queue.list()).length}`)
  await session[Symbol.asyncDispose]()
} else {
  await session.send(await compose(session.store, 'One', 'bob@example.com', 'FAX:1', 'FAX:2'))
  await session.send(await compose(session.store, 'Two', 'carol@example.com'))
  reached('queued')
  await session.queue.flush()
}
