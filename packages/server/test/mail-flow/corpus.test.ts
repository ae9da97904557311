import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MailSession } from '@bourse/client'
import { readMime, writeMime } from '@bourse/formats/mime'
import { PidTagMessageClass } from '@bourse/mapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { factsOfMessage, factsOfMime } from '../../../formats/test/support/mail-facts.ts'
import { bytesOf, streamOf } from '../../../formats/test/support/streams.ts'
import { openFixture } from '../../../store/test/support/fixture.ts'
import { dnOf, type LiveServer, startLiveServer } from '../support/live-server.ts'
import { logOnTo, portOf } from '../support/peers/mailbox.ts'
import { sendOnce } from '../support/smtp-sender.ts'

const FOLDER = join(import.meta.dirname, '../../../formats/test/data/mail')
const ALICE = `Alice Adams <${dnOf('alice')}>`
const FROM = 'erin@elsewhere.test'
const files = globSync('**/*.eml', { cwd: FOLDER }).sort()

/** The whole way: by SMTP into a mailbox, over MAPI/HTTP to a client, which writes MIME of it. What is left of each on that way is what conversion alone leaves. */
describe('messages as they occur in the wild', { timeout: 240_000 }, () => {
  let live: LiveServer
  let alice: MailSession

  beforeAll(async () => {
    live = await startLiveServer('workers: 1', undefined, { smtp: '["127.0.0.1:0"]' })
    alice = await logOnTo(live, 'alice')
  }, 60_000)

  afterAll(async () => {
    await alice[Symbol.asyncDispose]()
    await live[Symbol.asyncDispose]()
  })

  const port = (): number => portOf(live.server.smtpUrls[0])

  it('have the same text, people, dates and attachments after it', async () => {
    const inbox = await alice.store.inbox()
    await using fixture = await openStore()
    const { store, folder } = fixture
    const seen = new Set<bigint>()
    const sent = new Set<string>()
    for (const file of files) {
      // As SMTP has it. Some are there twice, and a message that was delivered is not delivered again.
      const message = readFileSync(join(FOLDER, file), 'latin1').replace(/\r?\n/g, '\r\n')
      if (sent.has(message)) continue
      sent.add(message)
      const isTaken = await sendOnce({
        port: port(),
        from: FROM,
        to: 'alice@example.com',
        message,
      })
      expect([file, isTaken]).toEqual([file, true])

      const ids: bigint[] = []
      for await (const { id } of inbox.messages()) if (!seen.has(id)) ids.push(id)
      expect([file, ids.length]).toEqual([file, 1])
      seen.add(ids[0]!)
      await using arrived = await inbox.openMessage(ids[0]!)

      // Who has sent it counts where it does not say itself whom it is from.
      const original = Buffer.from(`Return-Path: <${FROM}>\r\n${message}`, 'latin1')
      await using created = await store.createMessage(folder)
      await readMime(streamOf(original), created, { names: store })
      await using converted = await store.openMessage(folder, await created.save())
      const facts = await factsOfMessage(arrived.raw)
      const expected = await factsOfMessage(converted)
      const [written, other] = await Promise.all([arrived.raw, converted].map(writtenFacts))
      // Reports are for who gets them.
      const isReport = (await arrived.get(PidTagMessageClass))!.startsWith('REPORT.')
      expect([file, facts]).toEqual([file, isReport ? { ...expected, recipients: ALICE } : expected])
      // Where the original has no date that could be understood, the one that is written is that of its delivery.
      const { date } = facts.date === '' ? written! : other!
      const { recipients } = isReport ? written! : other!
      expect([file, written]).toEqual([file, { ...other, date, recipients }])
    }
  })

  /** A store without a server, in which messages are converted only. */
  async function openStore() {
    const fixture = await openFixture()
    const store = await fixture.store()
    const { folderId: folder } = await store.getReceiveFolder('')
    return { store, folder, [Symbol.asyncDispose]: () => fixture.dispose() }
  }

  async function writtenFacts(message: Parameters<typeof writeMime>[0]) {
    return factsOfMime(await bytesOf(writeMime(message)))
  }
})
