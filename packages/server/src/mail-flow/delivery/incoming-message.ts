import {
  addressEntries,
  ErrorCode,
  globcntOf,
  isMapiError,
  MapiError,
  type Message,
  type MessageStore,
  nowAsFileTime,
  PidTagDeferredSendNumber,
  PidTagDeferredSendTime,
  PidTagDeferredSendUnits,
  PidTagDelegatedByRule,
  PidTagDeleteAfterSubmit,
  PidTagEmailAddress,
  PidTagMessageCcMe,
  PidTagMessageDeliveryTime,
  PidTagMessageRecipientMe,
  PidTagMessageToMe,
  PidTagSentMailEntryId,
  PidTagSentMailSvrEID,
  PidTagSmtpAddress,
  PidTagSubmitFlags,
  PidTagTargetEntryId,
  type PropertyEntries,
  ReceivedByAddress,
  ReceivedRepresentingAddress,
  RecipientType,
  recipientKind,
} from '@bourse/mapi'
import { beginDelivery, type Delivery, type MailOrigin, type StoreEngine, wasDelivered } from '@bourse/store'
import { findFolder, namesIn } from '../../worker/folder-path.ts'
import { SETUP } from '../../worker/mailbox-target.ts'
import type { Receiver } from '../routing/route.ts'
import { hasJunkRule } from './junk-rule.ts'

/** What became of a delivery. */
export type DeliveryResult =
  | 'delivered'
  /** It was there already. */
  | 'duplicate'
  /** The mailbox is full. */
  | 'full'

/** What says how a message is sent is nothing to who gets it ([MS-OXOMSG] 2.2.3), and must not hold when they have it go on. */
const OF_THE_SENDER = [
  PidTagDeferredSendNumber,
  PidTagDeferredSendTime,
  PidTagDeferredSendUnits,
  PidTagDeleteAfterSubmit,
  PidTagSentMailEntryId,
  PidTagSentMailSvrEID,
  PidTagSubmitFlags,
  PidTagTargetEntryId,
]

/** What is known of a message that arrives. */
export interface ArrivalFacts {
  /** A rule has it go on to a delegate: it says for whom they get it, which only then is to be believed ([MS-OXORULE] 3.2.5.1). */
  readonly isDelegated: boolean
}

/** A message that is arriving in a mailbox of this thread; who brings it may be in another one. */
export class IncomingMessage implements AsyncDisposable {
  readonly #store: MessageStore
  readonly #delivery: Delivery
  readonly #receiver: Receiver

  private constructor(store: MessageStore, delivery: Delivery, receiver: Receiver) {
    this.#store = store
    this.#delivery = delivery
    this.#receiver = receiver
  }

  /**
   * Begins a delivery. `undefined` if it was delivered before. Rejects with `UnknownUser` if there is no such mailbox, with `NotFound` if there is
   * no such public folder.
   *
   * @param key names the message and its receiver for all time
   * @param folder where it goes in a mailbox; what is for the folder of junk goes to the Inbox if the owner has a rule that decides there
   * @param origin what is known of its sender, whom the mailbox may answer by itself
   */
  static async begin(
    engine: StoreEngine,
    receiver: Receiver,
    key: string,
    folder: 'inbox' | 'junkEmail' = 'inbox',
    origin: MailOrigin = {},
  ): Promise<IncomingMessage | undefined> {
    const store = await engine.logOn(receiver.mailbox, SETUP)
    try {
      if (await wasDelivered(store.logon, key)) {
        await store[Symbol.asyncDispose]()
        return undefined
      }
      const { folders } = store.logon.mailbox.info
      const fid =
        receiver.folderPath !== undefined
          ? globcntOf(await publicFolderId(store, receiver.folderPath))
          : folder === 'junkEmail' && !(await hasJunkRule(store))
            ? folders.junkEmail!
            : folders.inbox!
      const delivery = await beginDelivery(store.logon, fid, key, origin)
      return new IncomingMessage(store, delivery, receiver)
    } catch (error) {
      await store[Symbol.asyncDispose]()
      throw error
    }
  }

  /** To be filled. */
  async message(): Promise<Message> {
    return this.#delivery.message
  }

  /** The store that it arrives in, for names of properties. */
  async store(): Promise<MessageStore> {
    return this.#store
  }

  /** Delivers it, when it is filled. */
  async deliver({ isDelegated }: ArrivalFacts = { isDelegated: false }): Promise<DeliveryResult> {
    const { message } = this.#delivery
    await message.setProperties(await receivedProperties(message, this.#receiver))
    await message.deleteProperties(OF_THE_SENDER)
    if (!isDelegated) {
      await message.deleteProperties([PidTagDelegatedByRule])
      await message.setProperties(addressEntries(ReceivedRepresentingAddress, this.#receiver))
    }
    try {
      return (await this.#delivery.save()) ? 'delivered' : 'duplicate'
    } catch (error) {
      if (isMapiError(error, ErrorCode.ShutoffQuotaExceeded)) return 'full'
      throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#delivery.message[Symbol.asyncDispose]()
    await this.#store[Symbol.asyncDispose]()
  }
}

/** The ID of a public folder by its path. Rejects with `NotFound`. */
async function publicFolderId(store: MessageStore, path: string): Promise<bigint> {
  await using root = await store.openFolder(store.logon.folders.ipmSubtree!)
  const id = await findFolder(root, namesIn(path))
  if (id === undefined) throw new MapiError(ErrorCode.NotFound)
  return id
}

/** Who gets it, and when ([MS-OXOMSG] 2.2.1.9 to 2.2.1.36, [MS-OXCMSG] 2.2.1.34). */
async function receivedProperties(message: Message, receiver: Receiver): Promise<PropertyEntries> {
  const { address, aliases = [], legacyDn } = receiver
  const kind = await recipientKindOf(message, [legacyDn, address, ...aliases])
  return [
    [PidTagMessageDeliveryTime, nowAsFileTime()],
    ...addressEntries(ReceivedByAddress, receiver),
    [PidTagMessageToMe, kind === RecipientType.To],
    [PidTagMessageCcMe, kind === RecipientType.Cc],
    [PidTagMessageRecipientMe, kind !== undefined],
  ]
}

/** As what somebody is named among the recipients, by name and not through a group. */
async function recipientKindOf(message: Message, addresses: readonly string[]): Promise<number | undefined> {
  const own = new Set(addresses.map((address) => address.toLowerCase()))
  for (const { type, properties } of await message.getRecipients()) {
    const named = [properties.get(PidTagEmailAddress), properties.get(PidTagSmtpAddress)]
    if (named.some((address) => address !== undefined && own.has(address.toLowerCase())))
      return recipientKind(type)
  }
  return undefined
}
