import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ExitCode } from '../../src/exit-code.ts'
import { type CliOptions, type CliRun, runCli } from '../support/run-cli.ts'

/** On the mailbox of a local profile. */
describe('the commands for rules', { timeout: 60_000 }, () => {
  let folder: string

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bourse-rules-'))
    expect(await run('profile add test --local mail')).toMatchObject({ exitCode: ExitCode.Ok, errors: '' })
  })

  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

  const run = (words: string | readonly string[], options: Partial<CliOptions> = {}): Promise<CliRun> =>
    runCli(typeof words === 'string' ? words.split(' ') : words, {
      folder,
      environment: { BOURSE_HOME: join(folder, 'home') },
      ...options,
    })

  it('add, list, disable, enable and remove them', async () => {
    expect((await run('rules list')).output).toContain('There are no rules yet.')
    const reports = 'rules add Reports --subject report --move Drafts --mark-read'
    expect(await run(reports)).toMatchObject({ exitCode: ExitCode.Ok, errors: '' })
    const words = ['rules', 'add', 'From Bob', '--from', 'bob@example.com', '--has-attachment', '--last']
    await run([...words, '--forward', 'ann@example.com', 'Cleo <cleo@example.com>'])
    await run('rules add Bin --to team@example.com --delete --disabled')
    expect((await run('rules list --json')).json()).toEqual([
      {
        name: 'Reports',
        provider: 'Bourse',
        enabled: true,
        last: false,
        failed: false,
        when: { subject: 'report' },
        move: ['Drafts'],
        copy: [],
        forward: [],
        redirect: [],
        markRead: true,
        delete: false,
        more: false,
      },
      expect.objectContaining({
        name: 'From Bob',
        last: true,
        when: { from: 'bob@example.com', hasAttachment: true },
        forward: ['ann@example.com', 'cleo@example.com'],
      }),
      expect.objectContaining({
        name: 'Bin',
        enabled: false,
        when: { to: 'team@example.com' },
        delete: true,
      }),
    ])
    const { output } = await run('rules list', { columns: 140 })
    expect(output).toMatch(/^1 +Reports +subject report +mark as read; move to Drafts *$/m)
    expect(output).toMatch(
      /^2 +From Bob +from bob@example.com, with files +forward to ann@example.com, Cleo; no further rules *$/m,
    )
    expect(output).toMatch(/^3 +Bin +off +to team@example.com +delete *$/m)

    expect((await run('rules enable bin')).output).toBe('Bin is run from now on.\n')
    expect((await run('rules disable 1')).output).toBe('Reports is not run from now on.\n')
    expect((await run(['rules', 'remove', 'From Bob'])).output).toBe('Removed From Bob.\n')
    expect((await run('rules list --json')).json()).toMatchObject([
      { name: 'Reports', enabled: false },
      { name: 'Bin', enabled: true },
    ])
  })

  it('say what is wrong', async () => {
    expect(await run('rules add Nothing --subject x')).toMatchObject({ exitCode: ExitCode.Usage, output: '' })
    const nowhere = await run('rules add Lost --subject x --move Nowhere')
    expect(nowhere).toMatchObject({ exitCode: ExitCode.NotFound })
    expect(nowhere.errors).toContain('There is no folder Nowhere.')
    expect((await run('rules remove Unknown')).errors).toContain('There is no rule Unknown.')
  })
})
