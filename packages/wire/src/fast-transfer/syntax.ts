import type { MarkerName } from './marker.ts'

/**
 * The grammar of FastTransfer streams ([MS-OXCFXICS] 2.2.4.2) as data: for each element its states, and for each
 * state what may come next. `FastTransferParser` runs it.
 *
 * In two places it takes more than the specification's: MetaTagFXDelProp may be missing or there wherever
 * subobjects begin, as 3.2.5.10 makes it depend on filters that the stream does not show; and of groupInfo and
 * MetaTagIncrSyncGroupId, which stay in force, a messageChangePartial may have any number.
 */

/** What the stream can be about ([MS-OXCFXICS] 2.2.4.2 root). */
export type RootElement =
  | 'contentsSync'
  | 'hierarchySync'
  | 'state'
  | 'folderContent'
  | 'messageContent'
  | 'attachmentContent'
  | 'messageList'
  | 'topFolder'

/** The elements of the grammar. */
export type ElementName =
  | RootElement
  | 'subFolder'
  | 'message'
  | 'recipient'
  | 'attachment'
  | 'embeddedMessage'
  | 'messageChangeFull'
  | 'messageChangePartial'
  | 'folderChange'
  | 'deletions'
  | 'readStateChanges'
  | 'progressTotal'
  | 'progressPerMessage'
  | 'groupInfo'
  | 'errorInfo'

/** Markers, the meta-properties that the grammar names, and properties of any other kind. */
export type GrammarSymbol =
  | MarkerName
  | 'MetaTagDnPrefix'
  | 'MetaTagEcWarning'
  | 'MetaTagNewFXFolder'
  | 'MetaTagFXDelProp'
  | 'MetaTagIncrSyncGroupId'
  | 'MetaTagIncrementalSyncMessagePartial'
  | 'property'

/** What to do with a symbol besides going to another state. */
export type Action =
  /** Nothing. */
  | 'skip'
  /** Keep the property for the event that the element becomes. */
  | 'collect'
  /** Hand the property out. */
  | 'property'
  /** Hand out a property of a property group. */
  | 'groupProperty'
  /** The element's object begins. */
  | 'start'
  /** The property is PidTagAttachNumber, with which an attachment begins. */
  | 'startAttachment'
  | 'deleteSubobjects'
  | 'warning'
  | 'newFolder'
  | 'groupId'
  | 'propertyGroup'

/** A state that ends the element. */
export const EXIT = 'exit'

export interface Step {
  /** The state to go to, or {@link EXIT}. */
  readonly to: string
  /** The element that begins with this symbol; it gets to see it next. */
  readonly enter?: ElementName
  readonly action?: Action
}

export type Steps = Partial<Record<GrammarSymbol, Step>>

export interface ElementGrammar {
  readonly first: string
  readonly states: Readonly<Record<string, Steps>>
  /** The states in which the element may end before something that it has no step for. */
  readonly final: readonly string[]
  /** Where an error within the element may be recovered from ([MS-OXCFXICS] 2.2.4.3.4): the state to go on in, by state. */
  readonly recovery?: Readonly<Record<string, string>>
}

function step(to: string, action: Action): Step {
  return { to, action }
}

function enter(element: ElementName, to: string): Step {
  return { to, enter: element }
}

/** An element whose properties are handed out together: a marker, then properties. */
function collected(marker: MarkerName, endMarker?: MarkerName): ElementGrammar {
  const list: Steps = { property: step('list', 'collect') }
  return {
    first: 'marker',
    states: {
      marker: { [marker]: step('list', 'skip') },
      list: endMarker === undefined ? list : { ...list, [endMarker]: step(EXIT, 'skip') },
    },
    final: endMarker === undefined ? ['list'] : [],
  }
}

const MESSAGE_STATES = ['content', 'deleted', 'recipients', 'deletedTwice', 'attachments']

