import { logOn, RopSession } from '@bourse/client/exchange'
import {
  PidTagBody,
  PidTagFolderId,
  PidTagMessageDeliveryTime,
  PidTagMessageSize,
  PidTagMid,
  PidTagSubject,
} from '@bourse/mapi'
import { encodeRopInput, getReceiveFolder, registerNotification, ropRequest } from '@bourse/wire/rop'
import {
  type Benchmark,
  type BenchmarkResult,
  type Comparison,
  formatTime,
  median,
  quantile,
  summarize,
} from '../../../tools/bench/index.ts'
import { startBourse, startEcho } from './support/processes.ts'
import { RawConnection } from './support/raw-connection.ts'
import { dnOf, executeBody, RawTransport } from './support/raw-transport.ts'

const USERS = 50
const SESSIONS = 1000
const ROUNDS = 9
const ROUND_MS = 400
/** So many requests does a server answer before anything counts: compilers take that long to be done with it. At most so many milliseconds. */
const WARM_UP_REQUESTS = 30_000
const WARM_UP_MS = 12_000
const ROWS = 50

/** NewMail and ObjectCreated of a whole store ([MS-OXCNOTIF] 2.2.1.2.1.1). */
const CREATED = 0x0006

/** A way to send one request, and to wait for its answer. */
type Send = () => Promise<unknown>

/** Lets all senders send as much as they can for some time; returns nanoseconds per request. */
async function timePerRequest(senders: readonly Send[], milliseconds: number): Promise<number> {
  let count = 0
  const start = performance.now()
  const end = start + milliseconds
  await Promise.all(
    senders.map(async (send) => {
      while (performance.now() < end) {
        await send()
        count++
      }
    }),
  )
  return ((performance.now() - start) * 1e6) / count
}

async function warmUp(senders: readonly Send[]): Promise<void> {
  const end = performance.now() + WARM_UP_MS
  let left = WARM_UP_REQUESTS
  while (left > 0 && performance.now() < end) {
    left -= (ROUND_MS * 1e6) / (await timePerRequest(senders, ROUND_MS))
  }
}

async function compareSenders(
  name: string,
  ours: readonly Send[],
  baseline: readonly Send[],
): Promise<Comparison> {
  const goal = 0.6
  await warmUp(ours)
  await warmUp(baseline)
  const times: [number[], number[]] = [[], []]
  for (let round = 0; round < ROUNDS; round++) {
    for (const i of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      times[i].push(await timePerRequest(i === 0 ? ours : baseline, ROUND_MS))
    }
  }
  const ratio = median(times[1].map((time, i) => time / times[0][i]!))
  return {
    name,
    ours: summarize(times[0]),
    baselineName: 'node:http echo',
    baseline: summarize(times[1]),
    ratio,
    goal,
    reached: ratio >= goal,
  }
}

const execute: Benchmark = {
  name: 'server/execute',
  unit: 'per Execute request with RopGetReceiveFolder; client, server and baseline in processes of their own',
  async run(): Promise<BenchmarkResult> {
    const comparisons: Comparison[] = []
    for (const [name, settings] of [
      ['', ''],
      [', without worker threads', 'workers: 0\n'],
    ] as const) {
      await using server = await startBourse(1, settings)
      await using echo = await startEcho()
      for (const connections of [1, 64]) {
        await using resources = new AsyncDisposableStack()
        const ours: Send[] = []
        const baseline: Send[] = []
        for (let i = 0; i < connections; i++) {
          const transport = resources.use(await RawTransport.connect(server.port, 0))
          const store = await logOn(new RopSession(transport), { mailboxDn: dnOf(0) })
          const fields = { logonId: 0, inputHandleIndex: 0, messageClass: 'IPM.Note' }
          const body = executeBody(encodeRopInput([ropRequest(getReceiveFolder, fields)], [store.handle]))
          ours.push(() => transport.post('Execute', body))
          const connection = await RawConnection.open(echo.port)
          resources.defer(() => connection.close())
          // Letter for letter the same requests.
          baseline.push(() => connection.post(transport.headOf('Execute'), body))
        }
        const title = `${connections} connection${connections === 1 ? '' : 's'}${name}`
        comparisons.push(await compareSenders(title, ours, baseline))
      }
    }
    return { comparisons }
  },
}

