import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ExitCode } from '../../src/exit-code.ts'
import { type CliOptions, type CliRun, runCli } from '../support/run-cli.ts'

/** On the mailbox of a local profile. */
describe('the commands for mail', { timeout: 60_000 }, () => {
  let folder: string

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bourse-cli-'))
    expect(await run('profile add test --local mail')).toMatchObject({ exitCode: ExitCode.Ok, errors: '' })
  })

  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

  const run = (words: string | readonly string[], options: Partial<CliOptions> = {}): Promise<CliRun> =>
    runCli(typeof words === 'string' ? words.split(' ') : words, {
      folder,
      environment: { BOURSE_HOME: join(folder, 'home') },
      ...options,
    })

  /** Makes a draft, and returns how it is called. */
  async function draft(subject: string, text: string): Promise<string> {
    const words = ['send', '--draft', '--to', 'Ann Adams <ann@example.com>', '--subject', subject]
    const { output, errors } = await run(words, { input: text })
    expect(errors).toBe('')
    return /Saved as (\S+)\.\n/.exec(output)![1]!
  }

  it('tell how each service of a profile is', async () => {
    const { output, exitCode } = await run('profile test')
    expect(exitCode).toBe(ExitCode.Ok)
    expect(output).toContain('local (message store) works')
    expect((await run('profile list --json')).json()).toEqual([
      {
        name: 'test',
        default: true,
        services: [
          { name: 'local', kind: 'messageStore', provider: 'local' },
          { name: 'contacts', kind: 'addressBook', provider: 'contacts' },
        ],
      },
    ])
  })

  it('say what to do where there is no profile', async () => {
    const nowhere = await run('list', { environment: { BOURSE_HOME: join(folder, 'nowhere') } })
    expect(nowhere).toMatchObject({ exitCode: ExitCode.Failure, output: '' })
    expect(nowhere.errors).toContain('bourse profile add')
    expect(await run('list --profile other')).toMatchObject({ exitCode: ExitCode.NotFound })
  })

  it('list folders as a tree', async () => {
    const { output } = await run('folders')
    expect(output).toMatch(/^Sync Issues +0 /m)
    expect(output).toMatch(/^\s+Conflicts /m)
    const lines = (await run('folders --json')).json() as { path: string }[]
    expect(lines.map(({ path }) => path)).toContain('Sync Issues/Conflicts')
  })

  it('list messages, show one, and find it', async () => {
    const reference = await draft('Lunch tomorrow?', 'At one in the Ångström café?')
    const listed = (await run('list Drafts --json')).json()
    expect(listed).toContainEqual(
      expect.objectContaining({ message: reference, subject: 'Lunch tomorrow?', hasAttachments: false }),
    )
    const { output } = await run(`show ${reference}`)
    expect(output).toContain('To:       Ann Adams <ann@example.com>\n')
    expect(output).toContain('Subject:  Lunch tomorrow?\n')
    expect(output).toContain('\nAt one in the Ångström café?\n')
    expect((await run(`show ${reference} --json`)).json()).toEqual([
      expect.objectContaining({
        subject: 'Lunch tomorrow?',
        recipients: [{ kind: 'to', name: 'Ann Adams', address: 'ann@example.com' }],
      }),
    ])
    expect((await run('search ångström --json')).json()).toEqual([
      expect.objectContaining({ message: reference, folder: 'Drafts' }),
    ])
    expect((await run('search nowhere-to-be-found')).output).toBe('Nothing was found.\n')
  })

  it('attach files, and save them', async () => {
    const { output } = await run([
      'send',
      '--draft',
      '--subject',
      'Code',
      '--text',
      'x',
      '--attach',
      import.meta.filename,
    ])
    const reference = /Saved as (\S+)\./.exec(output)![1]!
    expect((await run(`show ${reference}`)).output).toContain('Attached: mail.test.ts (')
    const saved = await run(`show ${reference} --save files`)
    expect(saved.errors).toBe(`saved ${join(folder, 'files', 'mail.test.ts')}\n`)
    // One that is there stays as it is.
    expect((await run(`show ${reference} --save files`)).errors).toContain('mail.test (2).ts')
  })

  it('move, copy, mark, flag and delete', async () => {
    const first = await draft('One', '1')
    const second = await draft('Two', '2')
    expect((await run(`flag ${first} --due tomorrow --for Answer`)).output).toBe('1 message changed.\n')
    expect((await run('list Drafts --flagged --json')).json()).toEqual([
      expect.objectContaining({ message: first, flag: 'flagged' }),
    ])
    await run(`flag ${first} --done`)
    expect((await run('list Drafts --flagged --json')).json()).toEqual([])
    expect((await run(['move', first, second, 'Inbox', '--copy'])).output).toBe('2 messages copied.\n')
    expect((await run(`mark ${first} ${second} --unread`)).output).toBe('2 messages marked.\n')
    expect((await run('list Drafts --unread --json')).json()).toHaveLength(2)
    expect((await run(`delete ${first}`)).output).toBe('1 message deleted.\n')
    expect(
      ((await run(['list', 'Deleted Items', '--json'])).json() as { subject: string }[]).map(
        (line) => line.subject,
      ),
    ).toEqual(['One'])
    expect(await run(`show ${first}`)).toMatchObject({ exitCode: ExitCode.NotFound })
    expect(await run('show nonsense')).toMatchObject({ exitCode: ExitCode.Usage })
    expect(await run('list Nowhere')).toMatchObject({ exitCode: ExitCode.NotFound })
  })

  it('show every property by name', async () => {
    const reference = await draft('Properties', 'text')
    const lines = (await run(`props ${reference} --json`)).json() as { name: string; value: unknown }[]
    const values = new Map(lines.map(({ name, value }) => [name, value]))
    expect(values.get('PidTagSubject')).toBe('Properties')
    expect(values.get('PidTagMessageClass')).toBe('IPM.Note')
    expect(values.get('PidTagCreationTime')).toMatch(/^\d{4}-\d\d-\d\dT/)
    const { output } = await run('props Drafts --filter displayname')
    expect(output).toMatch(/PidTagDisplayName +0x3001001f +String +Drafts/)
    await run(`flag ${reference}`)
    expect((await run(`props ${reference}`)).output).toContain('PidLid')
  })

  it('tell of what happens in a folder until they are stopped', async () => {
    const stop = new AbortController()
    let seen = ''
    const watching = run('watch Drafts --json', {
      signal: stop.signal,
      columns: 100,
      onOutput: (text) => {
        seen += text
      },
    })
    await expect
      .poll(
        async () => {
          if (!seen.includes('"created"')) await draft('Watched', 'x')
          return seen
        },
        { timeout: 30_000, interval: 300 },
      )
      .toContain('"subject":"Watched"')
    stop.abort()
    expect(await watching).toMatchObject({ exitCode: ExitCode.Ok })
  })
})
