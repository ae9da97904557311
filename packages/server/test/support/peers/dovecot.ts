import { execFileSync } from 'node:child_process'
import { chmod, chown, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { idsOf } from './postfix.ts'
import { findProgram, freePort, runProgram } from './programs.ts'

/** A Dovecot of its own that takes mail by LMTP into Maildirs. */
export interface Dovecot extends AsyncDisposable {
  /** Where it takes mail (LMTP), on loopback. */
  readonly port: number
  /** How many new messages are in a mailbox. */
  countOf(address: string): Promise<number>
}

/** Starts a Dovecot in which everybody has a mailbox. Needs root. Flushing to the disk is as it comes: what LMTP has taken is there. */
export async function startDovecot(): Promise<Dovecot> {
  const dovecot = findProgram('dovecot')!
  const folder = await mkdtemp(join(tmpdir(), 'bourse-dovecot-'))
  const mail = join(folder, 'mail')
  const file = join(folder, 'dovecot.conf')
  const port = await freePort()
  await chmod(folder, 0o755)
  await mkdir(mail)
  // Any account that is not root's will do.
  const { uid, gid } = await idsOf('mail')
  await chown(mail, uid, gid)
  await writeFile(
    file,
    `base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/dovecot.log
protocols = lmtp
ssl = no
first_valid_uid = 1
mail_location = maildir:${mail}/%u
passdb {
  driver = static
  args = nopassword=y
}
userdb {
  driver = static
  args = uid=${uid} gid=${gid} home=${mail}/%u allow_all_users=yes
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${port}
  }
}
service anvil {
  chroot =
}
`,
  )
  const stop = (): void => {
    execFileSync(findProgram('doveadm')!, ['-c', file, 'stop'], { stdio: 'ignore' })
  }
  await runProgram(dovecot, ['-c', file])
  process.once('exit', stop)
  return {
    port,
    async countOf(address) {
      try {
        return (await readdir(join(mail, address, 'new'))).length
      } catch {
        return 0
      }
    },
    async [Symbol.asyncDispose]() {
      process.off('exit', stop)
      stop()
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
