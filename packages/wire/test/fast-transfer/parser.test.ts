import {
  PidTagAttachDataBinary,
  PidTagAttachMethod,
  PidTagAttachNumber,
  PidTagBody,
  PidTagChangeKey,
  PidTagContainerContents,
  PidTagContainerHierarchy,
  PidTagDisplayName,
  PidTagFolderAssociatedContents,
  PidTagLastModificationTime,
  PidTagMessageAttachments,
  PidTagMessageRecipients,
  PidTagParentSourceKey,
  PidTagPredecessorChangeList,
  PidTagRowid,
  PidTagSourceKey,
  PidTagSubject,
  propertyTag,
} from '@bourse/mapi'
import { DecodeError, encodeWith } from '@bourse/mapi/bytes'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type FastTransferEvent,
  FastTransferParser,
  FastTransferWriter,
  folderReplicaInfo,
  MAX_COLLECTED_VALUE_SIZE,
  MAX_NESTING,
  Marker,
  MetaTagCnsetRead,
  MetaTagCnsetSeen,
  MetaTagCnsetSeenFAI,
  MetaTagDnPrefix,
  MetaTagEcWarning,
  MetaTagFXDelProp,
  MetaTagIdsetDeleted,
  MetaTagIdsetGiven,
  MetaTagIdsetRead,
  MetaTagIncrementalSyncMessagePartial,
  MetaTagIncrSyncGroupId,
  MetaTagNewFXFolder,
  NO_PROPERTY_GROUP,
  progressInformation,
  propertyGroupInfo,
  type RootElement,
  UnnamedBinary,
  UnnamedBoolean,
  UnnamedInteger32,
} from '../../src/fast-transfer/index.ts'
import {
  ATTACHMENT,
  bytesOf,
  derive,
  ERROR,
  ERROR_INFO,
  GID,
  GROUPS,
  HEADER,
  type Item,
  KEY,
  PROGRESS,
  parse,
  RECIPIENT,
  ROOTS,
  STATE,
  SUBJECT,
} from './streams.ts'
import { arbitraryElement, cut, streamOf } from './support.ts'

/** Events in short: what they are and what they say, without properties and offsets. */
function brief(events: readonly FastTransferEvent[]): string {
  return events
    .map((event) => {
      switch (event.kind) {
        case 'start':
          return `${event.element}(`
        case 'end':
          return event.aborted ? '!)' : ')'
        case 'property':
          return event.tag === PidTagSubject ? 's' : 'p'
        case 'valueStart':
        case 'valueData':
        case 'valueEnd':
          return event.kind
        case 'deleteSubobjects':
          return `del:${event.tag.toString(16)}`
        default:
          return event.kind
      }
    })
    .join(' ')
}

function expectEvents(root: RootElement, items: readonly Item[], expected: string): FastTransferEvent[] {
  const bytes = bytesOf(items)
  const events = parse(root, [bytes])
  expect(brief(events)).toBe(expected)
  for (const size of [1, 7]) expect(parse(root, cut(bytes, [size]))).toEqual(events)
  return events
}

function expectWrong(
  root: RootElement,
  items: readonly Item[],
  elements: readonly string[],
  offset: number,
): void {
  expect(() => parse(root, [bytesOf(items)])).toThrow(DecodeError)
  expect(() => parse(root, [bytesOf(items)])).toThrow(
    expect.objectContaining({ path: ['FastTransfer stream', ...elements], offset }),
  )
}

