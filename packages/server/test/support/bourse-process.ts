import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { freePort } from './peers/programs.ts'

const MAIN = fileURLToPath(new URL('../../../cli/bin/bourse.js', import.meta.url))

/** How many lines of its log are kept, to be shown if it fails. */
const LOG_LINES = 50

/** The server as the `bourse` command runs it, in a process of its own that can be killed and started again. It keeps its ports and data. */
export interface BourseProcess extends AsyncDisposable {
  readonly url: string
  readonly smtpPort: number
  /** The data folder. */
  readonly data: string
  /** The configuration file. */
  readonly config: string
  /** Resolves when it takes requests. */
  start(): Promise<void>
  /** Ends it as if the power had failed, as far as processes go (SIGKILL); resolves when it is gone. */
  kill(): Promise<void>
}

/** Starts a server with an organization, and further settings, as YAML. */
export async function startBourseProcess(organization: string, yaml = ''): Promise<BourseProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'bourse-process-'))
  const config = join(folder, 'bourse.yaml')
  const [http, smtp] = [await freePort(), await freePort()]
  writeFileSync(join(folder, 'organization.yaml'), organization)
  writeFileSync(
    config,
    'data: ./data\norganization: ./organization.yaml\nlog: { format: json }\n' +
      `listen: { https: [], http: ["127.0.0.1:${http}"], smtp: ["127.0.0.1:${smtp}"], monitoring: null }\n${yaml}`,
  )
  let child: ChildProcess | undefined
  const server: BourseProcess = {
    url: `http://127.0.0.1:${http}`,
    smtpPort: smtp,
    data: join(folder, 'data'),
    config,
    async start() {
      const started = spawn(process.execPath, [MAIN, 'serve', '--config', config], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      child = started
      await listening(started, 2)
    },
    async kill() {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
    async [Symbol.asyncDispose]() {
      await server.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  try {
    await server.start()
  } catch (error) {
    await server[Symbol.asyncDispose]()
    throw error
  }
  return server
}

/** Waits until a server listens on so many addresses. */
async function listening(child: ChildProcess, count: number): Promise<void> {
  let left = count
  const lines: string[] = []
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}:\n${lines.join('\n')}`)))
    createInterface({ input: child.stdout! }).on('line', (line) => {
      lines.push(line)
      if (lines.length > LOG_LINES) lines.shift()
      if (line.includes('"listening"') && --left === 0) resolve()
    })
  })
}
