import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { desc, logon } from '@bourse/client'
import { PidTagMessageSize } from '@bourse/mapi'
import {
  type Benchmark,
  type BenchmarkResult,
  type Comparison,
  median,
  summarize,
} from '../../../tools/bench/index.ts'
import { type Dovecot, startDovecot } from '../test/support/peers/dovecot.ts'
import { type Postfix, startPostfix } from '../test/support/peers/postfix.ts'
import { whyNoPeers } from '../test/support/peers/programs.ts'
import { PASSWORD, type ServerProcess, startBourse, userName } from './support/processes.ts'
import { type LoadMessage, SmtpConnection } from './support/smtp-load.ts'
import { startSmtpSink } from './support/smtp-sink.ts'

const USERS = 20
const ROUNDS = 5
const ROUND_MS = 1000
const WARM_UP_MS = 1000
/** Compilers take so long to be done with a server that has just been started. */
const START_MS = 15_000
const MEBIBYTE = 1 << 20

const CORPUS = join(import.meta.dirname, '../../formats/test/data/mail')

/** A way of sending: how many connections, with how many recipients each message, and what else is in it. */
interface Load {
  readonly name: string
  readonly connections: number
  readonly recipients: number
  /** Bytes of an attachment that each message has. */
  readonly attachment?: number
}

const LOADS: readonly Load[] = [
  { name: '1 connection', connections: 1, recipients: 1 },
  { name: '10 connections', connections: 10, recipients: 1 },
  { name: '50 connections', connections: 50, recipients: 1 },
  { name: '10 connections, 5 recipients', connections: 10, recipients: 5 },
  { name: '10 connections, 100 KB', connections: 10, recipients: 1, attachment: 75_000 },
]

/** A mail server with what stands behind it. */
interface Peer {
  readonly port: number
  /** Resolves when all messages that were accepted are in the mailboxes. Takes how many, since the last call. */
  delivered(expected: ReadonlyMap<string, number>): Promise<void>
}

let lastNumber = 0

/** The messages of the corpus, each as if it were a new one. */
function* messages({ recipients, attachment }: Load, users: number): Generator<LoadMessage> {
  const files = globSync('**/*.eml', { cwd: CORPUS }).sort()
  const corpus = files.map((file) => normalize(readFileSync(join(CORPUS, file), 'latin1')))
  const file = Buffer.alloc(attachment ?? 0, 'All work and no play. ').toString('base64')
  const lines = file.replace(/.{76}/g, '$&\r\n')
  for (;;) {
    for (const text of corpus) {
      const number = ++lastNumber
      const to = Array.from({ length: recipients }, (_, i) => `${userName((number + i) % users)}@example.com`)
      const head = `Message-ID: <${number}.${process.pid}@bench.test>\r\n`
      const body =
        attachment === undefined
          ? text
          : `Subject: File ${number}\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\n` +
            `Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=file.bin\r\n\r\n${lines}\r\n`
      yield { recipients: to, data: Buffer.from(`${head}${body}.\r\n`, 'latin1') }
    }
  }
}

/** As SMTP wants it: line ends, dots, and no other Message-ID. */
function normalize(text: string): string {
  const lines = text.split(/\r\n|\r|\n/)
  if (lines.at(-1) === '') lines.pop()
  return lines
    .filter((line) => !/^(?:message-id|received|from )/i.test(line))
    .map((line) => `${line.startsWith('.') ? '.' : ''}${line}\r\n`)
    .join('')
}

/** Nanoseconds per message: until the server had taken all, and until all were in their mailboxes. */
interface RoundTimes {
  readonly accepted: number
  readonly delivered: number
}