describe('contentsSync', () => {
  it('MS-OXCFXICS_R1057 MS-OXCFXICS_R3293 is messages, deletions, read states and the state', () => {
    const events = expectEvents(
      'contentsSync',
      [
        'IncrSyncProgressMode',
        [UnnamedBinary, encodeWith(progressInformation, PROGRESS)],
        'IncrSyncProgressPerMsg',
        [UnnamedInteger32, 1234],
        [UnnamedBoolean, true],
        'IncrSyncChg',
        ...HEADER,
        'IncrSyncMessage',
        SUBJECT,
        ...RECIPIENT,
        ...ATTACHMENT,
        'IncrSyncProgressPerMsg',
        [UnnamedInteger32, 5],
        [UnnamedBoolean, false],
        'IncrSyncChg',
        ...HEADER,
        'IncrSyncMessage',
        SUBJECT,
        'IncrSyncDel',
        [MetaTagIdsetDeleted, KEY],
        'IncrSyncRead',
        [MetaTagIdsetRead, KEY],
        ...STATE,
        'IncrSyncEnd',
      ],
      'progressTotal progressPerMessage messageChange( s recipient( p p ) attachment( p ) ) ' +
        'progressPerMessage messageChange( s ) deletions readStateChanges state',
    )
    expect(events[0]).toEqual({ kind: 'progressTotal', information: PROGRESS, offset: 0 })
    expect(events[1]).toMatchObject({ kind: 'progressPerMessage', size: 1234, associated: true })
    const change = events[2]
    expect(change).toMatchObject({ kind: 'start', element: 'messageChange', change: 'full' })
    expect(
      change?.kind === 'start' && change.element === 'messageChange' && change.header.map(({ tag }) => tag),
    ).toEqual(HEADER.map(([tag]) => tag))
    expect(events.find(({ kind }) => kind === 'deletions')).toMatchObject({
      properties: [{ tag: MetaTagIdsetDeleted, value: KEY }],
    })
    expect(events.find(({ kind }) => kind === 'readStateChanges')).toMatchObject({
      properties: [{ tag: MetaTagIdsetRead, value: KEY }],
    })
    expect(events.at(-1)).toMatchObject({
      properties: [
        { tag: MetaTagIdsetGiven, value: KEY },
        { tag: MetaTagCnsetSeen, value: KEY },
      ],
    })
  })

  it('is only the state when nothing has changed', () => {
    expectEvents('contentsSync', [...STATE, 'IncrSyncEnd'], 'state')
  })

  it('MS-OXCFXICS_R1116 MS-OXCFXICS_R1154 MS-OXCFXICS_R1155 MS-OXCFXICS_R1117 has partial changes, group by group', () => {
    const events = expectEvents(
      'contentsSync',
      [
        'IncrSyncGroupInfo',
        [UnnamedBinary, encodeWith(propertyGroupInfo, GROUPS)],
        [MetaTagIncrSyncGroupId, 7],
        'IncrSyncChgPartial',
        ...HEADER,
        [MetaTagIncrementalSyncMessagePartial, 0],
        SUBJECT,
        [MetaTagIncrementalSyncMessagePartial, 5],
        [UnnamedInteger32, 0],
        [MetaTagIncrementalSyncMessagePartial, NO_PROPERTY_GROUP],
        [PidTagBody, 'text'],
        [MetaTagFXDelProp, PidTagMessageRecipients],
        ...RECIPIENT,
        [MetaTagFXDelProp, PidTagMessageAttachments],
        ...ATTACHMENT,
        'IncrSyncChgPartial',
        ...HEADER,
        ...STATE,
        'IncrSyncEnd',
      ],
      'groupInfo messageChange( propertyGroup s propertyGroup propertyGroup p ' +
        'del:e12000d recipient( p p ) del:e13000d attachment( p ) ) messageChange( ) state',
    )
    expect(events[0]).toMatchObject({ kind: 'groupInfo', information: GROUPS })
    expect(events.filter(({ kind }) => kind === 'start')).toMatchObject([
      { element: 'messageChange', change: 'partial', groupId: 7 },
      { element: 'recipient' },
      { element: 'attachment' },
      { element: 'messageChange', change: 'partial', groupId: 7 },
    ])
    const groups = events.flatMap((event) => (event.kind === 'propertyGroup' ? [event.index] : []))
    expect(groups).toEqual([0, 5, NO_PROPERTY_GROUP])
  })

  it('MS-OXCFXICS_R1352 MS-OXCFXICS_R1354 MS-OXCFXICS_R1356 MS-OXCFXICS_R1358 MS-OXCFXICS_R1360 has headers with all that must be in them', () => {
    for (let i = 0; i < HEADER.length; i++) {
      const header = HEADER.filter((_, k) => k !== i)
      const items: Item[] = ['IncrSyncChg', ...header, 'IncrSyncMessage', ...STATE, 'IncrSyncEnd']
      expectWrong('contentsSync', items, ['contentsSync', 'messageChangeFull'], 0)
    }
  })

  it('keeps its order', () => {
    const change: Item[] = ['IncrSyncChg', ...HEADER, 'IncrSyncMessage', SUBJECT]
    const size = bytesOf(change).length
    expectWrong('contentsSync', [...change, 'IncrSyncProgressMode'], ['contentsSync'], size)
    expectWrong('contentsSync', ['IncrSyncDel', [MetaTagIdsetDeleted, KEY], ...change], ['contentsSync'], 15)
    expectWrong('contentsSync', ['IncrSyncRead', 'IncrSyncDel'], ['contentsSync'], 4)
    expectWrong('contentsSync', ['IncrSyncEnd'], ['contentsSync'], 0)
    const perMessage: Item[] = ['IncrSyncProgressPerMsg', [UnnamedInteger32, 1], [UnnamedBoolean, true]]
    expectWrong('contentsSync', [...perMessage, 'IncrSyncStateBegin'], ['contentsSync'], 18)
    expectWrong(
      'contentsSync',
      [...STATE, 'IncrSyncEnd', 'IncrSyncChg'],
      ['contentsSync'],
      bytesOf(STATE).length + 4,
    )
    expectWrong(
      'contentsSync',
      ['IncrSyncChg', ...HEADER, 'NewAttach'],
      ['contentsSync', 'messageChangeFull'],
      bytesOf(HEADER).length + 4,
    )
  })

  it('is complete', () => {
    expectWrong('contentsSync', [], ['contentsSync'], 0)
    expectWrong('contentsSync', STATE, ['contentsSync'], bytesOf(STATE).length)
    expectWrong('contentsSync', STATE.slice(0, 2), ['contentsSync', 'state'], 15)
  })

  it('MS-OXCFXICS_R1071 MS-OXCFXICS_R1072 MS-OXCFXICS_R2618 MS-OXCFXICS_R2680 MS-OXCFXICS_R1079 goes on after an error with the next message', () => {
    const next: Item[] = ['IncrSyncChg', ...HEADER, 'IncrSyncMessage', SUBJECT, ...STATE, 'IncrSyncEnd']
    const started: Item[] = [
      'IncrSyncChg',
      ...HEADER,
      'IncrSyncMessage',
      SUBJECT,
      'NewAttach',
      [PidTagAttachNumber, 1],
    ]
    const events = expectEvents(
      'contentsSync',
      [...started, ...ERROR_INFO, ...next],
      'messageChange( s attachment( !) !) error messageChange( s ) state',
    )
    expect(events.find(({ kind }) => kind === 'error')).toMatchObject({ information: ERROR, recovered: true })
    expectEvents(
      'contentsSync',
      ['IncrSyncChg', ...HEADER, ...ERROR_INFO, ...next],
      'error messageChange( s ) state',
    )
    expectEvents(
      'contentsSync',
      ['IncrSyncProgressPerMsg', [UnnamedInteger32, 1], [UnnamedBoolean, true], ...ERROR_INFO, ...next],
      'error messageChange( s ) state',
    )
  })
})