/** messageContent, or messageChildren after other content; `end` are the steps that end it. */
function messageStates(content: Steps, end: Steps): Readonly<Record<string, Steps>> {
  const recipient = enter('recipient', 'recipients')
  const attachment = enter('attachment', 'attachments')
  return {
    content: {
      ...content,
      MetaTagFXDelProp: step('deleted', 'deleteSubobjects'),
      StartRecip: recipient,
      NewAttach: attachment,
      ...end,
    },
    deleted: {
      MetaTagFXDelProp: step('deletedTwice', 'deleteSubobjects'),
      StartRecip: recipient,
      NewAttach: attachment,
      ...end,
    },
    recipients: {
      MetaTagFXDelProp: step('deletedTwice', 'deleteSubobjects'),
      StartRecip: recipient,
      NewAttach: attachment,
      ...end,
    },
    deletedTwice: { NewAttach: attachment, ...end },
    attachments: { NewAttach: attachment, ...end },
  }
}

/** propList with what else may stand before or within it. */
const PROPERTIES: Steps = {
  MetaTagDnPrefix: step('content', 'skip'),
  MetaTagEcWarning: step('content', 'warning'),
  property: step('content', 'property'),
}

const messageList: Steps = {
  MetaTagDnPrefix: step('messages', 'skip'),
  MetaTagEcWarning: step('messages', 'warning'),
  StartMessage: enter('message', 'messages'),
  StartFAIMsg: enter('message', 'messages'),
}

/** folderContent and folderContentNoDelProps. */
function folderStates(end: Steps): Readonly<Record<string, Steps>> {
  const subFolder = enter('subFolder', 'folders')
  return {
    content: {
      ...PROPERTIES,
      MetaTagNewFXFolder: step('replica', 'newFolder'),
      MetaTagFXDelProp: step('messages', 'deleteSubobjects'),
      StartMessage: enter('message', 'messages'),
      StartFAIMsg: enter('message', 'messages'),
      StartSubFld: subFolder,
      ...end,
    },
    replica: { MetaTagFXDelProp: step('folders', 'deleteSubobjects'), StartSubFld: subFolder, ...end },
    messages: {
      ...messageList,
      MetaTagFXDelProp: step('messages', 'deleteSubobjects'),
      StartSubFld: subFolder,
      ...end,
    },
    folders: { StartSubFld: subFolder, ...end },
  }
}

const FOLDER_STATES = ['content', 'replica', 'messages', 'folders']
const FOLDER_RECOVERY = { messages: 'messages' }

const messageChange: Steps = {
  IncrSyncChg: enter('messageChangeFull', 'changes'),
  IncrSyncGroupInfo: enter('messageChangePartial', 'changes'),
  MetaTagIncrSyncGroupId: enter('messageChangePartial', 'changes'),
  IncrSyncChgPartial: enter('messageChangePartial', 'changes'),
}
const endOfSync: Steps = { IncrSyncStateBegin: enter('state', 'end') }
const changes: Steps = {
  ...messageChange,
  IncrSyncProgressPerMsg: enter('progressPerMessage', 'change'),
  IncrSyncDel: enter('deletions', 'readStates'),
  IncrSyncRead: enter('readStateChanges', 'state'),
  ...endOfSync,
}

