import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { temporaryDirectory } from '../support/local-session.ts'

const SENDER = fileURLToPath(new URL('sender.ts', import.meta.url))
const NODE = fileURLToPath(new URL('../../../../node_modules/.bin/node', import.meta.url))

/** Starts the program, and resolves when it says that it has come to all of some stages. */
async function start(directory: string, stage: string, ...until: readonly string[]): Promise<ChildProcess> {
  const child = spawn(NODE, [SENDER, directory, stage], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (until.every((one) => said.includes(one))) resolve()
    })
    child.on('exit', (code) => reject(new Error(`It ended with ${code} after it said: ${said}`)))
  })
  return child
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}

async function sent(directory: string): Promise<readonly string[]> {
  return (await readFile(join(directory, 'sent'), 'utf8')).trim().split('\n')
}

describe('a process that is killed', { timeout: 120_000 }, () => {
  it('loses no message, and sends none twice that a transport has answered for', async () => {
    await using directory = await temporaryDirectory()
    // It is killed while the second transport is at work with the first message.
    await kill(await start(directory.path, 'fax', 'queued', 'fax'))
    expect(await sent(directory.path)).toEqual(['One: bob@example.com', 'One: 1 2'])
    const next = await start(directory.path, 'rest', 'left 0')
    await once(next, 'exit')
    // What became of the fax is not known; so it is sent again, and the rest for the first time.
    expect(await sent(directory.path)).toEqual([
      'One: bob@example.com',
      'One: 1 2',
      'One: 1 2',
      'Two: carol@example.com',
    ])
  })

  it('has in its queue what it said was there', async () => {
    await using directory = await temporaryDirectory()
    await kill(await start(directory.path, 'queued', 'queued'))
    const next = await start(directory.path, 'rest', 'left 0')
    await once(next, 'exit')
    const lines = new Set(await sent(directory.path))
    expect(lines).toEqual(new Set(['One: bob@example.com', 'One: 1 2', 'Two: carol@example.com']))
  })
})