describe('hierarchySync', () => {
  const FOLDER: readonly Item[] = [
    'IncrSyncChg',
    [PidTagParentSourceKey, KEY],
    [PidTagSourceKey, KEY],
    [PidTagLastModificationTime, 1n],
    [PidTagChangeKey, KEY],
    [PidTagPredecessorChangeList, KEY],
    [PidTagDisplayName, 'A'],
  ]

  it('MS-OXCFXICS_R1124 MS-OXCFXICS_R1085 is folders, deletions and the state', () => {
    const events = expectEvents(
      'hierarchySync',
      [...FOLDER, ...FOLDER, 'IncrSyncDel', [MetaTagIdsetDeleted, KEY], ...STATE, 'IncrSyncEnd'],
      'folderChange folderChange deletions state',
    )
    expect(events[1]).toMatchObject({ kind: 'folderChange', offset: bytesOf(FOLDER).length })
    expect(events[0]).toHaveProperty('properties.length', 6)
  })

  it('MS-OXCFXICS_R1088 MS-OXCFXICS_R1089 MS-OXCFXICS_R1090 MS-OXCFXICS_R1091 MS-OXCFXICS_R1092 MS-OXCFXICS_R1093 has folders with all that must be in them', () => {
    for (let i = 1; i < FOLDER.length; i++) {
      const folder = FOLDER.filter((_, k) => k !== i)
      expectWrong('hierarchySync', [...folder, ...STATE, 'IncrSyncEnd'], ['hierarchySync', 'folderChange'], 0)
    }
  })

  it('takes a name in any type of string', () => {
    const folder = FOLDER.slice(0, -1)
    expectEvents(
      'hierarchySync',
      [...folder, [propertyTag(0x3001, 0x1e), 'A'], ...STATE, 'IncrSyncEnd'],
      'folderChange state',
    )
  })

  it('has no read states and no messages', () => {
    expectWrong('hierarchySync', ['IncrSyncRead'], ['hierarchySync'], 0)
    expectWrong('hierarchySync', ['IncrSyncMessage'], ['hierarchySync'], 0)
  })
})