async function timeRound(peer: Peer, load: Load, milliseconds: number, users = USERS): Promise<RoundTimes> {
  const source = messages(load, users)
  const connections = await Promise.all(
    Array.from({ length: load.connections }, () => SmtpConnection.open(peer.port)),
  )
  const expected = new Map<string, number>()
  let count = 0
  const start = performance.now()
  const end = start + milliseconds
  await Promise.all(
    connections.map(async (connection) => {
      while (performance.now() < end) {
        const message = source.next().value as LoadMessage
        await connection.send(message)
        count++
        for (const address of message.recipients) expected.set(address, (expected.get(address) ?? 0) + 1)
      }
    }),
  )
  const accepted = performance.now()
  await peer.delivered(expected)
  const delivered = performance.now()
  for (const connection of connections) connection.close()
  return { accepted: ((accepted - start) * 1e6) / count, delivered: ((delivered - start) * 1e6) / count }
}

function comparison(
  name: string,
  ours: readonly number[],
  baseline: readonly number[],
  baselineName: string,
): Comparison {
  const goal = 1
  const ratio = median(baseline.map((time, i) => time / ours[i]!))
  return {
    name,
    ours: summarize(ours),
    baselineName,
    baseline: summarize(baseline),
    ratio,
    goal,
    reached: ratio >= goal,
  }
}

function postfixPeer(postfix: Postfix, dovecot: Dovecot): Peer {
  const totals = new Map<string, number>()
  return {
    port: postfix.port,
    async delivered(expected) {
      for (const [address, count] of expected) {
        const total = (totals.get(address) ?? 0) + count
        totals.set(address, total)
        while ((await dovecot.countOf(address)) < total)
          await new Promise((resolve) => setTimeout(resolve, 10))
      }
    },
  }
}

/** Its answer says that the message is in all mailboxes. */
function boursePeer(server: ServerProcess): Peer {
  return { port: server.smtpPort!, async delivered() {} }
}

const throughput: Benchmark = {
  name: 'server/mailflow',
  unit: 'per message of the corpus: taken durably (250), and in its mailbox',
  async run(): Promise<BenchmarkResult> {
    const why = whyNoPeers(['postfix', 'dovecot'])
    await using server = await startBourse(USERS, 'mail: { incoming: { connections: 1000 } }\n', {
      smtp: true,
    })
    const ours = boursePeer(server)
    await using peers = new AsyncDisposableStack()
    let baseline: Peer | undefined
    if (why === undefined) {
      const dovecot = peers.use(await startDovecot())
      const postfix = peers.use(await startBaseline(dovecot))
      baseline = postfixPeer(postfix, dovecot)
    }
    const both = baseline === undefined ? [ours] : [ours, baseline]
    for (const peer of both) await timeRound(peer, LOADS[1]!, START_MS)
    const comparisons: Comparison[] = []
    for (const load of LOADS) {
      const times: RoundTimes[][] = both.map(() => [])
      for (const peer of both) await timeRound(peer, load, WARM_UP_MS)
      for (let round = 0; round < ROUNDS; round++) {
        for (let turn = 0; turn < both.length; turn++) {
          const i = (round + turn) % both.length
          times[i]!.push(await timeRound(both[i]!, load, ROUND_MS))
        }
      }
      for (const what of ['accepted', 'delivered'] as const) {
        const [own, others] = times.map((rounds) => rounds.map((round) => round[what]))
        const name = `${what}, ${load.name}`
        comparisons.push(
          others === undefined
            ? { name, ours: summarize(own!) }
            : comparison(name, own!, others, 'Postfix, Dovecot LMTP'),
        )
      }
    }
    const rates = comparisons.map(({ name, ours, baseline }) => {
      const theirs = baseline === undefined ? '' : `, Postfix ${perSecond(baseline.median)}`
      return `${name}: ${perSecond(ours.median)}${theirs}`
    })
    const notes = [
      'Bourse answers 250 when the message is in all mailboxes; Postfix when it is in its queue.',
      ...(why === undefined ? [] : [`No baseline: ${why}`]),
    ]
    return { comparisons, notes: [...rates, ...notes] }
  },
}

