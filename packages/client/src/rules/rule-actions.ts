import {
  type ActionRecipient,
  copyTo,
  deleteMessage,
  ForwardFlavor,
  folderIdOf,
  folderInThisStore,
  forwardTo,
  markAsRead,
  moveTo,
  PidTagAddressType,
  PidTagDisplayName,
  PidTagEmailAddress,
  PidTagEntryId,
  PidTagRecipientType,
  PidTagSearchKey,
  PidTagSmtpAddress,
  PropertyBag,
  RecipientType,
  type RuleAction,
} from '@bourse/mapi'
import type { Addressees } from '../mail/recipients.ts'
import { addressProperties } from '../mail/recipients.ts'
import type { MailStore } from '../mail/store.ts'

/** A folder by its ID, or by its path from the top folders on. */
export type RuleFolder = bigint | string

/** What a rule is to do with a message. */
export interface RuleSteps {
  readonly moveTo?: RuleFolder
  readonly copyTo?: RuleFolder
  /** Forwarded in the name of the owner of the mailbox. */
  readonly forwardTo?: Addressees
  /** Sent on as it came, from who has sent it. */
  readonly redirectTo?: Addressees
  readonly markRead?: boolean
  /** Moved to Deleted Items. */
  readonly delete?: boolean
  /** Deleted for good. */
  readonly discard?: boolean
}

/** Somebody to whom a rule sends messages. */
export interface RuleRecipient {
  readonly name: string
  /** The SMTP address, if it is known; else the one that there is. */
  readonly address: string
}

/** What a rule does, as it was read. */
export interface RuleEffects {
  /** IDs of folders. */
  readonly moveTo: readonly bigint[]
  readonly copyTo: readonly bigint[]
  readonly forwardTo: readonly RuleRecipient[]
  readonly redirectTo: readonly RuleRecipient[]
  readonly markRead: boolean
  readonly delete: boolean
  readonly discard: boolean
  /** Whether it does something beside that, as rules of other programs may. */
  readonly hasMore: boolean
}

const REDIRECT = ForwardFlavor.PreserveSender | ForwardFlavor.DoNotMungeMessage

/** What a recipient of an action needs ([MS-OXORULE] 2.2.5.1.2.4.1). */
const RECIPIENT_TAGS = [
  PidTagEntryId,
  PidTagDisplayName,
  PidTagAddressType,
  PidTagEmailAddress,
  PidTagSmtpAddress,
  PidTagSearchKey,
] as const

/** The actions that steps are ([MS-OXORULE] 2.2.5). Rejects with `NotFound` for a folder, or a name of the address book, that is not there. */
export async function ruleActions(store: MailStore, steps: RuleSteps): Promise<readonly RuleAction[]> {
  const target = async (folder: RuleFolder) =>
    folderInThisStore(typeof folder === 'bigint' ? folder : await folderId(store, folder))
  const actions: RuleAction[] = []
  // First what changes the message, so that it is so wherever it goes.
  if (steps.markRead === true) actions.push(markAsRead())
  if (steps.copyTo !== undefined) actions.push(copyTo(await target(steps.copyTo)))
  if (steps.forwardTo !== undefined) actions.push(forwardTo(await recipients(store, steps.forwardTo)))
  if (steps.redirectTo !== undefined)
    actions.push(forwardTo(await recipients(store, steps.redirectTo), REDIRECT))
  if (steps.moveTo !== undefined) actions.push(moveTo(await target(steps.moveTo)))
  if (steps.delete === true) actions.push(moveTo(folderInThisStore((await store.deletedItems()).id)))
  if (steps.discard === true) actions.push(deleteMessage())
  return actions
}

/** What actions do, as far as {@link RuleEffects} has words for it. `bin` is the ID of Deleted Items. */
export function readRuleActions(actions: readonly RuleAction[], bin: bigint | undefined): RuleEffects {
  const effects = {
    moveTo: [] as bigint[],
    copyTo: [] as bigint[],
    forwardTo: [] as RuleRecipient[],
    redirectTo: [] as RuleRecipient[],
    markRead: false,
    delete: false,
    discard: false,
    hasMore: false,
  }
  for (const action of actions) {
    const folder = action.kind === 'move' || action.kind === 'copy' ? folderIdOf(action) : undefined
    if (action.kind === 'move' && folder !== undefined && folder === bin) effects.delete = true
    else if (action.kind === 'move' && folder !== undefined) effects.moveTo.push(folder)
    else if (action.kind === 'copy' && folder !== undefined) effects.copyTo.push(folder)
    else if (action.kind === 'markAsRead') effects.markRead = true
    else if (action.kind === 'delete') effects.discard = true
    else if (action.kind === 'forward' && action.flavor === 0)
      effects.forwardTo.push(...action.recipients.map(recipientOf))
    else if (action.kind === 'forward' && action.flavor === REDIRECT)
      effects.redirectTo.push(...action.recipients.map(recipientOf))
    else effects.hasMore = true
  }
  return effects
}

async function folderId(store: MailStore, path: string): Promise<bigint> {
  await using folder = await store.folder(path)
  return folder.id
}

async function recipients(store: MailStore, addressees: Addressees): Promise<readonly ActionRecipient[]> {
  const bags = await addressProperties(addressees, store.session.addressBook)
  return bags.map((bag) => [
    ...RECIPIENT_TAGS.flatMap((tag) => {
      const value = bag.get<string | Uint8Array>(tag)
      return value === undefined ? [] : [{ tag, value }]
    }),
    { tag: PidTagRecipientType, value: RecipientType.To },
  ])
}

function recipientOf(recipient: ActionRecipient): RuleRecipient {
  const bag = new PropertyBag(recipient.map(({ tag, value }) => [tag, value] as const))
  const address = bag.get(PidTagSmtpAddress) ?? bag.get(PidTagEmailAddress) ?? ''
  return { name: bag.get(PidTagDisplayName) ?? address, address }
}