describe('state', () => {
  it('MS-OXCFXICS_R1205 MS-OXCFXICS_R3323 is the ICS state', () => {
    const events = expectEvents(
      'state',
      [
        'IncrSyncStateBegin',
        [MetaTagIdsetGiven, KEY],
        [MetaTagCnsetSeen, KEY],
        [MetaTagCnsetSeenFAI, KEY],
        [MetaTagCnsetRead, KEY],
        'IncrSyncStateEnd',
      ],
      'state',
    )
    expect(events[0]).toHaveProperty('properties.length', 4)
  })

  it('may hold more than a lexer gives at once', () => {
    const large = new Uint8Array(200_000).fill(7)
    const events = expectEvents(
      'state',
      ['IncrSyncStateBegin', [MetaTagIdsetGiven, large], 'IncrSyncStateEnd'],
      'state',
    )
    expect(events[0]).toMatchObject({ properties: [{ tag: MetaTagIdsetGiven, value: large }] })
    const [event] = events
    expect(event?.kind === 'state' && Object.keys(event.properties[0]!).sort()).toEqual([
      'offset',
      'tag',
      'value',
    ])
  })

  it('MS-OXCFXICS_R2625 does not hold values without a limit', () => {
    const writer = new FastTransferWriter()
    writer.marker(Marker.IncrSyncStateBegin)
    writer.valueStart(MetaTagIdsetGiven, MAX_COLLECTED_VALUE_SIZE + 1)
    const parser = new FastTransferParser('state')
    expect(() => parser.push(writer.take(100))).toThrow(DecodeError)
  })
})

describe('messageContent', () => {
  it('MS-OXCFXICS_R1164 MS-OXCFXICS_R1141 MS-OXCFXICS_R1197 is properties, recipients and attachments', () => {
    const events = expectEvents(
      'messageContent',
      [
        [MetaTagDnPrefix, 'x'],
        SUBJECT,
        [PidTagBody, 'text'],
        [MetaTagFXDelProp, PidTagMessageRecipients],
        ...RECIPIENT,
        ...RECIPIENT,
        [MetaTagFXDelProp, PidTagMessageAttachments],
        ...ATTACHMENT,
        ...ATTACHMENT,
      ],
      's p del:e12000d recipient( p p ) recipient( p p ) del:e13000d attachment( p ) attachment( p )',
    )
    expect(events.filter(({ kind }) => kind === 'start')).toMatchObject([
      { element: 'recipient' },
      { element: 'recipient' },
      { element: 'attachment', number: 3 },
      { element: 'attachment', number: 3 },
    ])
  })

  it('may be empty, and may lack meta-properties', () => {
    expectEvents('messageContent', [], '')
    expectEvents(
      'messageContent',
      [SUBJECT, ...RECIPIENT, ...ATTACHMENT],
      's recipient( p p ) attachment( p )',
    )
    expectEvents(
      'messageContent',
      [[MetaTagFXDelProp, PidTagMessageAttachments], ...ATTACHMENT],
      'del:e13000d attachment( p )',
    )
  })

  it('MS-OXCFXICS_R1053 has messages within attachments', () => {
    const embedded: Item[] = ['StartEmbed', SUBJECT, ...RECIPIENT, ...ATTACHMENT, 'EndEmbed']
    expectEvents(
      'messageContent',
      ['NewAttach', [PidTagAttachNumber, 0], [PidTagAttachMethod, 5], ...embedded, 'EndAttach'],
      'attachment( p embeddedMessage( s recipient( p p ) attachment( p ) ) )',
    )
  })

  it('gives large values in pieces', () => {
    const large = new Uint8Array(100_000)
    const items: Item[] = ['NewAttach', [PidTagAttachNumber, 0], [PidTagAttachDataBinary, large], 'EndAttach']
    const events = parse('messageContent', [bytesOf(items)])
    expect(brief(events)).toBe('attachment( valueStart valueData valueEnd )')
  })

  it('keeps its order', () => {
    expectWrong(
      'messageContent',
      [...ATTACHMENT, ...RECIPIENT],
      ['messageContent'],
      bytesOf(ATTACHMENT).length,
    )

    expectWrong('messageContent', ['NewAttach', [PidTagAttachMethod, 1]], ['messageContent', 'attachment'], 4)
    expectWrong('messageContent', ['NewAttach', 'EndAttach'], ['messageContent', 'attachment'], 4)
    expectWrong('messageContent', ['EndMessage'], ['messageContent'], 0)
    expectWrong('messageContent', ['StartRecip', [PidTagRowid, 0]], ['messageContent', 'recipient'], 12)
    expectWrong('messageContent', ['StartRecip', ...ATTACHMENT], ['messageContent', 'recipient'], 4)
  })

  it('ends with an error that cannot be recovered from', () => {
    const events = expectEvents(
      'messageContent',
      [SUBJECT, 'StartRecip', [PidTagRowid, 0], ...ERROR_INFO],
      's recipient( p !) error',
    )
    expect(events.at(-1)).toMatchObject({ recovered: false })
    expectWrong('messageContent', [...ERROR_INFO, 'NewAttach'], ['errorInfo'], bytesOf(ERROR_INFO).length)
  })

  it('has a limit for messages within messages', () => {
    const items: Item[] = []
    for (let i = 0; i < MAX_NESTING; i++) items.push('NewAttach', [PidTagAttachNumber, 0], 'StartEmbed')
    expect(() => parse('messageContent', [bytesOf(items)])).toThrow(/more than 256 elements/)
  })
})

