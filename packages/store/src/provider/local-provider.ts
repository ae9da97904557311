import {
  AddressBookEntryType,
  addressBookEntryId,
  ErrorCode,
  MapiError,
  type MessageStoreProvider,
} from '@bourse/mapi'
import { encodeWith } from '@bourse/mapi/bytes'
import type { Principal } from '../access/principal.ts'
import type { StoreEngine } from '../engine.ts'
import type { Mailbox } from '../mailbox/mailbox.ts'
import { LocalStore } from './local-store.ts'
import { checkLocalSettings, type LocalSettings, type LocalUser } from './settings.ts'
import { useEngine } from './shared-engine.ts'

const DEFAULT_NAME = 'Mailbox'

/**
 * The `local` provider: a mailbox of the store engine in this process, without a server. Several services and sessions of a process may use the
 * same directory; another process has to wait until they are closed.
 *
 * ```ts
 * { name: 'archive', kind: 'messageStore', provider: 'local', settings: { directory: '/home/ann/mail' } }
 * ```
 */
export const localStoreProvider: MessageStoreProvider = {
  kind: 'messageStore',
  name: 'local',
  validate: checkLocalSettings,
  async open(settings) {
    const local = settings as unknown as LocalSettings
    const use = await useEngine(local.directory)
    try {
      const mailbox = await mailboxOf(use.engine, local)
      const store = await use.engine.logOn(mailbox.info.guid, principalOf(mailbox, local.user), {
        ...(local.codePage === undefined ? {} : { codePage: local.codePage }),
      })
      return new LocalStore(store.logon, async () => use[Symbol.asyncDispose]())
    } catch (error) {
      await use[Symbol.asyncDispose]()
      throw error
    }
  },
}

/** The mailbox that is meant; a new one in a directory without any. */
async function mailboxOf(
  engine: StoreEngine,
  { mailbox, displayName, directory }: LocalSettings,
): Promise<Mailbox> {
  if (mailbox !== undefined) return engine.openMailbox(mailbox)
  const found: Mailbox[] = []
  for (const guid of await engine.listMailboxes()) {
    const one = await engine.openMailbox(guid)
    if (one.info.kind === 'private') found.push(one)
  }
  if (found.length > 1) {
    const choices = found.map(({ info }) => `${info.guid} (${info.displayName})`).join(', ')
    throw new MapiError(ErrorCode.Unconfigured, {
      message: `There are several mailboxes in ${directory}; the setting "mailbox" must choose between ${choices}.`,
    })
  }
  return found[0] ?? createMailbox(engine, displayName ?? DEFAULT_NAME)
}

function createMailbox(engine: StoreEngine, displayName: string): Promise<Mailbox> {
  const guid = crypto.randomUUID()
  return engine.createMailbox({
    kind: 'private',
    guid,
    displayName,
    ownerDn: `/o=local/cn=recipients/cn=${guid}`,
  })
}

function principalOf({ info }: Mailbox, user: LocalUser | undefined): Principal {
  const dn = user?.legacyDn ?? info.ownerDn
  return {
    key: dn.toLowerCase(),
    entryId: encodeWith(addressBookEntryId, { type: AddressBookEntryType.LocalMailUser, x500Dn: dn }),
    displayName: user?.displayName ?? (user === undefined ? info.displayName : (dn.split('=').at(-1) ?? dn)),
    groups: new Set(user?.groups?.map((group) => group.toLowerCase())),
    role: user?.administrator === true ? 'administrator' : 'user',
  }
}
