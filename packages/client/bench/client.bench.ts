import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { authenticatedFetch, connect, type ExchangeStore, logOn } from '@bourse/client/exchange'
import {
  type Folder,
  PidTagAttachDataBinary,
  PidTagAttachLongFilename,
  PidTagAttachMethod,
  PidTagBody,
  PidTagClientSubmitTime,
  PidTagSentRepresentingName,
  PidTagSubject,
} from '@bourse/mapi'
import { ImapFlow } from 'imapflow'
import { type Benchmark, type Comparison, compareAsync } from '../../../tools/bench/index.ts'
import { PASSWORD, startBourse, userName } from '../../server/bench/support/processes.ts'
import { dnOf } from '../../server/bench/support/raw-transport.ts'
import {
  type Dovecot,
  hasDovecot,
  PASSWORD as IMAP_PASSWORD,
  USER as IMAP_USER,
  startDovecot,
} from './support/dovecot.ts'

const MESSAGES = Number(process.env.BENCH_MESSAGES ?? 10_000)
const OPENED = Math.min(500, MESSAGES)
const MEGABYTES = Number(process.env.BENCH_MEGABYTES ?? 100)
const PART = 256 * 1024
/** Messages that are made, or read, side by side. */
const AT_ONCE = 50

const body = (i: number): string =>
  `This is message ${i}.\r\n${'All work and no play makes Jack a dull boy.\r\n'.repeat(40)}`
const time = 133_500_000_000_000_000n

/** Counts the HTTP requests of what it is used for. */
class Counter {
  count = 0
  readonly fetch: typeof fetch = (input, init) => {
    this.count++
    return fetch(input, init)
  }

  async of(work: () => Promise<unknown>): Promise<number> {
    const before = this.count
    await work()
    return this.count - before
  }
}

interface Ours extends AsyncDisposable {
  readonly counter: Counter
  list(): Promise<void>
  openOneByOne(): Promise<void>
  openSideBySide(): Promise<void>
  upload(): Promise<void>
  download(): Promise<void>
}

interface Theirs extends AsyncDisposable {
  list(): Promise<void>
  openOneByOne(): Promise<void>
  openAtOnce(): Promise<void>
  upload(): Promise<void>
  download(): Promise<void>
}

async function startOurs(): Promise<Ours> {
  const server = await startBourse(1)
  const counter = new Counter()
  const user = userName(0)
  const session = await connect({
    url: `http://127.0.0.1:${server.port}/mapi/emsmdb/`,
    userDn: dnOf(0),
    fetch: authenticatedFetch(
      { kind: 'basic', user: `${user}@example.com`, password: PASSWORD },
      counter.fetch,
    ),
  })
  const store = await logOn(session, { mailboxDn: dnOf(0), ownsSession: true })
  const folder = await store.openFolder(store.logon.folders.inbox!)
  const ids = await fill(store, folder)
  let uploaded = 0n

  return {
    counter,
    async list() {
      await using table = await folder.contentsTable()
      const typed = await table.setColumns([
        PidTagSubject,
        PidTagSentRepresentingName,
        PidTagClientSubmitTime,
      ])
      let rows = 0
      for await (const row of typed) if (row.get(PidTagSubject) !== undefined) rows++
      if (rows < MESSAGES) throw new Error(`${rows} rows`)
    },
    async openOneByOne() {
      for (const id of ids.slice(0, OPENED)) await readOne(store, folder.id, id)
    },
    async openSideBySide() {
      for (let at = 0; at < OPENED; at += AT_ONCE)
        await Promise.all(ids.slice(at, at + AT_ONCE).map((id) => readOne(store, folder.id, id)))
    },
    async upload() {
      await using message = await folder.createMessage()
      {
        await using attachment = await message.createAttachment()
        await attachment.setProperties([
          [PidTagAttachMethod, 1],
          [PidTagAttachLongFilename, 'large.bin'],
        ])
        await using stream = await attachment.openStream(PidTagAttachDataBinary, 'create')
        const part = new Uint8Array(PART).fill(0x5a)
        for (let left = MEGABYTES * 2 ** 20; left > 0; left -= PART) await stream.write(part)
        await stream.commit()
        await attachment.save()
      }
      uploaded = await message.save()
    },
    async download() {
      await using message = await store.openMessage(folder.id, uploaded)
      await using attachment = await message.openAttachment(0)
      await using stream = await attachment.openStream(PidTagAttachDataBinary)
      let size = 0
      for await (const part of stream) size += part.length
      if (size !== MEGABYTES * 2 ** 20) throw new Error(`${size} bytes`)
    },
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

async function fill(store: ExchangeStore, folder: Folder): Promise<readonly bigint[]> {
  const ids: bigint[] = []
  const make = async (i: number): Promise<bigint> => {
    await using message = await store.createMessage(folder.id)
    await message.setProperties([
      [PidTagSubject, `Message ${i}`],
      [PidTagSentRepresentingName, `Sender ${i % 100}`],
      [PidTagClientSubmitTime, (time + BigInt(i) * 10_000_000n) as never],
      [PidTagBody, body(i)],
    ])
    return message.save()
  }
  for (let at = 0; at < MESSAGES; at += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, MESSAGES - at) }, (_, i) => make(at + i))
    ids.push(...(await Promise.all(some)))
  }
  return ids
}