const open: Benchmark = {
  name: 'server/open-inbox',
  unit: `logon, open the inbox of 200 messages, set columns, query ${ROWS} rows`,
  async run(): Promise<BenchmarkResult> {
    await using server = await startBourse(1)
    {
      await using transport = await RawTransport.connect(server.port, 0)
      const store = await logOn(new RopSession(transport), { mailboxDn: dnOf(0) })
      for (let i = 0; i < 200; i++) {
        await using message = await store.createMessage(store.logon.folders.inbox!)
        await message.setProperties([
          [PidTagSubject, `Message ${i}`],
          [PidTagBody, 'x'.repeat(500)],
        ])
        await message.save()
      }
    }
    await using transport = await RawTransport.connect(server.port, 0)
    const session = new RopSession(transport)
    const times: number[] = []
    for (let i = 0; i < 220; i++) {
      const start = performance.now()
      await using store = await logOn(session, { mailboxDn: dnOf(0) })
      await using inbox = await store.openFolder(store.logon.folders.inbox!)
      await using table = await inbox.contentsTable()
      const columns = [PidTagMid, PidTagFolderId, PidTagSubject, PidTagMessageDeliveryTime, PidTagMessageSize]
      const { rows } = await (await table.setColumns(columns)).queryRows(ROWS)
      if (rows.length !== ROWS) throw new Error(`${rows.length} rows`)
      // The first are a warm-up.
      if (i >= 20) times.push((performance.now() - start) * 1e6)
    }
    return { comparisons: [{ name: 'all of it', ours: summarize(times) }], notes: [percentiles(times)] }
  },
}

const storm: Benchmark = {
  name: 'server/sessions',
  unit: `${SESSIONS} sessions of ${USERS} users`,
  async run(): Promise<BenchmarkResult> {
    await using server = await startBourse(USERS)
    const before = server.memory()
    const logons: number[] = []
    const start = performance.now()
    const sessions = await Promise.all(
      Array.from({ length: SESSIONS }, async (_, i) => {
        const transport = await RawTransport.connect(server.port, i % USERS)
        const session = new RopSession(transport)
        const store = await logOn(session, { mailboxDn: dnOf(i % USERS) })
        logons.push((performance.now() - start) * 1e6)
        return { transport, session, store }
      }),
    )
    const storm = performance.now() - start
    await Promise.all(
      sessions.map(({ session, store }) =>
        session.call(
          registerNotification,
          store.handle,
          { notificationTypes: CREATED, reserved: undefined, wantWholeStore: true } as never,
          { output: true },
        ),
      ),
    )
    let answered = 0
    let onAnswer: () => void = () => {}
    const waiting = sessions.map(async ({ transport }, i) => {
      await transport.waitForNotifications()
      answered++
      onAnswer()
      return i
    })
    waiting.forEach((wait) => {
      wait.catch(() => {})
    })
    await new Promise((resolve) => setTimeout(resolve, 2000))
    if (answered > 0) throw new Error('Nothing had changed, but sessions were answered.')
    const after = server.memory()

    const answers: number[] = []
    for (let user = 0; user < USERS; user++) {
      await using transport = await RawTransport.connect(server.port, user)
      const store = await logOn(new RopSession(transport), { mailboxDn: dnOf(user) })
      await using message = await store.createMessage(store.logon.folders.inbox!)
      await message.setProperties([[PidTagSubject, 'News']])
      const saved = performance.now()
      onAnswer = () => answers.push((performance.now() - saved) * 1e6)
      await message.save()
      await Promise.all(waiting.filter((_, i) => i % USERS === user))
    }
    for (const { transport } of sessions) await transport[Symbol.asyncDispose]()
    const memory =
      before === undefined || after === undefined
        ? 'memory cannot be read on this system'
        : `${((after - before) / SESSIONS / 1024).toFixed(1)} KiB of resident memory for each`
    return {
      comparisons: [
        { name: 'from save to answer', ours: summarize(answers) },
        { name: 'Connect and logon, from the start of the storm', ours: summarize(logons) },
      ],
      notes: [
        `${SESSIONS} sessions wait: ${memory}, mailboxes, passwords and connections included`,
        `from save to answer, ${SESSIONS / USERS} sessions at a time: ${percentiles(answers)}`,
        `login storm: ${SESSIONS} sessions in ${formatTime(storm * 1e6)}, ${percentiles(logons)}`,
      ],
    }
  },
}

function percentiles(times: readonly number[]): string {
  return `p50 ${formatTime(quantile(times, 0.5))}, p99 ${formatTime(quantile(times, 0.99))}`
}

export default [execute, open, storm]
