import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** A server in a process of its own. */
export interface ServerProcess extends AsyncDisposable {
  readonly port: number
  /** Where it takes mail from outside. */
  readonly smtpPort: number | undefined
  /** Its resident memory in bytes; undefined where the system has no /proc. */
  memory(): number | undefined
  /** The most of it since the last call, or the start. */
  peakMemory(): number | undefined
}

/** The bare server that echoes. */
export function startEcho(): Promise<ServerProcess> {
  return start([pathOf('./echo-server.ts')])
}

export const PASSWORD = 'correct horse'

export function userName(i: number): string {
  return `user${i}`
}

/**
 * The server with a mailbox for each of `users` users, in a folder that goes with it. `settings` are further lines of its configuration; with `smtp`
 * it takes mail from outside.
 */
export async function startBourse(
  users: number,
  settings = '',
  { smtp = false } = {},
): Promise<ServerProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'bourse-server-bench-'))
  const declarations = Array.from(
    { length: users },
    (_, i) => `  - { name: ${userName(i)}, initialPassword: ${PASSWORD} }\n`,
  )
  const organization = `organization: Example\ndomains: [example.com]\nusers:\n${declarations.join('')}`
  writeFileSync(join(folder, 'organization.yaml'), organization)
  writeFileSync(
    join(folder, 'bourse.yaml'),
    'data: ./data\norganization: ./organization.yaml\n' +
      `listen: { https: [], http: ["127.0.0.1:0"], smtp: [${smtp ? '"127.0.0.1:0"' : ''}], monitoring: null }\n` +
      `sessions: { perUser: 10000 }\nlimits: { operationsPerSecond: 0 }\nlog: { format: json }\n${settings}`,
  )
  const main = pathOf('../../../cli/bin/bourse.js')
  const options = process.env.BENCH_SERVER_OPTIONS?.split(' ') ?? []
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  try {
    return await start([...options, main, 'serve', '--config', join(folder, 'bourse.yaml')], remove, smtp)
  } catch (error) {
    remove()
    throw error
  }
}

/** Runs a program of Node.js until it prints where it listens. */
async function start(
  args: readonly string[],
  remove: () => void = () => {},
  smtp = false,
): Promise<ServerProcess> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ports = await listeningPorts(child, smtp)
  const statusOf = (field: string): number | undefined => {
    if (process.platform !== 'linux') return undefined
    const status = readFileSync(`/proc/${child.pid}/status`, 'latin1')
    const kilobytes = new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
  }
  return {
    port: ports.http,
    smtpPort: ports.smtp,
    memory: () => statusOf('VmRSS'),
    peakMemory() {
      const peak = statusOf('VmHWM')
      // Begins anew (proc(5)).
      if (peak !== undefined) writeFileSync(`/proc/${child.pid}/clear_refs`, '5')
      return peak
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null) {
        const exited = once(child, 'exit')
        child.kill('SIGTERM')
        await exited
      }
      remove()
    },
  }
}

interface Ports {
  readonly http: number
  readonly smtp: number | undefined
}

function listeningPorts(child: ChildProcess, needsSmtp: boolean): Promise<Ports> {
  let http: number | undefined
  let smtp: number | undefined
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The server ended with code ${code}.`)))
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const [, scheme, port] =
        (line.includes('listening') && /(smtp:\/\/)?127\.0\.0\.1:(\d+)/.exec(line)) || []
      if (port === undefined) return
      if (scheme === undefined) http ??= Number(port)
      else smtp ??= Number(port)
      if (http !== undefined && (!needsSmtp || smtp !== undefined)) resolve({ http, smtp })
    })
  })
}

function pathOf(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url))
}