async function readOne(store: ExchangeStore, folderId: bigint, id: bigint): Promise<void> {
  await using message = await store.openMessage(folderId, id)
  if ((await message.get(PidTagBody)) === undefined) throw new Error('no body')
}

async function startTheirs(): Promise<Theirs> {
  const server = await startDovecot()
  fillMaildir(server)
  const client = new ImapFlow({
    host: '127.0.0.1',
    port: server.port,
    secure: false,
    auth: { user: IMAP_USER, pass: IMAP_PASSWORD },
    logger: false,
  })
  await client.connect()
  await client.mailboxOpen('INBOX')
  let uploaded: number | undefined

  return {
    async list() {
      let rows = 0
      for await (const { envelope } of client.fetch(`1:${MESSAGES}`, { envelope: true }))
        if (envelope !== undefined) rows++
      if (rows < MESSAGES) throw new Error(`${rows} messages`)
    },
    async openOneByOne() {
      for (let i = 1; i <= OPENED; i++) {
        const found = await client.fetchOne(String(i), { bodyParts: ['TEXT'] })
        if (found === false) throw new Error('no message')
      }
    },
    async openAtOnce() {
      for await (const { bodyParts } of client.fetch(`1:${OPENED}`, { bodyParts: ['TEXT'] }))
        if (bodyParts === undefined) throw new Error('no body')
    },
    async upload() {
      const lines = Buffer.alloc(MEGABYTES * 2 ** 20, 0x5a)
        .toString('base64')
        .replaceAll(/.{76}/g, '$&\r\n')
      const appended = await client.append(
        'INBOX',
        `Subject: large\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nhello\r\n--x\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n${lines}\r\n--x--\r\n`,
      )
      uploaded = appended === false ? undefined : appended.uid
    },
    async download() {
      const { content } = await client.download(String(uploaded), '2', { uid: true })
      if (content === undefined) throw new Error('no attachment')
      let size = 0
      for await (const part of content) size += (part as Buffer).length
      if (size !== MEGABYTES * 2 ** 20) throw new Error(`${size} bytes`)
    },
    async [Symbol.asyncDispose]() {
      await client.logout()
      await server[Symbol.asyncDispose]()
    },
  }
}

function fillMaildir({ inbox, own }: Dovecot): void {
  for (let i = 0; i < MESSAGES; i++) {
    const path = join(inbox, `${1_700_000_000 + i}.M${i}.bench:2,`)
    const date = new Date((1_700_000_000 + i) * 1000).toUTCString()
    writeFileSync(
      path,
      `From: Sender ${i % 100} <sender${i % 100}@example.com>\r\nTo: alice@example.com\r\nSubject: Message ${i}\r\nDate: ${date}\r\n\r\n${body(i)}`,
    )
    own(path)
  }
}

const client: Benchmark = {
  name: 'client/exchange',
  unit: `per ${MESSAGES} messages listed, ${OPENED} opened, ${MEGABYTES} MB`,
  async run() {
    await using ours = await startOurs()
    await using theirs = hasDovecot() ? await startTheirs() : undefined
    const baselineName = 'imapflow on Dovecot'
    const comparisons: Comparison[] = []
    const notes: string[] = []
    const measure = async (
      name: string,
      work: () => Promise<void>,
      baseline: (() => Promise<void>) | undefined,
      rounds: number,
    ): Promise<void> => {
      notes.push(`${name}: ${await ours.counter.of(work)} HTTP requests`)
      comparisons.push(
        await compareAsync(name, {
          ours: work,
          ...(baseline === undefined ? {} : { baseline, baselineName }),
          runs: 1,
          rounds,
        }),
      )
    }
    await measure(`list ${MESSAGES}`, ours.list, theirs?.list, 7)
    await measure(`open ${OPENED} one by one`, ours.openOneByOne, theirs?.openOneByOne, 5)
    await measure(`open ${OPENED} at once`, ours.openSideBySide, theirs?.openAtOnce, 5)
    await measure(`upload ${MEGABYTES} MB`, ours.upload, theirs?.upload, 3)
    await measure(`download ${MEGABYTES} MB`, ours.download, theirs?.download, 3)
    if (theirs === undefined)
      notes.push(
        'Dovecot is not here, or not ours to start: apt-get install -y --no-install-recommends dovecot-imapd, as root',
      )
    return { comparisons, notes }
  },
}

export default client
