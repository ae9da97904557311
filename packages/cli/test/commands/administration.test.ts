import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ExitCode } from '../../src/exit-code.ts'
import { type CliOptions, type CliRun, runCli } from '../support/run-cli.ts'

const ORGANIZATION = `organization: Acme
domains: [acme.test]
users:
  - name: alice
    displayName: Alice Adams
    initialPassword: secret-alice-1
`

describe('the commands of an administrator', { timeout: 60_000 }, () => {
  let folder: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bourse-cli-'))
    writeFileSync(
      join(folder, 'bourse.yaml'),
      'listen: { https: [], http: ["127.0.0.1:0"], monitoring: null }\n',
    )
    writeFileSync(join(folder, 'organization.yaml'), ORGANIZATION)
  })

  afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

  const run = (words: string, options: Partial<CliOptions> = {}): Promise<CliRun> =>
    runCli(words.split(' '), { folder, ...options })

  it('apply an organization file, which may be applied again', async () => {
    const first = await run('apply organization.yaml')
    expect(first).toMatchObject({ exitCode: ExitCode.Ok, errors: '' })
    expect(first.output).toContain('created user alice')
    expect((await run('apply organization.yaml')).output).toBe('Everything is as the file says.\n')
  })

  it('name the line of what is wrong with a file', async () => {
    writeFileSync(join(folder, 'organization.yaml'), 'organization: Acme\nusers:\n  - name: a b\n')
    const { exitCode, errors, output } = await run('apply organization.yaml')
    expect({ exitCode, output }).toEqual({ exitCode: ExitCode.Failure, output: '' })
    expect(errors).toContain('organization.yaml, line 3')
    writeFileSync(join(folder, 'bourse.yaml'), 'nonsense: 1\n')
    expect((await run('user list')).errors).toContain('bourse.yaml:1')
  })

  it('add, list, disable, enable and remove users', async () => {
    await run('apply organization.yaml')
    const added = await runCli(['user', 'add', 'carol', '--display-name', 'Carol Chen'], {
      folder,
      input: 'secret-carol-1\n',
    })
    expect(added).toMatchObject({
      exitCode: ExitCode.Ok,
      output: 'Carol Chen <carol@acme.test> was added.\n',
    })
    expect((await run('user list --json')).json()).toEqual([
      {
        name: 'alice',
        displayName: 'Alice Adams',
        address: 'alice@acme.test',
        kind: 'user',
        role: 'user',
        enabled: true,
      },
      {
        name: 'carol',
        displayName: 'Carol Chen',
        address: 'carol@acme.test',
        kind: 'user',
        role: 'user',
        enabled: true,
      },
    ])
    expect((await run('user add carol', { input: 'x\n' })).errors).toContain('There is a carol already.')
    await run('user disable carol@acme.test')
    expect((await run('user list')).output).toMatch(/carol .* disabled/)
    await run('user enable carol')
    expect((await run('user list')).output).not.toContain('disabled')
    expect(await run('user remove carol')).toMatchObject({ exitCode: ExitCode.Failure })
    expect(await run('user remove carol --yes')).toMatchObject({ exitCode: ExitCode.Ok })
    expect((await run('user list --json')).json()).toHaveLength(1)
    expect(await run('user password carol', { input: 'y\n' })).toMatchObject({ exitCode: ExitCode.NotFound })
  })

  it('check mailboxes, copy them, and put them back', async () => {
    await run('apply organization.yaml')
    expect(await run('check alice --contents')).toMatchObject({
      exitCode: ExitCode.Ok,
      output: 'alice@acme.test: all right\n',
    })
    expect((await run('backup copies alice')).exitCode).toBe(ExitCode.Ok)
    const [copy] = readdirSync(join(folder, 'copies'))
    const inTheWay = await run(`restore alice copies/${copy}`)
    expect(inTheWay).toMatchObject({ exitCode: ExitCode.Failure })
    expect(inTheWay.errors).toContain('--replace')
    expect(await run(`restore alice copies/${copy} --replace`)).toMatchObject({
      exitCode: ExitCode.Ok,
      errors: '',
    })
    expect((await run('check')).output).toContain('alice@acme.test: all right')
    expect(existsSync(join(folder, 'copies', 'directory.sqlite'))).toBe(false)
  })

  it('work on a server that runs, too, and end it', async () => {
    await run('apply organization.yaml')
    const stop = new AbortController()
    const serving = run('serve', { signal: stop.signal })
    await expect.poll(async () => (await run('user list')).exitCode).toBe(ExitCode.Ok)
    await expect.poll(() => existsSync(join(folder, 'data', 'control.sock')), { timeout: 30_000 }).toBe(true)
    expect((await run('check alice')).output).toBe('alice@acme.test: all right\n')
    expect(await run('backup copies')).toMatchObject({ exitCode: ExitCode.Ok, errors: '' })
    expect(existsSync(join(folder, 'copies', 'directory.sqlite'))).toBe(true)
    const added = await run('user add dave', { input: 'secret-dave-1' })
    expect(added.output).toBe('dave <dave@acme.test> was added.\n')
    expect((await run('serve')).errors).toContain('uses the data folder')
    stop.abort()
    expect(await serving).toMatchObject({ exitCode: ExitCode.Ok })
  })

  it('write a configuration file that is right', async () => {
    writeFileSync(join(folder, 'example.yaml'), (await run('config example')).output)
    expect((await run('config check example.yaml')).output).toBe('example.yaml is right.\n')
  })
})
