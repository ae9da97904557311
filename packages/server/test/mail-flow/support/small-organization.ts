import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { applyOrganization, Directory, type DirectoryObject, parseOrganization } from '@bourse/directory'
import {
  addressBookEntryId,
  type Message,
  type MessageStore,
  PidTagAddressType,
  PidTagDisplayName,
  PidTagEmailAddress,
  PidTagEntryId,
  PidTagFolderId,
  PidTagMid,
  PidTagSentMailSvrEID,
  PidTagSmtpAddress,
  PidTagSubject,
  PropertyBag,
  type PropertyEntries,
  type PropertyTag,
  type Recipient,
  RecipientType,
  type Row,
} from '@bourse/mapi'
import { encodeWith } from '@bourse/mapi/bytes'
import { StoreEngine, setQuotas } from '@bourse/store'
import { expect } from 'vitest'
import { silentLog } from '../../../src/log/index.ts'
import { IncomingMessage } from '../../../src/mail-flow/delivery/incoming-message.ts'
import type { QueuedContent } from '../../../src/mail-flow/queue/outgoing-message.ts'
import { findRoute } from '../../../src/mail-flow/routing/find-route.ts'
import { Outbox, type OutboxOptions } from '../../../src/mail-flow/submission/outbox.ts'
import { engineTarget, SETUP } from '../../../src/worker/mailbox-target.ts'

const ORGANIZATION = `
organization: Example
domains: [example.com]
users:
  - { name: ann, displayName: Ann Ames }
  - { name: bob, displayName: Bob Bell, aliases: [bobby@example.com], delegates: [ann] }
  - { name: cid, displayName: Cid Cole, sendAs: [ann] }
  - { name: dan, displayName: Dan Dale, address: null }
groups:
  - { name: all, displayName: All, members: [bob, friend] }
  - { name: closed, displayName: Closed, members: [bob], authorizedSenders: [cid] }
contacts:
  - { name: friend, displayName: A Friend, address: friend@elsewhere.test }
publicFolders:
  - { path: /News, name: news, address: news@example.com }
`
const PUBLIC = 'a0000001-0000-4000-8000-000000000003'
const WAIT = { timeout: 20_000, interval: 20 }

/** What was put into the queue, with what is in its file. */
export interface Queued extends QueuedContent {
  readonly mime: string
}

export interface SmallOrganization extends AsyncDisposable {
  readonly directory: Directory
  readonly engine: StoreEngine
  /** What the queue was given, each key once. */
  readonly queue: Map<string, Queued>
  /** Thrown once by what is called next. */
  readonly failures: { queue?: Error; begin?: Error }
  /** Called when a delivery begins. */
  beginning?: () => void
  /** Makes a mailbox take nothing more. */
  fill(user: string): Promise<void>
  /** A mailbox, for its owner or somebody else. */
  open(user: string, as?: string): Promise<MessageStore>
  /** A message in the Outbox, to be sent and kept in Sent Items. */
  draft(
    store: MessageStore,
    to: readonly string[],
    properties: PropertyEntries,
    others?: { readonly cc?: readonly string[]; readonly bcc?: readonly string[] },
  ): Promise<Message>
  /** As {@link draft}, and handed over. */
  send(...draft: Parameters<SmallOrganization['draft']>): Promise<void>
  /** Waits for a message of a subject in a folder; the Inbox if left out. */
  arrived(store: MessageStore, subject: string, folderId?: bigint): Promise<Message>
  rows(store: MessageStore, folderId: bigint, tags: readonly PropertyTag[]): Promise<readonly Row[]>
  /** Waits until there is nothing in the Outbox. */
  sent(store: MessageStore): Promise<void>
  /** Waits for as many messages in the queue. */
  queued(count: number): Promise<readonly Queued[]>
}

