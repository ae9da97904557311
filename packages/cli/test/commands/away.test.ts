import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ExitCode } from '../../src/exit-code.ts'
import { type CliOptions, type CliRun, runCli } from '../support/run-cli.ts'

/** On the mailbox of a local profile. */
describe('bourse away', { timeout: 60_000 }, () => {
  let folder: string

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bourse-away-'))
    await run('profile', 'add', 'test', '--local', 'mail')
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

  const runWith = (words: readonly string[], options: Partial<CliOptions>): Promise<CliRun> =>
    runCli(words, { folder, environment: { BOURSE_HOME: join(folder, 'home') }, ...options })
  const run = (...words: readonly string[]): Promise<CliRun> => runWith(words, {})

  it('tells that nothing is answered at first', async () => {
    expect(await run('away')).toMatchObject({
      output: 'Mail is not answered.\n',
      errors: '',
      exitCode: ExitCode.Ok,
    })
  })

  it('switches answers on with the text of the input, and off, and keeps the text', async () => {
    const on = await runWith(['away', 'on'], { input: 'I am away.\nAsk <Bob> & Carol.\n' })
    expect(on.errors).toBe('')
    expect(on.output).toBe(
      'Mail is answered until you switch that off.\n\nTo people of the organization:\n' +
        '  I am away.\n  Ask <Bob> & Carol.\n\nOthers are not answered.\n',
    )
    expect((await run('away', '--json')).json()).toEqual([
      {
        state: 'enabled',
        away: true,
        from: null,
        until: null,
        audience: 'none',
        message: 'I am away.\nAsk <Bob> & Carol.',
        external: '',
      },
    ])
    expect((await run('away', 'off')).output).toBe('Mail is not answered any more.\n')
    expect((await run('away', 'on')).output).toContain('Ask <Bob> & Carol.')
  })

  it('answers in a time, and others too', async () => {
    const words = ['--from', '2030-12-24', '--until', '2031-01-02T08:30', '--message', 'In January.']
    const { output } = await run('away', 'on', ...words, '--external', 'Back soon.')
    expect(output).toContain('Mail is answered from 2030-12-24 00:00 until 2031-01-02 08:30.\n')
    expect(output).toContain('To others:\n  Back soon.\n')
    expect((await run('away', '--json')).json()).toEqual([
      expect.objectContaining({ state: 'scheduled', away: false, audience: 'all', message: 'In January.' }),
    ])
    const known = await run('away', 'on', '--until', '2031-01-02', '--audience', 'known')
    expect(known.output).toContain('To others who are known:\n  Back soon.\n')
    expect((await run('away', '--json')).json()).toEqual([expect.objectContaining({ away: true })])
  })

  it('refuses what makes no sense', async () => {
    expect(await run('away', 'on', '--from', '2030-12-24')).toMatchObject({ exitCode: ExitCode.Usage })
    expect(await run('away', 'on', '--audience', 'friends')).toMatchObject({ exitCode: ExitCode.Usage })
    const backwards = ['--from', '2030-12-24', '--until', '2030-12-23', '--message', 'x']
    expect(await run('away', 'on', ...backwards)).toMatchObject({ exitCode: ExitCode.Usage })
  })
})
