import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ExitCode } from '../../src/exit-code.ts'
import { ImportJournal } from '../../src/transfer/import-journal.ts'
import { type CliOptions, type CliRun, runCli } from '../support/run-cli.ts'

const MAIL = [
  'From: Ann Adams <ann@example.com>',
  'To: Bob <bob@example.com>',
  'Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=',
  'Date: Sun, 29 Mar 2026 14:05:00 +0200',
  'Message-ID: <1@example.com>',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'From here on: Straße',
  '',
].join('\r\n')

describe('export and import', { timeout: 60_000 }, () => {
  let folder: string

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bourse-cli-'))
    await run('profile add test --local mail')
  })

  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

  const run = (words: string | readonly string[], options: Partial<CliOptions> = {}): Promise<CliRun> =>
    runCli(typeof words === 'string' ? words.split(' ') : words, {
      folder,
      environment: { BOURSE_HOME: join(folder, 'home') },
      ...options,
    })

  async function subjects(path: string): Promise<readonly string[]> {
    const lines = (await run(['list', path, '--all', '--json'])).json() as { subject: string }[]
    return lines.map(({ subject }) => subject).sort()
  }

  const mbox = (...numbers: readonly number[]): string =>
    numbers
      .map(
        (n) =>
          `From ann@example.com Sun Mar 29 12:05:00 2026\n${MAIL.replaceAll('\r\n', '\n')
            .replace('\nFrom here', '\n>From here')
            .replace('<1@', `<${n}@`)
            .replace(/Subject: .*/, `Subject: Number ${n}`)}\n`,
      )
      .join('')

  it('bring a message in from a file, and out again as eml and as msg', async () => {
    writeFileSync(join(folder, 'greetings.eml'), MAIL)
    expect(await run('import greetings.eml')).toMatchObject({
      exitCode: ExitCode.Ok,
      output: '1 message imported into Inbox.\n',
    })
    const [line] = (await run('list --json')).json() as {
      message: string
      subject: string
      sender: string
      isRead: boolean
      received: string
    }[]
    expect(line).toMatchObject({
      subject: 'Grüße',
      sender: 'Ann Adams',
      isRead: true,
      received: '2026-03-29T12:05:00Z',
    })
    expect((await run(`show ${line!.message}`)).output).toContain('Straße')
    await run(`export ${line!.message} out.eml`)
    const written = readFileSync(join(folder, 'out.eml'), 'utf8')
    expect(written).toMatch(/^Message-ID: <1@example\.com>\r$/im)
    await run(`export ${line!.message} out.msg`)
    expect((await run('import out.msg out.eml --to Drafts')).output).toBe(
      '2 messages imported into Drafts.\n',
    )
    expect(await subjects('Drafts')).toEqual(['Grüße', 'Grüße'])
  })

  it('take an mbox file, and write one', async () => {
    writeFileSync(join(folder, 'old.mbox'), mbox(1, 2, 3))
    expect((await run('import old.mbox --to Notes')).output).toBe('3 messages imported into Notes.\n')
    expect(await subjects('Notes')).toEqual(['Number 1', 'Number 2', 'Number 3'])
    expect((await run('export Notes new.mbox')).output).toBe('3 messages written to new.mbox.\n')
    const text = readFileSync(join(folder, 'new.mbox'), 'utf8')
    expect(text.match(/^From ann@example\.com /gm)).toHaveLength(3)
    expect(text).not.toMatch(/^From here on/m)
    expect((await run('import new.mbox --to Tasks')).output).toContain('3 messages')
  })

  it('write a folder as files, and go on where it was left', async () => {
    await run('export Notes backup')
    const files = readdirSync(join(folder, 'backup'))
    expect(files).toHaveLength(3)
    rmSync(join(folder, 'backup', files[0]!))
    writeFileSync(join(folder, 'backup', files[1]!), 'as it was')
    await run('export Notes backup')
    expect(readdirSync(join(folder, 'backup')).sort()).toEqual(files.sort())
    expect(readFileSync(join(folder, 'backup', files[1]!), 'utf8')).toBe('as it was')
  })

  it('cut off what an interrupted export had begun to write', async () => {
    await run('export Notes whole.mbox')
    const whole = readFileSync(join(folder, 'whole.mbox'), 'utf8')
    const first = (await run('list Notes --all --json')).json() as { message: string; subject: string }[]
    const end = whole.indexOf('From ann', 1)
    writeFileSync(join(folder, 'cut.mbox.part'), `${whole.slice(0, end)}From ann@example.com half of a mess`)
    const { message } = first.find(({ subject }) => subject === 'Number 1')!
    writeFileSync(join(folder, 'cut.mbox.journal'), `${JSON.stringify({ message, end })}\n`)
    await run('export Notes cut.mbox')
    expect(readFileSync(join(folder, 'cut.mbox'), 'utf8')).toBe(whole)
  })

  it('import after an interruption what is missing, and nothing twice', async () => {
    const source = join(folder, 'broken-off.mbox')
    writeFileSync(source, mbox(11, 12, 13))
    // What an import leaves that ended while it was saving the second message, which was saved.
    writeFileSync(join(folder, 'half.mbox'), mbox(11, 12))
    await run('import half.mbox --to Journal')
    const { size, mtimeMs } = await import('node:fs').then(({ statSync }) => statSync(source))
    const journal = await ImportJournal.open(join(folder, 'home'), {
      profile: 'test',
      folder: 'Journal',
      source,
      size,
      changed: mtimeMs,
    })
    await journal.begin('0')
    await journal.done('0')
    await journal.begin('1')
    const resumed = await run('import broken-off.mbox --to Journal')
    expect(resumed.errors).toBe('1 message imported before.\n')
    expect(await subjects('Journal')).toEqual(['Number 11', 'Number 12', 'Number 13'])
    // Once it is whole, it is forgotten.
    expect((await run('import broken-off.mbox --to Journal')).errors).toBe('')
  })

  it('say what they cannot read', async () => {
    writeFileSync(join(folder, 'picture.png'), 'x')
    expect(await run('import picture.png')).toMatchObject({ exitCode: ExitCode.Usage })
    mkdirSync(join(folder, 'empty'))
    expect((await run('import empty')).errors).toContain('no eml and msg files')
    appendFileSync(join(folder, 'bad.msg'), 'no compound file')
    expect(await run('import bad.msg')).toMatchObject({ exitCode: ExitCode.Failure })
    expect((await run('import missing.eml')).errors).toContain('ENOENT')
  })
})
