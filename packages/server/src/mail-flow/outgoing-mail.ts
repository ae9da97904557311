import { join } from 'node:path'
import { domainToASCII } from 'node:url'
import type { Directory } from '@bourse/directory'
import type { Guid } from '@bourse/mapi'
import type { Settings } from '../config/index.ts'
import type { Log } from '../log/index.ts'
import type { PostOffice } from './posting/index.ts'
import { type ObserveQueue, OutgoingQueue } from './queue/index.ts'
import { postReport } from './reports/post-report.ts'
import { openSmtpTransport } from './smtp-out/index.ts'
import { noTransport } from './smtp-out/no-transport.ts'

/** The file with the state of the queue in the data folder. */
export function queuePath(settings: Settings): string {
  return join(settings.data, 'outgoing.sqlite')
}

/** The folder of the messages that leave the organization. */
export function outgoingPath(settings: Settings): string {
  return join(settings.data, 'outgoing')
}

export interface OutgoingMailOptions {
  readonly settings: Settings
  /** Name of the server as other mail servers know it. */
  readonly hostName: string
  readonly directory: Directory
  /** GUID of the store of the public folders. */
  readonly publicFolders: Guid
  /** Delivers reports to senders of the organization. */
  readonly deliver: PostOffice['deliver']
  readonly observe: ObserveQueue
  readonly log: Log
}

/** Mail that leaves the organization. */
export interface OutgoingMail extends AsyncDisposable {
  readonly queue: OutgoingQueue
}

/** Opens the queue, and what empties it, which begins with {@link OutgoingQueue.start}. Even where no mail is sent to the outside it may hold some. */
export async function openOutgoingMail(options: OutgoingMailOptions): Promise<OutgoingMail> {
  const { settings, hostName, directory, publicFolders, deliver, observe, log } = options
  const { outgoing } = settings.mail
  await using opened = new AsyncDisposableStack()
  const transport = opened.use(
    outgoing.via === 'off'
      ? noTransport
      : await openSmtpTransport({
          settings,
          hostName,
          isOurDomain: async (domain) =>
            (await directory.settings()).domains.some(({ name }) => domainToASCII(name) === domain),
          log,
        }),
  )
  const queue: OutgoingQueue = opened.use(
    await OutgoingQueue.open({
      database: queuePath(settings),
      folder: outgoingPath(settings),
      settings: outgoing.queue,
      hostName,
      transport,
      postReport: (report) =>
        postReport(report, { directory, publicFolders, office: { deliver, outgoing: queue, log } }),
      observe,
      log,
    }),
  )
  const resources = opened.move()
  return { queue, [Symbol.asyncDispose]: () => resources.disposeAsync() }
}
