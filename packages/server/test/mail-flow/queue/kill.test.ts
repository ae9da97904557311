import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const PROCESS = join(import.meta.dirname, 'support/dying-process.ts')

/** After so many lives it is let live. */
const DEATHS = 6

describe('a queue whose process is killed by SIGKILL', { timeout: 300_000 }, () => {
  it('again and again delivers or reports everything', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bourse-kill-queue-'))
    const live = async (steps: number): Promise<NodeJS.Signals | number> => {
      const child = spawn(process.execPath, [PROCESS, folder, String(steps)], {
        stdio: ['ignore', 'ignore', 'inherit'],
      })
      const [code, signal] = (await once(child, 'exit')) as [number, NodeJS.Signals | null]
      return signal ?? code
    }
    // Each life is a little longer than the one before, so that the last ones get far.
    let deaths = 0
    for (let life = 0; life < DEATHS; life++) {
      const end = await live(3 + life * 5)
      if (end === 'SIGKILL') deaths++
      else expect(end).toBe(0)
    }
    expect(deaths).toBeGreaterThan(2)
    expect(await live(Number.MAX_SAFE_INTEGER)).toBe(0)

    const lines = readFileSync(join(folder, 'world.log'), 'utf8').trimEnd().split('\n')
    for (let n = 0; n < 3; n++) {
      for (const domain of ['a', 'b']) {
        const copies = lines.filter((line) => line === `copy user${n}@${domain}.test`).length
        expect(copies, `copies of user${n}@${domain}.test`).toBeGreaterThan(0)
        expect(copies).toBeLessThanOrEqual(1 + deaths)
      }
      // What is posted again has the same key, under which a mailbox takes it once.
      const reports = new Set(
        lines.filter((line) => line.startsWith('report') && line.endsWith(` x${n}@a.test`)),
      )
      expect(reports.size, `reports of x${n}@a.test`).toBe(1)
    }
    expect(lines.some((line) => line.startsWith('report') && line.includes(' user'))).toBe(false)
    expect(readdirSync(join(folder, 'outgoing'))).toEqual([])
    rmSync(folder, { recursive: true })
  })
})