describe('attachmentContent', () => {
  it('MS-OXCFXICS_R3328 MS-OXCFXICS_R3329 is properties and a message', () => {
    expectEvents(
      'attachmentContent',
      [[PidTagAttachMethod, 5], 'StartEmbed', SUBJECT, 'EndEmbed'],
      'p embeddedMessage( s )',
    )
    expectWrong('attachmentContent', ['StartEmbed', 'EndEmbed', 'StartEmbed'], ['attachmentContent'], 8)
  })
})

describe('messageList', () => {
  it('MS-OXCFXICS_R1166 MS-OXCFXICS_R1130 MS-OXCFXICS_R1131 MS-OXCFXICS_R1132 MS-OXCFXICS_R1133 is messages and warnings', () => {
    const events = expectEvents(
      'messageList',
      [
        'StartMessage',
        SUBJECT,
        'EndMessage',
        [MetaTagEcWarning, 0x0004_0680],
        'StartFAIMsg',
        SUBJECT,
        'EndMessage',
      ],
      'message( s ) warning message( s )',
    )
    expect(events.filter(({ kind }) => kind === 'start')).toMatchObject([
      { associated: false },
      { associated: true },
    ])
    expect(events[3]).toMatchObject({ errorCode: 0x0004_0680 })
  })

  it('MS-OXCFXICS_R1079 goes on after an error with the next message', () => {
    expectEvents(
      'messageList',
      ['StartMessage', SUBJECT, ...ERROR_INFO, 'StartMessage', SUBJECT, 'EndMessage'],
      'message( s !) error message( s )',
    )
    expectEvents('messageList', [...ERROR_INFO, ...ERROR_INFO], 'error error')
  })

  it('has no end of a message that did not begin', () => {
    expectWrong('messageList', ['EndMessage'], ['messageList'], 0)
    expectWrong('messageList', ['StartMessage', 'EndFolder'], ['messageList', 'message'], 4)
  })
})

