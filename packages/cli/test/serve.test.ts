import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sendRequest } from '../../server/test/support/http-client.ts'
import { ORGANIZATION, PASSWORD } from '../../server/test/support/live-server.ts'
import { MapiClient } from '../../server/test/support/mapi-client.ts'

const MAIN = join(import.meta.dirname, '../bin/bourse.js')
const LONG = 300_000

interface Run {
  readonly child: ChildProcess
  output(): string
  readonly exit: Promise<number | null>
}

describe('bourse serve', { timeout: LONG }, () => {
  let folder: string
  const running: ChildProcess[] = []

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bourse-main-'))
  })

  afterEach(async () => {
    for (const child of running.splice(0)) child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  })

  function run(...args: string[]): Run {
    const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder })
    running.push(child)
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => (output += piece))
    return { child, output: () => output, exit: new Promise((resolve) => child.on('close', resolve)) }
  }

  async function listening({ output }: Run): Promise<string> {
    await expect.poll(output, { timeout: LONG, interval: 100 }).toContain('"listening"')
    return /"url":"([^"]*)"/.exec(output())![1]!
  }

  it('makes an organization with mail at the first start, tells the passwords once, and stops when it is told to', async () => {
    const first = run('serve')
    await expect.poll(first.output, { timeout: LONG, interval: 100 }).toContain('npx bourse --help')
    const url = await listening(first)
    const [, password] = /alice@example\.com +(\S+) +\(administrator\)/.exec(first.output())!
    const client = new MapiClient({
      url: `${url}/mapi/emsmdb/`,
      user: 'alice@example.com',
      password: password!,
    })
    const dn = '/o=Example/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=alice'
    expect((await client.connect(dn)).body).toMatchObject({ errorCode: 0, displayName: 'Alice Adams' })
    const waiting = client.wait()
    await new Promise((resolve) => setTimeout(resolve, 200))
    first.child.kill('SIGTERM')
    // Who waits is woken, the process ends by itself.
    expect((await waiting).body).toMatchObject({ errorCode: 0x3ed, eventPending: false })
    expect(await first.exit).toBe(0)
    expect(existsSync(join(folder, 'data', 'directory.sqlite'))).toBe(true)

    const second = run('serve')
    await listening(second)
    expect(second.output()).not.toContain('passwords')
    const again = new MapiClient({ url: client.url, user: 'alice@example.com', password: password! })
    expect((await again.connect(dn)).body).toMatchObject({ errorCode: 0 })
    second.child.kill('SIGTERM')
    expect(await second.exit).toBe(0)
  })

  it('applies organization files, whether a server runs or not', async () => {
    const config = join(folder, 'bourse.yaml')
    writeFileSync(config, 'listen: { https: [], http: ["127.0.0.1:0"], monitoring: null }\n')
    writeFileSync(join(folder, 'organization.yaml'), ORGANIZATION)
    const before = run('apply', 'organization.yaml')
    expect(await before.exit).toBe(0)
    expect(before.output()).toContain('created user alice\n')
    expect(before.output()).toContain('created mailbox alice\n')
    expect(before.output()).toContain('created public folder /Announcements\n')
    const same = run('apply', 'organization.yaml', '--config', config)
    expect(await same.exit).toBe(0)
    expect(same.output()).toBe('Everything is as the file says.\n')

    const server = run('serve', '--config', config)
    const url = await listening(server)
    const change = ORGANIZATION.replace('Alice Adams', 'Alice Allen')
    writeFileSync(join(folder, 'organization.yaml'), change)
    const during = run('apply', 'organization.yaml')
    expect(await during.exit).toBe(0)
    expect(during.output()).toBe('updated user alice (displayName)\n')
    const raw = await sendRequest(`${url}/auth/token`, {
      headers: { Authorization: `Basic ${Buffer.from(`alice:${PASSWORD}`).toString('base64')}` },
    })
    expect(JSON.parse(raw.body.toString()).displayName).toBe('Alice Allen')
    writeFileSync(join(folder, 'bad.yaml'), 'organization: x\nusers: [{ nome: a }]\n')
    const bad = run('apply', 'bad.yaml')
    expect(await bad.exit).toBe(1)
    expect(bad.output()).toContain('bad.yaml, line 2')
    server.child.kill('SIGTERM')
    expect(await server.exit).toBe(0)
  })
})
