import { relative } from 'node:path'
import type { Settings } from './config/index.ts'
import { makeSampleOrganization, welcome } from './demo/first-start.ts'
import { createLog } from './log/index.ts'
import { startServer } from './server.ts'

export interface ServeOptions {
  readonly settings: Settings
  /** Nothing is configured: an organization with samples is made if there is none yet. */
  readonly isTrial: boolean
  /** Ends the server. */
  readonly signal: AbortSignal
  /** Takes what the person who has started it is to read. */
  readonly tell: (text: string) => void
}

/** Runs the server until the signal says otherwise; then it finishes what is being worked on. */
export async function serve({ settings, isTrial, signal, tell }: ServeOptions): Promise<void> {
  const log = createLog(settings.log)
  await using server = await startServer(settings, log)
  const hasUsers = (await server.directory.summaries()).some(({ kind }) => kind !== 'addressList')
  if (!hasUsers && settings.organization === undefined && isTrial) {
    const passwords = await makeSampleOrganization(server, settings.data)
    tell(welcome(server, passwords, relative(process.cwd(), settings.data) || '.'))
  } else if (!hasUsers) {
    log.warn({}, 'there are no users yet: declare them in a file and apply it')
  }
  if (signal.aborted) return
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
