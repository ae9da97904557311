import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type OpenSessionOptions,
  openSession,
  type Profile,
  type ProfileService,
  type ProfileSession,
  providerRegistry,
} from '@bourse/client'
import {
  type Message,
  type MessageStore,
  PidTagAddressType,
  PidTagBody,
  PidTagDisplayName,
  PidTagEmailAddress,
  PidTagSubject,
  PropertyBag,
  type ServiceProvider,
} from '@bourse/mapi'
import { localStoreProvider } from '@bourse/store/provider'

/** A directory for one test, which goes when it is disposed of. */
export async function temporaryDirectory(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'bourse-session-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** The service of a local store. */
export function localService(directory: string, name = 'mailbox'): ProfileService {
  return { name, kind: 'messageStore', provider: 'local', settings: { directory } }
}

/** A profile with a local store and other services, and the session that it gives with these providers. */
export function openLocalSession(
  directory: string,
  services: readonly ProfileService[],
  providers: readonly ServiceProvider[],
  options: OpenSessionOptions = {},
): Promise<ProfileSession> {
  const profile: Profile = { name: 'test', services: [localService(directory), ...services] }
  return openSession(profile, {
    registry: providerRegistry({ providers: [localStoreProvider, ...providers] }),
    ...options,
  })
}

/** A new message to addresses, such as `bob@example.com` or `FAX:+1 555 0100`, in the outbox. */
export async function compose(
  store: MessageStore,
  subject: string,
  ...addresses: readonly string[]
): Promise<Message> {
  const message = await store.createMessage(store.logon.folders.outbox!)
  await message.setProperties([
    [PidTagSubject, subject],
    [PidTagBody, `Body of ${subject}`],
  ])
  await message.modifyRecipients(
    addresses.map((address, rowId) => {
      const [, type = 'SMTP', email = address] = /^([A-Z0-9]+):(.*)$/.exec(address) ?? []
      const properties = new PropertyBag([
        [PidTagDisplayName, email],
        [PidTagAddressType, type],
        [PidTagEmailAddress, email],
      ])
      return { rowId, recipient: { rowId, type: 1, properties } }
    }),
  )
  return message
}
