import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'

/** Where administrators' programs are, even where the path of a user does not say so. */
const FOLDERS = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/bin']

/** The path of a program of this machine; undefined if it is not installed. */
export function findProgram(name: string): string | undefined {
  return FOLDERS.map((folder) => join(folder, name)).find((path) => existsSync(path))
}

/**
 * Why tests with other programs cannot run here: some are not installed, or it takes root to start them. `undefined` if they can, and in CI, which
 * installs them and would else pass without them.
 */
export function whyNoPeers(programs: readonly string[]): string | undefined {
  if (process.env.CI !== undefined) return undefined
  const missing = programs.filter((name) => findProgram(name) === undefined)
  const isRoot = process.getuid?.() === 0
  const why =
    missing.length > 0
      ? `${missing.join(' and ')} not installed; on Debian: apt-get install --no-install-recommends ${missing.join(' ')}`
      : programs.includes('postfix') && !isRoot
        ? 'only root can start Postfix'
        : undefined
  if (why !== undefined) console.warn(`Left out, what needs ${programs.join(' and ')}: ${why}.`)
  return why
}

/** A port of loopback that nobody listens on just now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as { readonly port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

/**
 * Runs a program until it ends; its daemons go on. Rejects if it fails. Waits for the process and not, as execFile does, for the last one that has
 * its output open.
 */
export async function runProgram(path: string, args: readonly string[]): Promise<void> {
  const child = spawn(path, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`${path} ended with code ${code}.`)
}