/** As Debian configures it, but that nothing slows its clients down. */
function startBaseline(dovecot: Dovecot): Promise<Postfix> {
  return startPostfix({
    mailboxes: Array.from({ length: USERS }, (_, i) => `${userName(i)}@example.com`),
    settings: {
      virtual_transport: `lmtp:inet:127.0.0.1:${dovecot.port}`,
      smtpd_client_connection_count_limit: '0',
      in_flow_delay: '0',
    },
  })
}

function perSecond(nanoseconds: number): string {
  return `${(1e9 / nanoseconds).toFixed(0)} messages/s`
}

const SMALL = 10 * MEBIBYTE
const LARGE = 150 * MEBIBYTE

const memory: Benchmark = {
  name: 'server/mailflow-memory',
  unit: 'a message of many MiB',
  async run(): Promise<BenchmarkResult> {
    await using sink = await startSmtpSink()
    await using server = await startBourse(
      1,
      'mail: { incoming: { messageSize: 200 MB }, outgoing: { via: smarthost, ' +
        `smarthost: { host: 127.0.0.1, port: ${sink.port}, tls: none } } }\n`,
      { smtp: true },
    )
    const peer = boursePeer(server)
    await timeRound(peer, { name: '', connections: 1, recipients: 1 }, 500, 1)
    // What a small one takes is the work; what a large one takes above that would be its contents.
    const arrivals = []
    for (const size of [SMALL, LARGE, LARGE]) {
      const data = largeMessage(size, arrivals.length)
      arrivals.push(
        await observe(`arrives, ${mebibytes(size)}`, server, size, async () => {
          const connection = await SmtpConnection.open(peer.port)
          await connection.send({ recipients: [`${userName(0)}@example.com`], data })
          connection.close()
        }),
      )
    }
    await using session = await logon({
      address: `${userName(0)}@example.com`,
      password: PASSWORD,
      server: `http://127.0.0.1:${server.port}`,
    })
    const inbox = await session.store.inbox()
    const [large] = await Array.fromAsync(inbox.messages({ orderBy: desc(PidTagMessageSize), limit: 1 }))
    await using message = await inbox.openMessage(large!.id)
    await using answer = await message.forward({ to: 'erin@elsewhere.test' })
    await answer.save()
    const leaves = await observe(`is sent, ${mebibytes(LARGE)}`, server, LARGE, async () => {
      const gone = sink.next()
      await answer.send()
      if ((await gone) < LARGE) throw new Error('Some of the message is missing.')
    })
    const all = [...arrivals, leaves]
    return { comparisons: all.map(({ comparison }) => comparison), notes: all.map(({ note }) => note) }
  },
}

/** Takes the time of some work of a server, and how much more memory it takes meanwhile than before. */
async function observe(
  name: string,
  server: ServerProcess,
  bytes: number,
  work: () => Promise<void>,
): Promise<{ readonly comparison: Comparison; readonly note: string }> {
  const idle = server.memory()
  server.peakMemory()
  const start = performance.now()
  await work()
  const time = (performance.now() - start) * 1e6
  const peak = server.peakMemory()
  const note =
    idle === undefined || peak === undefined
      ? 'memory cannot be read on this system'
      : `${name}: ${mebibytes(peak - idle)} above the ${mebibytes(idle)} before`
  return { comparison: { name, ours: summarize([time]), bytes }, note }
}

function mebibytes(bytes: number): string {
  return `${(bytes / MEBIBYTE).toFixed(0)} MiB`
}

/** A message with a text and a file, which has nearly all the bytes. */
function largeMessage(size: number, number: number): Buffer {
  const line = `${Buffer.alloc(57, 0xa5).toString('base64')}\r\n`
  return Buffer.concat([
    Buffer.from(
      `Message-ID: <large.${number}@bench.test>\r\nSubject: Large\r\nMIME-Version: 1.0\r\n` +
        'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHere it is.\r\n' +
        '--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n' +
        'Content-Disposition: attachment; filename=large.bin\r\n\r\n',
    ),
    Buffer.alloc(size - (size % line.length), line),
    Buffer.from('--b--\r\n.\r\n'),
  ])
}

export default [throughput, memory]
