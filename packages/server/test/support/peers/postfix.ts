import { execFile, execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findProgram, freePort, runProgram } from './programs.ts'

const run = promisify(execFile)

/** A Postfix of its own, that has nothing to do with one of this machine: configuration, queue and log in a folder that goes with it. */
export interface Postfix extends AsyncDisposable {
  /** Where it takes mail (SMTP), on loopback. */
  readonly port: number
  readonly folder: string
  /** What it has logged. */
  log(): string
  /** How many messages are in its queue. */
  queued(): Promise<number>
  /** Tries at once what waits in its queue. */
  flush(): Promise<void>
  /** The messages in a mailbox here, as they are on the disk; see `mailboxes`. */
  messagesOf(address: string): readonly string[]
}

export interface PostfixOptions {
  /** Addresses whose mail stays here, in Maildirs. */
  readonly mailboxes?: readonly string[]
  /** Further settings (main.cf), or others than {@link startPostfix} has. */
  readonly settings?: Readonly<Record<string, string>>
}

/** Starts a Postfix that takes mail of loopback for everybody. Needs root. */
export async function startPostfix({ mailboxes = [], settings = {} }: PostfixOptions = {}): Promise<Postfix> {
  const postfix = findProgram('postfix')!
  const postqueue = findProgram('postqueue')!
  const folder = await mkdtemp(join(tmpdir(), 'bourse-postfix-'))
  const configuration = join(folder, 'etc')
  const mail = join(folder, 'mail')
  const port = await freePort()
  const { uid, gid } = await idsOf('postfix')
  for (const name of ['etc', 'queue', 'data', 'mail']) await mkdir(join(folder, name))
  for (const name of ['data', 'mail']) await chown(join(folder, name), uid, gid)
  // Other accounts work in it.
  await chmod(folder, 0o755)
  const domains = [...new Set(mailboxes.map((address) => address.slice(address.indexOf('@') + 1)))]
  await writeFile(join(configuration, 'mailboxes'), mailboxes.map((one) => `${one} ${one}/\n`).join(''))
  const main: Readonly<Record<string, string>> = {
    compatibility_level: '3.6',
    queue_directory: join(folder, 'queue'),
    data_directory: join(folder, 'data'),
    maillog_file: join(folder, 'mail.log'),
    maillog_file_prefixes: folder,
    myhostname: 'postfix.test',
    mydestination: '',
    mynetworks: '127.0.0.0/8',
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    alias_maps: '',
    smtputf8_enable: 'yes',
    virtual_mailbox_domains: domains.join(' '),
    virtual_mailbox_base: mail,
    virtual_mailbox_maps: `texthash:${join(configuration, 'mailboxes')}`,
    virtual_minimum_uid: '1',
    virtual_uid_maps: `static:${uid}`,
    virtual_gid_maps: `static:${gid}`,
    message_size_limit: '209715200',
    virtual_mailbox_limit: '0',
    mailbox_size_limit: '0',
    ...settings,
  }
  const lines = Object.entries(main).map(([name, value]) => `${name} = ${value}\n`)
  await writeFile(join(configuration, 'main.cf'), lines.join(''))
  await writeFile(join(configuration, 'master.cf'), `127.0.0.1:${port} inet n - n - - smtpd\n${SERVICES}`)
  const stop = (): void => {
    execFileSync(postfix, ['-c', configuration, 'stop'], { stdio: 'ignore' })
  }
  process.once('exit', stop)
  try {
    await runProgram(postfix, ['-c', configuration, 'start'])
  } catch (error) {
    process.off('exit', stop)
    throw error
  }
  return {
    port,
    folder,
    log: () => readFileSync(join(folder, 'mail.log'), 'utf8'),
    async queued() {
      const { stdout } = await run(postqueue, ['-c', configuration, '-j'])
      return stdout.split('\n').filter((line) => line !== '').length
    },
    async flush() {
      await run(postqueue, ['-c', configuration, '-f'])
    },
    messagesOf(address) {
      const folder_ = join(mail, address, 'new')
      if (!existsSync(folder_)) return []
      return readdirSync(folder_).map((name) => readFileSync(join(folder_, name), 'latin1'))
    },
    async [Symbol.asyncDispose]() {
      process.off('exit', stop)
      stop()
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** The user and group IDs of a system account. */
export async function idsOf(account: string): Promise<{ readonly uid: number; readonly gid: number }> {
  const { stdout } = await run('getent', ['passwd', account])
  const [, , uid, gid] = stdout.split(':')
  return { uid: Number(uid), gid: Number(gid) }
}

/** What of Postfix runs (master.cf), as in Debian's but for SMTP from outside; nothing is locked into the queue's folder. */
const SERVICES = `\
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
`