/** An engine, a directory and an outbox in this thread, and a queue that only remembers. */
export async function openSmallOrganization(
  options: Partial<Pick<OutboxOptions, 'pickupDelay'>> & { readonly sendsOutside?: boolean } = {},
): Promise<SmallOrganization> {
  const folder = mkdtempSync(join(tmpdir(), 'bourse-submission-'))
  const outgoing = join(folder, 'outgoing')
  await mkdir(outgoing)
  const directory = await Directory.open(join(folder, 'directory.sqlite'))
  const queue = new Map<string, Queued>()
  const failures: SmallOrganization['failures'] = {}
  const failOnce = (what: keyof typeof failures): void => {
    const error = failures[what]
    delete failures[what]
    if (error !== undefined) throw error
  }
  const outbox = new Outbox({
    engine: async () => engine,
    findRoute: (question) =>
      findRoute(question, {
        directory,
        publicFolders: PUBLIC,
        sendsOutside: options.sendsOutside ?? true,
      }),
    begin: async (receiver, key, origin) => {
      failOnce('begin')
      organization.beginning?.()
      return IncomingMessage.begin(engine, receiver, key, 'inbox', origin)
    },
    hostName: 'mail.example.com',
    outgoing,
    smtpAddressOf: async (address) => (await directory.find(address))?.smtpAddress,
    queue: async (content) => {
      const mime = readFileSync(content.path, 'utf8')
      await rm(content.path)
      if (queue.has(content.key)) return 'duplicate'
      queue.set(content.key, { ...content, mime })
      failOnce('queue')
      return 'queued'
    },
    pickupDelay: options.pickupDelay ?? 0,
    log: silentLog,
  })
  const engine: StoreEngine = await StoreEngine.open(join(folder, 'mailboxes'), {
    services: {
      serverDn: '/o=Example/cn=server',
      serverName: 'server',
      hostName: 'mail.example.com',
      addressTypes: ['SMTP', 'EX'],
      displayNameOf: async (address) => (await directory.find(address))?.displayName,
    },
    opened: (mailbox) => {
      if (mailbox.info.kind === 'private') outbox.attach(mailbox)
    },
  })
  await applyOrganization(
    parseOrganization(ORGANIZATION, 'organization.yaml'),
    { directory, mailboxes: engineTarget(engine, PUBLIC) },
    {},
  )

  async function recipientOf(to: string, type: number, rowId: number): Promise<Recipient> {
    const object = await directory.find(to)
    const properties =
      object === undefined
        ? new PropertyBag([
            [PidTagDisplayName, to],
            [PidTagAddressType, 'SMTP'],
            [PidTagEmailAddress, to],
            [PidTagSmtpAddress, to],
          ])
        : knownRecipient(object)
    return { rowId, type, properties }
  }

  const organization: SmallOrganization = {
    directory,
    engine,
    queue,
    failures,
    async open(user, as = user) {
      if (user === 'public') return engine.logOn(PUBLIC, SETUP)
      const { id } = (await directory.find(as))!
      const { mailbox } = (await directory.find(user))!
      return engine.logOn(mailbox!.guid, (await directory.principalOf(id))!, { fullAccess: user !== as })
    },
    async draft(store, to, properties, { cc = [], bcc = [] } = {}) {
      const { outbox: folderId, sentItems } = store.logon.folders
      const message = await store.createMessage(folderId!)
      await message.setProperties([
        [PidTagSentMailSvrEID, { ours: true, folderId: sentItems!, messageId: 0n, instance: 0 }],
        ...properties,
      ])
      const all = [
        ...to.map((name) => [name, RecipientType.To] as const),
        ...cc.map((name) => [name, RecipientType.Cc] as const),
        ...bcc.map((name) => [name, RecipientType.Bcc] as const),
      ]
      const recipients = await Promise.all(all.map(([name, type], rowId) => recipientOf(name, type, rowId)))
      await message.modifyRecipients(recipients.map((recipient) => ({ rowId: recipient.rowId, recipient })))
      return message
    },
    async fill(user) {
      const { mailbox } = (await directory.find(user))!
      await (await engine.openMailbox(mailbox!.guid)).write((tx) => setQuotas(tx, { receive: 1 }))
    },
    async send(...draft) {
      await using message = await organization.draft(...draft)
      await message.submit()
    },
    async rows(store, folderId, tags) {
      await using opened = await store.openFolder(folderId)
      await using table = await opened.contentsTable()
      return (await (await table.setColumns([PidTagFolderId, PidTagMid, ...tags])).queryRows(100)).rows
    },
    async arrived(store, subject, folderId = store.logon.folders.inbox!) {
      let found: Row | undefined
      const find = async (): Promise<boolean> => {
        const rows = await organization.rows(store, folderId, [PidTagSubject])
        found = rows.find((row) => row.get(PidTagSubject) === subject)
        return found !== undefined
      }
      await expect.poll(find, WAIT).toBe(true)
      return store.openMessage(folderId, found!.get(PidTagMid)!, { mode: 'readWrite' })
    },
    async sent(store) {
      const { outbox: folderId } = store.logon.folders
      await expect.poll(() => organization.rows(store, folderId!, []), WAIT).toHaveLength(0)
    },
    async queued(count) {
      await expect.poll(() => queue.size, WAIT).toBe(count)
      return [...queue.values()]
    },
    async [Symbol.asyncDispose]() {
      await outbox.stop()
      await engine[Symbol.asyncDispose]()
      await directory[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return organization
}

/** As the address book gives somebody to a client; without the SMTP address, which older ones do not set. */
export function knownRecipient({ displayName, legacyDn }: DirectoryObject): PropertyBag {
  return new PropertyBag([
    [PidTagDisplayName, displayName],
    [PidTagAddressType, 'EX'],
    [PidTagEmailAddress, legacyDn],
    [PidTagEntryId, encodeWith(addressBookEntryId, { type: 0, x500Dn: legacyDn })],
  ])
}
