import { mkdir } from 'node:fs/promises'
import { applyOrganization, Directory, formatChange, parseOrganization, serverDn } from '@bourse/directory'
import type { Guid } from '@bourse/mapi'
import { StoreEngine } from '@bourse/store'
import type { Settings } from '../config/index.ts'
import { askQueue, askStatus, askToAdminister, askToApply, type OrganizationFile } from '../control/index.ts'
import { outgoingPath, queuePath } from '../mail-flow/outgoing-mail.ts'
import type { QueueAdministration } from '../mail-flow/queue/index.ts'
import { directoryPath, hasMailboxFile, mailboxesPath, SERVER_NAME } from '../server.ts'
import { engineTarget } from '../worker/mailbox-target.ts'
import { doMailboxWork, type MailboxWork, type MailboxWorkResult } from './mailbox-work.ts'
import { askedQueue, queueAtRest } from './queue-work.ts'

/**
 * What an administrator does with a data folder, whether or not its server runs: a running server has its mailboxes to itself, and
 * so does it on request.
 */
export interface Administration extends AsyncDisposable {
  /** Whether a server is running. */
  readonly isServing: boolean
  /** The database of users, which several processes may have open. */
  readonly directory: Directory
  /** Makes everything what an organization file says. Resolves to what was changed, line by line. Throws `OrganizationFileError`. */
  apply(file: OrganizationFile): Promise<readonly string[]>
  /** Whether a mailbox, or the store of the public folders, has been made. */
  hasMailbox(guid: Guid): boolean
  /** Does something with the file of a mailbox. */
  administer(work: MailboxWork): Promise<MailboxWorkResult>
  /** The queue of mail to the outside. */
  readonly queue: QueueAdministration
}

/** Takes the data folder of these settings, which is made if it is not there. */
export async function openAdministration(settings: Settings): Promise<Administration> {
  const { data } = settings
  await mkdir(data, { recursive: true, mode: 0o700 })
  await using opened = new AsyncDisposableStack()
  const directory = opened.use(await Directory.open(directoryPath(settings)))
  const isServing = (await askStatus(data)) !== undefined
  const work = isServing
    ? {
        apply: (file: OrganizationFile) => askToApply(data, file),
        administer: (what: MailboxWork) => askToAdminister(data, what),
        queue: askedQueue((what) => askQueue(data, what)),
      }
    : await inThisProcess(settings, directory)
  const resources = opened.move()
  const hasMailbox = (guid: Guid): boolean => hasMailboxFile(settings, guid)
  return { isServing, directory, hasMailbox, ...work, [Symbol.asyncDispose]: () => resources.disposeAsync() }
}

async function inThisProcess(
  settings: Settings,
  directory: Directory,
): Promise<Pick<Administration, 'apply' | 'administer' | 'queue'>> {
  const openEngine = async (organization: string): Promise<StoreEngine> =>
    StoreEngine.open(mailboxesPath(settings), {
      services: {
        serverDn: serverDn(organization, SERVER_NAME),
        serverName: SERVER_NAME,
        addressTypes: ['SMTP', 'EX'],
        displayNameOf: async (legacyDn) => (await directory.find(legacyDn))?.displayName,
      },
    })
  return {
    async apply({ name, text, prune }) {
      const organization = parseOrganization(text, name)
      await using engine = await openEngine(organization.name)
      const mailboxes = engineTarget(engine, directory.guid)
      const { changes } = await applyOrganization(organization, { directory, mailboxes }, { prune })
      return changes.map(formatChange)
    },
    async administer(work) {
      await using engine = await openEngine((await directory.settings()).name)
      // Awaited here, so that the engine stays open until it is done.
      return await doMailboxWork(engine, work)
    },
    queue: queueAtRest(queuePath(settings), outgoingPath(settings)),
  }
}
