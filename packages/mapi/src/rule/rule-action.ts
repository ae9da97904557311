import type { Guid } from '../bytes/index.ts'
import type { TaggedValue } from '../property/tagged-value.ts'

/**
 * What a rule does with a message that meets its condition: an ActionBlock ([MS-OXORULE] 2.2.5.1).
 * Tell the kinds apart by `kind`; make them with the functions of `builder.ts`.
 *
 * Standard rules and extended rules ([MS-OXORULE] 2.2.4) say where a message goes in different ways; see
 * {@link MoveAction} and {@link ReplyAction}.
 */
export type RuleAction =
  | MoveAction
  | CopyAction
  | ReplyAction
  | OofReplyAction
  | DeferAction
  | BounceAction
  | ForwardAction
  | DelegateAction
  | TagAction
  | DeleteAction
  | MarkAsReadAction

/** What all actions have ([MS-OXORULE] 2.2.5.1). */
export interface RuleActionFlags {
  /** Bits of {@link ReplyFlavor} or {@link ForwardFlavor}; 0 for all other kinds. */
  readonly flavor: number
  /** ActionFlags: the client's own, which the server keeps. */
  readonly flags: number
}

/** Where a move or copy goes ([MS-OXORULE] 2.2.5.1.2.1). */
export interface FolderTarget {
  /**
   * Whether the folder is in the store of the rule. Standard rules only; an extended rule says the
   * same through the entry ID of the store, and leaves it out.
   */
  readonly folderInThisStore?: boolean
  /** The store's entry ID; of no meaning if the folder is in this store. */
  readonly storeEntryId: Uint8Array
  /**
   * The folder: in a standard rule, if it is in this store, a ServerEid structure ([MS-OXORULE] 2.2.5.1.2.1.1,
   * the same as a PtypServerId without its count), else the folder's entry ID ([MS-OXCDATA] 2.2.4.1).
   */
  readonly folderEntryId: Uint8Array
}

/** OP_MOVE: moves the message ([MS-OXORULE] 2.2.5.1.2.1). */
export interface MoveAction extends RuleActionFlags, FolderTarget {
  readonly kind: 'move'
}

/** OP_COPY: copies the message ([MS-OXORULE] 2.2.5.1.2.1). */
export interface CopyAction extends RuleActionFlags, FolderTarget {
  readonly kind: 'copy'
}

/** The message that is the model of a reply: by its IDs in standard rules, by its entry ID in extended ones. */
export type ReplyTemplate =
  | {
      readonly kind: 'ids'
      /** ReplyTemplateFID: folder ID of the folder of the template. */
      readonly folderId: bigint
      /** ReplyTemplateMID: its message ID. */
      readonly messageId: bigint
    }
  | {
      readonly kind: 'entryId'
      /** ReplyTemplateMessageEID: a Message EntryID structure ([MS-OXCDATA] 2.2.4.2). */
      readonly entryId: Uint8Array
    }

interface ReplyData extends RuleActionFlags {
  readonly template: ReplyTemplate
  /** ReplyTemplateGUID: the value of PidTagReplyTemplateId of the template. */
  readonly templateGuid: Guid
}

/** OP_REPLY: sends a reply made of a template to the sender ([MS-OXORULE] 2.2.5.1.2.2). */
export interface ReplyAction extends ReplyData {
  readonly kind: 'reply'
}

/** OP_OOF_REPLY: the same as an out-of-office reply ([MS-OXORULE] 2.2.5.1.2.2). */
export interface OofReplyAction extends ReplyData {
  readonly kind: 'oofReply'
}

/** OP_DEFER_ACTION: leaves the work to the client, through a deferred action message ([MS-OXORULE] 2.2.5.1.2.3). */
export interface DeferAction extends RuleActionFlags {
  readonly kind: 'deferAction'
  /** What the client wants to find again; the server does not look at it. */
  readonly data: Uint8Array
}

/** OP_BOUNCE: rejects the message ([MS-OXORULE] 2.2.5.1.2.5). */
export interface BounceAction extends RuleActionFlags {
  readonly kind: 'bounce'
  /** Why: one of {@link BounceCode}. */
  readonly bounceCode: number
}

/** RecipientBlockData: one recipient by its properties ([MS-OXORULE] 2.2.5.1.2.4.1). */
export type ActionRecipient = readonly TaggedValue[]

/** OP_FORWARD: forwards the message ([MS-OXORULE] 2.2.5.1.2.4). */
export interface ForwardAction extends RuleActionFlags {
  readonly kind: 'forward'
  readonly recipients: readonly ActionRecipient[]
}

/** OP_DELEGATE: resends the message to others, who act for the user ([MS-OXORULE] 2.2.5.1.2.4). */
export interface DelegateAction extends RuleActionFlags {
  readonly kind: 'delegate'
  readonly recipients: readonly ActionRecipient[]
}

/** OP_TAG: sets a property of the message ([MS-OXORULE] 2.2.5.1.2.6). */
export interface TagAction extends RuleActionFlags {
  readonly kind: 'tag'
  readonly property: TaggedValue
}

/** OP_DELETE: deletes the message; allowed only alone ([MS-OXORULE] 2.2.5.1.1). */
export interface DeleteAction extends RuleActionFlags {
  readonly kind: 'delete'
}

/** OP_MARK_AS_READ: marks the message as read ([MS-OXORULE] 2.2.5.1.1). */
export interface MarkAsReadAction extends RuleActionFlags {
  readonly kind: 'markAsRead'
}

/** ActionType ([MS-OXORULE] 2.2.5.1.1). */
export const ActionType = {
  move: 0x01,
  copy: 0x02,
  reply: 0x03,
  oofReply: 0x04,
  deferAction: 0x05,
  bounce: 0x06,
  forward: 0x07,
  delegate: 0x08,
  tag: 0x09,
  delete: 0x0a,
  markAsRead: 0x0b,
} as const satisfies Readonly<Record<RuleAction['kind'], number>>
