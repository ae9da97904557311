import { execFileSync, spawn } from 'node:child_process'
import { findProgram } from './programs.ts'

/** What swaks, a program that tests mail servers, has done. */
export interface SwaksResult {
  /** 0: the server has taken the message, from at least one recipient. 24: it took none of them; see swaks(1). */
  readonly exitCode: number
  /** The conversation with the server. */
  readonly transcript: string
  /** The last answer of the server to the message, or undefined if it did not come to that. */
  readonly answers: readonly string[]
}

/** Runs swaks. */
export async function swaks(port: number, ...args: readonly string[]): Promise<SwaksResult> {
  const all = ['--server', `127.0.0.1:${port}`, '--timeout', '30', ...args]
  const child = spawn(findProgram('swaks')!, all, { stdio: ['ignore', 'pipe', 'pipe'] })
  const pieces: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => pieces.push(piece))
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? -1))
  })
  const transcript = Buffer.concat(pieces).toString('utf8')
  const answers = transcript.split('\n').flatMap((line) => /^<[-~*]{1,2}\s+(\d{3} .*)$/.exec(line)?.[1] ?? [])
  return { exitCode, transcript, answers }
}

/** Whether it has what it needs for TLS: Debian leaves it to the administrator. */
export function swaksHasTls(): boolean {
  if (process.env.CI !== undefined) return true
  const text = execFileSync(findProgram('swaks')!, ['--support'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const has = text.includes('=== TLS supported')
  if (!has) console.warn('Left out, what needs TLS of swaks: on Debian it comes with libnet-ssleay-perl.')
  return has
}
