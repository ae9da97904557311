import { createHash } from 'node:crypto'
import { chmod, mkdir, rm } from 'node:fs/promises'
import { createServer, request as httpRequest, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { isMapiError } from '@bourse/mapi'
import type { MailboxWork, MailboxWorkResult } from '../administration/mailbox-work.ts'
import type { QueueWork, QueueWorkResult } from '../administration/queue-work.ts'
import { readBody } from '../http/index.ts'

/** What a running server does for programs on the same machine that may use its data folder. */
export interface ControlHandlers {
  /** Where the server listens. */
  status(): ServerStatus
  /** Applies an organization file, and says what was changed, line by line. Rejects with what is wrong with it. */
  apply(file: OrganizationFile): Promise<readonly string[]>
  /** Does something with the file of a mailbox. */
  administer(work: MailboxWork): Promise<MailboxWorkResult>
  /** Does something with the queue of mail to the outside. */
  queue(work: QueueWork): Promise<QueueWorkResult>
}

export interface ServerStatus {
  readonly process: number
  readonly urls: readonly string[]
}

export interface OrganizationFile {
  readonly name: string
  readonly text: string
  readonly prune: boolean
}

/** Why the server did not do what it was asked for, in a sentence for people. */
export class ServerRefusal extends Error {
  /** The code of the `MapiError` that it was, if it was one. */
  readonly code: number | undefined

  constructor(message: string, code: number | undefined) {
    super(message)
    this.name = 'ServerRefusal'
    this.code = code
  }
}

/** Bytes that an organization file may have. */
const MAX_FILE = 256 << 20

/** Bytes that any other request may have. */
const MAX_WORK = 64 << 10

/** Characters that the path of a socket may have, on the systems that allow the fewest. */
const MAX_SOCKET_PATH = 100

/** The socket by which the server of a data folder is reached. */
export function controlPath(dataFolder: string): string {
  const digest = createHash('sha256').update(dataFolder).digest('hex').slice(0, 16)
  if (process.platform === 'win32') return `\\\\.\\pipe\\bourse-${digest}`
  const path = join(dataFolder, 'control.sock')
  return path.length <= MAX_SOCKET_PATH ? path : join(tmpdir(), `bourse-${digest}`, 'control.sock')
}

/**
 * Listens for programs on the same machine. That the data folder is this server's own must have been made sure of before
 * ({@link askStatus}).
 */
export async function startControl(dataFolder: string, handlers: ControlHandlers): Promise<Server> {
  const path = controlPath(dataFolder)
  const server = createServer((request, response) => {
    const reply = (status: number, body: unknown) =>
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
    const answer = async (): Promise<void> => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
      if (pathname === '/status') {
        reply(200, handlers.status())
      } else if (pathname === '/apply' && request.method === 'POST') {
        const body = await readBody(request, MAX_FILE)
        if (body.kind !== 'body') {
          reply(413, { message: 'The file is too large.' })
          return
        }
        const text = new TextDecoder().decode(body.bytes)
        const name = searchParams.get('name') ?? 'organization.yaml'
        reply(200, await handlers.apply({ name, text, prune: searchParams.has('prune') }))
      } else if ((pathname === '/administer' || pathname === '/queue') && request.method === 'POST') {
        const body = await readBody(request, MAX_WORK)
        if (body.kind !== 'body') {
          reply(413, { message: 'The request is too large.' })
          return
        }
        const work = JSON.parse(new TextDecoder().decode(body.bytes))
        reply(200, await (pathname === '/queue' ? handlers.queue(work) : handlers.administer(work)))
      } else {
        reply(404, { message: 'There is no such thing here.' })
      }
    }
    answer().catch((error: unknown) =>
      reply(422, {
        message: error instanceof Error ? error.message : String(error),
        ...(isMapiError(error) ? { code: error.code } : {}),
      }),
    )
  })
  if (process.platform !== 'win32') {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await rm(path, { force: true })
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  if (process.platform !== 'win32') await chmod(path, 0o600)
  return server
}

/** The server that uses a data folder; `undefined` if none does. */
export async function askStatus(dataFolder: string): Promise<ServerStatus | undefined> {
  try {
    return (await ask(dataFolder, 'GET', '/status')) as ServerStatus
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ENOTDIR') return undefined
    throw error
  }
}

/** Has the server that uses a data folder apply an organization file. */
export async function askToApply(
  dataFolder: string,
  { name, text, prune }: OrganizationFile,
): Promise<readonly string[]> {
  const query = new URLSearchParams({ name, ...(prune ? { prune: '' } : {}) })
  return (await ask(dataFolder, 'POST', `/apply?${query}`, text)) as readonly string[]
}

/** Has the server that uses a data folder do something with the file of a mailbox. */
export async function askToAdminister(dataFolder: string, work: MailboxWork): Promise<MailboxWorkResult> {
  return (await ask(dataFolder, 'POST', '/administer', JSON.stringify(work))) as MailboxWorkResult
}

/** Has the server that uses a data folder do something with the queue of mail to the outside. */
export async function askQueue(dataFolder: string, work: QueueWork): Promise<QueueWorkResult> {
  return (await ask(dataFolder, 'POST', '/queue', JSON.stringify(work))) as QueueWorkResult
}

function ask(dataFolder: string, method: string, path: string, body = ''): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ socketPath: controlPath(dataFolder), method, path }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (piece) => {
        text += piece
      })
      response.on('error', reject)
      response.on('end', () => {
        const value = JSON.parse(text)
        if (response.statusCode === 200) resolve(value)
        else reject(new ServerRefusal(value.message, value.code))
      })
    })
    request.on('error', reject)
    request.end(body)
  })
}