export const grammar: Readonly<Record<ElementName, ElementGrammar>> = {
  contentsSync: {
    first: 'start',
    states: {
      start: { IncrSyncProgressMode: enter('progressTotal', 'changes'), ...changes },
      changes,
      change: messageChange,
      readStates: { IncrSyncRead: enter('readStateChanges', 'state'), ...endOfSync },
      state: endOfSync,
      end: { IncrSyncEnd: step('done', 'skip') },
      done: {},
    },
    final: ['done'],
    recovery: {
      start: 'changes',
      changes: 'changes',
      change: 'changes',
      readStates: 'readStates',
      state: 'state',
    },
  },
  hierarchySync: {
    first: 'changes',
    states: {
      changes: {
        IncrSyncChg: enter('folderChange', 'changes'),
        IncrSyncDel: enter('deletions', 'state'),
        ...endOfSync,
      },
      state: endOfSync,
      end: { IncrSyncEnd: step('done', 'skip') },
      done: {},
    },
    final: ['done'],
  },
  state: collected('IncrSyncStateBegin', 'IncrSyncStateEnd'),
  folderContent: {
    first: 'content',
    states: folderStates({}),
    final: FOLDER_STATES,
    recovery: FOLDER_RECOVERY,
  },
  topFolder: {
    first: 'marker',
    states: {
      marker: { MetaTagDnPrefix: step('marker', 'skip'), StartTopFld: step('content', 'start') },
      ...folderStates({ EndFolder: { to: EXIT } }),
    },
    final: [],
    recovery: FOLDER_RECOVERY,
  },
  subFolder: {
    first: 'marker',
    states: {
      marker: { StartSubFld: step('content', 'start') },
      ...folderStates({ EndFolder: { to: EXIT } }),
    },
    final: [],
    recovery: FOLDER_RECOVERY,
  },
  messageContent: { first: 'content', states: messageStates(PROPERTIES, {}), final: MESSAGE_STATES },
  messageList: {
    first: 'messages',
    states: { messages: messageList },
    final: ['messages'],
    recovery: { messages: 'messages' },
  },
  message: {
    first: 'marker',
    states: {
      marker: { StartMessage: step('content', 'start'), StartFAIMsg: step('content', 'start') },
      ...messageStates(PROPERTIES, { EndMessage: { to: EXIT } }),
    },
    final: [],
  },
  embeddedMessage: {
    first: 'marker',
    states: {
      marker: { StartEmbed: step('content', 'start') },
      ...messageStates(PROPERTIES, { EndEmbed: { to: EXIT } }),
    },
    final: [],
  },
  recipient: {
    first: 'marker',
    states: {
      marker: { StartRecip: step('content', 'start') },
      content: { property: step('content', 'property'), EndToRecip: { to: EXIT } },
    },
    final: [],
  },
  attachment: {
    first: 'marker',
    states: {
      marker: { NewAttach: step('number', 'skip') },
      number: { property: step('content', 'startAttachment') },
      content: {
        ...PROPERTIES,
        StartEmbed: enter('embeddedMessage', 'embedded'),
        EndAttach: { to: EXIT },
      },
      embedded: { EndAttach: { to: EXIT } },
    },
    final: [],
  },
  attachmentContent: {
    first: 'content',
    states: { content: { ...PROPERTIES, StartEmbed: enter('embeddedMessage', 'embedded') }, embedded: {} },
    final: ['content', 'embedded'],
  },
  messageChangeFull: {
    first: 'marker',
    states: {
      marker: { IncrSyncChg: step('header', 'skip') },
      header: { property: step('header', 'collect'), IncrSyncMessage: step('content', 'skip') },
      ...messageStates(PROPERTIES, {}),
    },
    final: MESSAGE_STATES,
  },
  messageChangePartial: {
    first: 'marker',
    states: {
      marker: {
        IncrSyncGroupInfo: enter('groupInfo', 'marker'),
        MetaTagIncrSyncGroupId: step('marker', 'groupId'),
        IncrSyncChgPartial: step('header', 'skip'),
      },
      header: {
        property: step('header', 'collect'),
        ...messageStates({ MetaTagIncrementalSyncMessagePartial: step('content', 'propertyGroup') }, {})
          .content,
      },
      ...messageStates(
        {
          MetaTagIncrementalSyncMessagePartial: step('content', 'propertyGroup'),
          property: step('content', 'groupProperty'),
        },
        {},
      ),
    },
    final: ['header', ...MESSAGE_STATES],
  },
  folderChange: collected('IncrSyncChg'),
  deletions: collected('IncrSyncDel'),
  readStateChanges: collected('IncrSyncRead'),
  progressTotal: collected('IncrSyncProgressMode'),
  progressPerMessage: collected('IncrSyncProgressPerMsg'),
  groupInfo: collected('IncrSyncGroupInfo'),
  errorInfo: collected('FXErrorInfo'),
}
