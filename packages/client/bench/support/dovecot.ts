import { type ChildProcess, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PROGRAM = '/usr/sbin/dovecot'
export const USER = 'alice'
export const PASSWORD = 'secret'

export interface Dovecot extends AsyncDisposable {
  readonly port: number
  /** The folder of the messages in the INBOX, one file each. */
  readonly inbox: string
  /** Gives files to the server's user. */
  own(path: string): void
}

/** Whether there is an IMAP server to compare with: Debian's package `dovecot-imapd`, and the right to start it. */
export function hasDovecot(): boolean {
  return existsSync(PROGRAM) && process.getuid?.() === 0
}

/** Starts Dovecot with a mailbox of its own, in a folder that goes with it. */
export async function startDovecot(): Promise<Dovecot> {
  const folder = mkdtempSync(join(tmpdir(), 'bourse-dovecot-'))
  const { uid, gid } = userIds('mail')
  const own = (path: string): void => chownSync(path, uid, gid)
  const port = await freePort()
  const mail = join(folder, 'mail')
  for (const path of [mail, ...['', 'cur', 'new', 'tmp'].map((name) => join(mail, USER, name))]) {
    mkdirSync(path, { recursive: true })
    own(path)
  }
  // The login processes of Dovecot look into its folders, too.
  spawn('chmod', ['755', folder])
  const configuration = join(folder, 'dovecot.conf')
  writeFileSync(
    configuration,
    `protocols = imap
base_dir = ${folder}/run
log_path = ${folder}/log
ssl = no
disable_plaintext_auth = no
listen = 127.0.0.1
mail_location = maildir:${mail}/%u
first_valid_uid = 1
default_vsz_limit = 1 G
service imap-login {
  inet_listener imap {
    port = ${port}
  }
}
passdb {
  driver = static
  args = password=${PASSWORD}
}
userdb {
  driver = static
  args = uid=${uid} gid=${gid} home=${folder}/home/%u
}
`,
  )
  const child = spawn(PROGRAM, ['-F', '-c', configuration], { stdio: ['ignore', 'inherit', 'inherit'] })
  await listening(port, child, join(folder, 'log'))
  return {
    port,
    inbox: join(mail, USER, 'cur'),
    own,
    async [Symbol.asyncDispose]() {
      const exited = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function userIds(name: string): { readonly uid: number; readonly gid: number } {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`))
  const [, , uid, gid] = line?.split(':') ?? []
  if (uid === undefined || gid === undefined) throw new Error(`There is no user ${name}.`)
  return { uid: Number(uid), gid: Number(gid) }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { readonly port: number }
      server.close(() => resolve(port))
    })
  })
}

async function listening(port: number, child: ChildProcess, log: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (child.exitCode !== null) break
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy()
        resolve(true)
      })
      socket.on('error', () => resolve(false))
    })
    if (isThere) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const reason = existsSync(log) ? readFileSync(log, 'utf8') : ''
  throw new Error(`Dovecot did not start. ${reason}`)
}