describe('folderContent and topFolder', () => {
  const message: Item[] = ['StartMessage', SUBJECT, 'EndMessage']
  const subFolder = (...items: Item[]): Item[] => ['StartSubFld', ...items, 'EndFolder']

  it('MS-OXCFXICS_R1098 MS-OXCFXICS_R1114 is properties, messages and folders', () => {
    expectEvents(
      'folderContent',
      [
        [PidTagDisplayName, 'A'],
        [MetaTagFXDelProp, PidTagFolderAssociatedContents],
        ...message,
        [MetaTagFXDelProp, PidTagContainerContents],
        ...message,
        ...message,
        [MetaTagFXDelProp, PidTagContainerHierarchy],
        ...subFolder([PidTagDisplayName, 'B'], ...message, ...subFolder([PidTagDisplayName, 'C'])),
      ],
      'p del:3610000d message( s ) del:360f000d message( s ) message( s ) del:360e000d folder( p message( s ) folder( p ) )',
    )
  })

  it('MS-OXCFXICS_R3331 topFolder is a folder between its markers', () => {
    expectEvents(
      'topFolder',
      [
        [MetaTagDnPrefix, ''],
        'StartTopFld',
        [PidTagDisplayName, 'A'],
        ...message,
        ...subFolder(...message),
        'EndFolder',
      ],
      'folder( p message( s ) folder( message( s ) ) )',
    )
    expectWrong('topFolder', ['StartTopFld'], ['topFolder'], 4)
    expectWrong('topFolder', ['StartTopFld', 'EndFolder', 'StartTopFld'], [], 8)
  })

  it('MS-OXCFXICS_R3301 MS-OXCFXICS_R1038 may be on other servers', () => {
    const replicas = {
      folderLongTermId: GID,
      serverDnCount: 1,
      cheapServerDnCount: 1,
      serverDns: ['/o=a'],
    }
    const info: Item = [MetaTagNewFXFolder, encodeWith(folderReplicaInfo, replicas)]
    const events = expectEvents(
      'folderContent',
      [[PidTagDisplayName, 'A'], info, ...subFolder()],
      'p newFolder folder( )',
    )
    expect(events[1]).toMatchObject({ replicas })
    expectWrong('folderContent', [info, ...message], ['folderContent'], bytesOf([info]).length)
    expectWrong('folderContent', [[MetaTagNewFXFolder, KEY]], ['folderContent'], 0)
  })

  it('has no messages after its folders', () => {
    expectWrong('folderContent', [...subFolder(), ...message], ['folderContent'], 8)
    expectWrong('topFolder', ['StartTopFld', ...subFolder(), ...message], ['topFolder'], 12)
  })

  it('goes on after an error with the next message', () => {
    expectEvents(
      'topFolder',
      ['StartTopFld', ...message, 'StartMessage', SUBJECT, ...ERROR_INFO, ...message, 'EndFolder'],
      'folder( message( s ) message( s !) error message( s ) )',
    )
  })
})

describe('FastTransferParser', () => {
  it('says which elements are open, and what may come', () => {
    const items: Item[] = ['StartMessage', 'NewAttach', [PidTagAttachNumber, 0], 'StartEmbed', 'EndAttach']
    expect(() => parse('messageList', [bytesOf(items)])).toThrow(
      /^FastTransfer stream\.messageList\.message\.attachment\.embeddedMessage: EndAttach instead of .*EndEmbed.* at offset 20$/,
    )
  })

  it('names the structure within a value that does not decode', () => {
    expectWrong(
      'contentsSync',
      ['IncrSyncProgressMode', [UnnamedBinary, KEY], 'IncrSyncStateBegin'],
      ['contentsSync', 'progressTotal'],
      0,
    )
    expect(() =>
      parse('contentsSync', [bytesOf(['IncrSyncProgressMode', [UnnamedBinary, KEY], 'IncrSyncStateBegin'])]),
    ).toThrow(/ProgressInformation\.version/)
  })

  it('throws nothing but DecodeError for elements in any order', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ROOTS),
        fc.array(arbitraryElement, { maxLength: 20 }),
        (root, elements) => {
          try {
            parse(root, [streamOf(elements)])
          } catch (error) {
            if (!(error instanceof DecodeError)) throw error
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  it('has balanced starts and ends for whatever the grammar makes', () => {
    for (const root of ROOTS) {
      fc.assert(
        fc.property(fc.array(fc.nat(), { minLength: 50, maxLength: 300 }), (choices) => {
          const items = derive(root, choices)
          const bytes = bytesOf(items)
          const events = parse(root, [bytes])
          let open = 0
          for (const { kind } of events) {
            if (kind === 'start') open++
            if (kind === 'end') open--
            expect(open).toBeGreaterThanOrEqual(0)
          }
          expect(open).toBe(0)
          expect(parse(root, cut(bytes, [1 + (choices[0]! % 50)]))).toEqual(events)
        }),
        { numRuns: 40 },
      )
    }
  })
})
