/** Streams of every root element, and what they are made of. */
import {
  PidTagAssociated,
  PidTagAttachMethod,
  PidTagAttachNumber,
  PidTagChangeKey,
  PidTagDisplayName,
  PidTagLastModificationTime,
  PidTagMessageRecipients,
  PidTagParentSourceKey,
  PidTagPredecessorChangeList,
  PidTagRowid,
  PidTagSourceKey,
  PidTagSubject,
  type PropertyTag,
  type PropertyValue,
  PtypString,
  propertyTag,
} from '@bourse/mapi'
import { encodeWith } from '@bourse/mapi/bytes'
import {
  extendedErrorInfo,
  type FastTransferEvent,
  FastTransferParser,
  FastTransferWriter,
  folderReplicaInfo,
  grammar,
  Marker,
  type MarkerName,
  MetaTagCnsetSeen,
  MetaTagDnPrefix,
  MetaTagEcWarning,
  MetaTagFXDelProp,
  MetaTagIdsetGiven,
  MetaTagIncrementalSyncMessagePartial,
  MetaTagIncrSyncGroupId,
  MetaTagNewFXFolder,
  progressInformation,
  propertyGroupInfo,
  type RootElement,
  UnnamedBinary,
  UnnamedBoolean,
  UnnamedInteger32,
} from '../../src/fast-transfer/index.ts'

/** A marker by its name, or a property. */
export type Item =
  | MarkerName
  | readonly [tag: PropertyTag<never> | PropertyTag<unknown>, value: PropertyValue]

export const ROOTS = [
  'contentsSync',
  'hierarchySync',
  'state',
  'folderContent',
  'messageContent',
  'attachmentContent',
  'messageList',
  'topFolder',
] as const satisfies readonly RootElement[]

export const KEY = Uint8Array.of(1, 2, 3)
export const SUBJECT: Item = [PidTagSubject, 'Hi']
export const HEADER: readonly Item[] = [
  [PidTagSourceKey, KEY],
  [PidTagLastModificationTime, 1n],
  [PidTagChangeKey, KEY],
  [PidTagPredecessorChangeList, KEY],
  [PidTagAssociated, false],
]
export const STATE: readonly Item[] = [
  'IncrSyncStateBegin',
  [MetaTagIdsetGiven, KEY],
  [MetaTagCnsetSeen, KEY],
  'IncrSyncStateEnd',
]
export const RECIPIENT: readonly Item[] = [
  'StartRecip',
  [PidTagRowid, 0],
  [PidTagDisplayName, 'A'],
  'EndToRecip',
]
export const ATTACHMENT: readonly Item[] = [
  'NewAttach',
  [PidTagAttachNumber, 3],
  [PidTagAttachMethod, 1],
  'EndAttach',
]
export const PROGRESS = {
  faiMessageCount: 0,
  faiMessageTotalSize: 0n,
  normalMessageCount: 2,
  normalMessageTotalSize: 9n,
}
export const GROUPS = { groupId: 7, groups: [[{ tag: PidTagSubject as PropertyTag<unknown> }]] }
export const GID = { databaseGuid: '00062008-0000-0000-c000-000000000046', globalCounter: 1 }
export const ERROR = { errorCode: 0x8004_0102, folderGid: GID, messageGid: GID, auxBytes: new Uint8Array(0) }
export const ERROR_INFO: readonly Item[] = [
  'FXErrorInfo',
  [UnnamedBinary, encodeWith(extendedErrorInfo, ERROR)],
]

export function bytesOf(items: readonly Item[]): Uint8Array<ArrayBuffer> {
  const writer = new FastTransferWriter()
  for (const item of items) {
    if (typeof item === 'string') writer.marker(Marker[item])
    else writer.property(item[0] as PropertyTag, item[1])
  }
  return writer.take(Number.MAX_SAFE_INTEGER)
}

export function parse(root: RootElement, pieces: Iterable<Uint8Array>): FastTransferEvent[] {
  const parser = new FastTransferParser(root)
  const events: FastTransferEvent[] = []
  for (const piece of pieces) events.push(...parser.push(piece))
  events.push(...parser.end())
  return events
}

/** A stream that the grammar allows: `choices` say which way it goes where there are several. */
export function derive(root: RootElement, choices: readonly number[]): Item[] {
  const items: Item[] = []
  let i = 0
  const choose = (count: number) => (i < choices.length ? choices[i++]! % count : 0)
  const run = (element: keyof typeof grammar, depth: number): void => {
    const { first, states, final } = grammar[element]
    let state = first
    const header: Item[] =
      element === 'folderChange'
        ? [[PidTagParentSourceKey, KEY], [PidTagDisplayName, 'A'], ...HEADER]
        : [...HEADER]
    let steps = 0
    while (state !== 'exit') {
      steps++
      const ways = Object.entries(states[state]!).filter(
        ([symbol, { enter }]) =>
          symbol !== 'FXErrorInfo' &&
          (depth < 4 || enter === undefined || state === 'end' || enter === 'state'),
      )
      const isLong = steps > 8 || i >= choices.length
      if (final.includes(state) && (ways.length === 0 || isLong || choose(4) === 0)) return
      const way = isLong ? ways.at(-1)! : ways[choose(ways.length)]!
      const [symbol, { to, enter, action }] = way
      if (enter !== undefined) run(enter, depth + 1)
      else if (symbol in Marker) items.push(symbol as MarkerName)
      else items.push(metaProperty(symbol))
      if (action === 'skip' && (to === 'list' || to === 'header') && symbol in Marker)
        items.push(...listOf(element, header))
      if (symbol === 'property' && action === 'collect') items.pop()
      if (action === 'startAttachment') items.splice(-1, 1, [PidTagAttachNumber, 1])
      state = to
    }
  }
  run(root, 0)
  return items
}

function listOf(element: string, header: readonly Item[]): readonly Item[] {
  switch (element) {
    case 'progressTotal':
      return [[UnnamedBinary, encodeWith(progressInformation, PROGRESS)]]
    case 'groupInfo':
      return [[UnnamedBinary, encodeWith(propertyGroupInfo, GROUPS)]]
    case 'progressPerMessage':
      return [
        [UnnamedInteger32, 1],
        [UnnamedBoolean, true],
      ]
    case 'messageChangeFull':
    case 'messageChangePartial':
    case 'folderChange':
      return header
    default:
      return [[MetaTagCnsetSeen, KEY]]
  }
}

function metaProperty(symbol: string): Item {
  switch (symbol) {
    case 'MetaTagDnPrefix':
      return [MetaTagDnPrefix, 'x']
    case 'MetaTagEcWarning':
      return [MetaTagEcWarning, 1]
    case 'MetaTagNewFXFolder':
      return [
        MetaTagNewFXFolder,
        encodeWith(folderReplicaInfo, {
          folderLongTermId: GID,
          serverDnCount: 0,
          cheapServerDnCount: 0,
          serverDns: [],
        }),
      ]
    case 'MetaTagFXDelProp':
      return [MetaTagFXDelProp, PidTagMessageRecipients]
    case 'MetaTagIncrSyncGroupId':
      return [MetaTagIncrSyncGroupId, 1]
    case 'MetaTagIncrementalSyncMessagePartial':
      return [MetaTagIncrementalSyncMessagePartial, 1]
    default:
      return [propertyTag(0x3001, PtypString), 'A']
  }
}
