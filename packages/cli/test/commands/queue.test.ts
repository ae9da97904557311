import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BourseServer, loadSettings, silentLog, startServer } from '@bourse/server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ExitCode } from '../../src/exit-code.ts'
import { type CliRun, runCli } from '../support/run-cli.ts'

const WAIT = { timeout: 30_000, interval: 50 }

describe('the queue command', { timeout: 120_000 }, () => {
  let folder: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bourse-cli-queue-'))
    writeFileSync(
      join(folder, 'bourse.yaml'),
      'organization: organization.yaml\nworkers: 0\nlisten: { https: [], http: ["127.0.0.1:0"], monitoring: null }\n',
    )
    writeFileSync(
      join(folder, 'organization.yaml'),
      'organization: Acme\ndomains: [acme.test]\nusers:\n  - { name: alice, displayName: Alice Adams, initialPassword: secret-alice-1 }\n',
    )
  })

  afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

  const run = (words: string): Promise<CliRun> => runCli(words.split(' '), { folder })
  const serve = (): Promise<BourseServer> => startServer(loadSettings(join(folder, 'bourse.yaml')), silentLog)

  /** Puts messages into the queue of a server that sends nothing, and waits until it has found that out. */
  async function fill(server: BourseServer, ...recipients: readonly (readonly string[])[]): Promise<void> {
    for (const [n, addresses] of recipients.entries()) {
      const path = join(server.queue.folder, `${n}.eml`)
      writeFileSync(path, 'Subject: Lunch?\r\n\r\nAt noon.\r\n')
      const key = `${n}`
      await server.queue.add({
        key,
        from: 'alice@acme.test',
        path,
        recipients: addresses.map((address) => ({ address })),
      })
    }
    await server.queue.retry({ kind: 'all' })
    await server.queue.idle()
  }

  it('shows what waits, whether the server runs or not', async () => {
    expect(await run('queue list')).toMatchObject({ exitCode: ExitCode.Ok, output: 'Nothing waits.\n' })
    expect(await run('queue hold --all')).toMatchObject({ output: '0 recipients are held.\n' })
    const server = await serve()
    await fill(server, ['erin@a.test', 'frank@b.test'], ['gina@b.test'])
    const check = async (): Promise<void> => {
      const { output } = await run('queue list')
      expect(output.split('\n')[0]).toMatch(/^ID +Queued +Size +From +To +State +Next attempt +Last answer$/)
      expect(output).toMatch(
        /^ 1 .* alice@acme\.test +erin@a\.test and 1 more +pending .* 4\.4\.4 This server does not/m,
      )
      expect((await run('queue list --domain A.test')).output).not.toContain('gina')
      expect((await run('queue list --json')).json()).toMatchObject([
        {
          id: 1,
          key: '0',
          from: 'alice@acme.test',
          size: 29,
          recipients: [{ address: 'erin@a.test', state: 'pending', status: '4.4.4', server: null }, {}],
        },
        { id: 2, recipients: [{ address: 'gina@b.test' }] },
      ])
      const shown = await run('queue show 1')
      expect(shown.output).toMatch(/^Message 1, from alice@acme\.test, 29 B\nQueued 20.* as 0\n\nRecipient /)
      expect(shown.output).toMatch(/^frank@b\.test +pending /m)
      expect((await run('queue show 1 --json')).json()).toMatchObject([{ id: 1 }])
    }
    await check()
    await server.stop()
    await check()
  })

  it('holds, releases, tries again and removes', async () => {
    const server = await serve()
    await fill(server, ['erin@a.test', 'frank@b.test'], ['gina@b.test'], ['hal@c.test'])
    expect((await run('queue hold 1')).output).toBe('2 recipients are held.\n')
    expect((await run('queue list --domain b.test')).output).toMatch(/ held .*\n.* pending /)
    expect((await run('queue retry --domain b.test')).output).toBe('1 recipient is due.\n')
    expect((await run('queue release --all')).output).toBe('2 recipients are released.\n')
    expect((await run('queue remove 2 --no-report')).output).toBe('1 recipient removed.\n')
    expect((await run('queue remove 3')).output).toBe(
      '1 recipient removed; senders who want to know are told.\n',
    )
    // The report is in the mailbox of the sender.
    await expect.poll(() => server.queue.counts().reports, WAIT).toBe(0)
    expect((await run('queue list --json')).json()).toHaveLength(1)
    await server.stop()
    expect((await run('queue hold --domain a.test')).output).toBe('1 recipient is held.\n')
    expect((await run('queue release 1')).output).toBe('1 recipient is released, when the server runs.\n')
    expect((await run('queue remove --all --no-report --yes')).output).toBe('2 recipients removed.\n')
    expect((await run('queue list')).output).toBe('Nothing waits.\n')
    expect(readdirSync(join(folder, 'data', 'outgoing'))).toEqual([])
  })

  it('says what is wrong', async () => {
    const { exitCode, errors } = await run('queue show 7')
    expect({ exitCode, errors }).toMatchObject({ exitCode: ExitCode.NotFound })
    expect(errors).toContain('There is no message 7 in the queue.')
    expect(await run('queue remove 7')).toMatchObject({ exitCode: ExitCode.NotFound })
    expect(await run('queue show x')).toMatchObject({ exitCode: ExitCode.Usage })
    expect(await run('queue hold')).toMatchObject({ exitCode: ExitCode.Usage })
    expect(await run('queue hold 1 --all')).toMatchObject({ exitCode: ExitCode.Usage })
    expect((await run('queue remove --all')).errors).toContain('only with --yes')
  })
})
