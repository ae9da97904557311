import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { sendRequest } from '../test/support/http-client.ts'
import { FUZZ_ORGANIZATION } from './organization.ts'

const MAIN = join(import.meta.dirname, '../../cli/bin/bourse.js')

/** Limits low enough to be reached, times short enough to pass; only wrong passwords may be many. */
const CONFIGURATION = `
data: data
organization: organization.yaml
workers: 2
listen: { https: [], http: ["127.0.0.1:0"], monitoring: "127.0.0.1:0" }
authentication: { failureDelay: 0ms, failuresPerAccount: 1000000, failuresPerAddress: 1000000 }
sessions: { perUser: 300, idleTimeout: 15s, notificationWait: 5s, keepAlive: 1s }
limits: { requestTimeout: 5s, headersTimeout: 3s, keepAliveTimeout: 10s }
log: { format: json, level: info }
`

/** A line of the server's log. */
export interface LogLine {
  readonly level: string
  readonly msg: string
  readonly requestId?: string
  readonly rop?: string
  readonly request?: string
  readonly err?: { readonly stack?: string; readonly message?: string }
}

/** A server of its own, in a process that can be watched from outside. */
export interface ServerProcess extends AsyncDisposable {
  readonly url: string
  readonly process: ChildProcess
  /** What it wrote that is no line of its log. */
  readonly otherOutput: readonly string[]
  /** The sum of all values of a metric, or of those with a label. */
  metric(name: string, label?: string): Promise<number>
}

/** Starts a server with empty mailboxes. `onLine` is called for what it warns of. */
export async function startServerProcess(onLine: (line: LogLine) => void): Promise<ServerProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'bourse-fuzz-'))
  writeFileSync(join(folder, 'organization.yaml'), FUZZ_ORGANIZATION)
  writeFileSync(join(folder, 'bourse.yaml'), CONFIGURATION)
  const child = spawn(process.execPath, [MAIN, 'serve'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  const otherOutput: string[] = []
  const { promise: listening, resolve: found, reject: failed } = Promise.withResolvers<Listening>()
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', (text) => {
      const line = parseLine(text)
      if (line === undefined) otherOutput.push(text)
      else if (line.level === 'error' || line.level === 'warn') onLine(line)
      else if (line.msg === 'listening') found(line as never)
    })
  }
  child.once('exit', () => failed(new Error(`the server does not start:\n${otherOutput.join('\n')}`)))
  const { url, monitoring } = await listening
  return {
    url,
    process: child,
    otherOutput,
    async metric(name, label = '') {
      const { body } = await sendRequest(`${monitoring}/metrics`, { method: 'GET' })
      const lines = body.toString().split('\n')
      const own = lines.filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
      return own
        .filter((line) => line.includes(label))
        .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) {
        const exit = new Promise((resolve) => child.once('exit', resolve))
        child.kill('SIGTERM')
        await exit
      }
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

interface Listening {
  readonly url: string
  readonly monitoring: string
}

function parseLine(text: string): LogLine | undefined {
  if (!text.startsWith('{')) return undefined
  try {
    return JSON.parse(text) as LogLine
  } catch {
    return undefined
  }
}
