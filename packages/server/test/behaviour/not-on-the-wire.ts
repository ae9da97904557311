import { beforeEach } from 'vitest'

/** Behaviour that ROPs have no form for, or that Exchange's wire shows otherwise than the engine's interface: test name (its end) and why. */
const NOT_ON_THE_WIRE: readonly (readonly [RegExp, string])[] = [
  [/^keep large values$/, 'logon objects have no streams for large values ([MS-OXCPRPT] 2.2.14)'],
  [
    /is copied to another store|moves a folder to another store|does so between stores/,
    'the other store belongs to another session',
  ],
  [/is not read beyond its end or before its start$/, 'negative offsets cannot be sent'],
  [
    /opens a soft-deleted folder only|keeps a soft-deleted folder|recovers a soft-deleted folder|soft-deletes messages and subfolders|show what a deleted folder held/,
    'RopOpenFolder does not open soft-deleted folders since Exchange 2013',
  ],
  [
    /opens the folder of the name|copies a public folder|copies the folders below/,
    'IsExistingFolder is never set since Exchange 2010',
  ],
  [/the ID that was reserved for it/, 'RopCreateFolder cannot name an ID'],
  [/tells how far it is/, 'operations are answered when they are finished'],
  [
    /a change replaces all properties|errors in the place of values are passed over/,
    'a RecipientRow always says PidTagSendRichInfo and PidTagResponsibility',
  ],
  [/a recipient keeps its type with its flags/, 'RecipientType has one byte'],
  [
    /a change that is wrong changes nothing|what cannot be set is told/,
    'values of a wrong type cannot be sent',
  ],
  [/waits for a transport where there is none/, 'the server is a transport'],
  [/values above a limit are errors/, 'Exchange ignores PropertySizeLimit since 2010'],
  [/moving removes them from the source/, 'Exchange copies properties whether or not Move is set'],
  [
    /folders below that the user may not read stay out/,
    'RopCopyFolder does not report PartialCompletion in Exchange',
  ],
  [
    /are refused where something is wrong with one of them/,
    'the layout of standard rules leaves no room for some of the mistakes',
  ],
  [
    /take up too much space are told of|are not kept where there is no end to them/,
    'the rules do not fit one buffer',
  ],
]

/** Skips the tests of a suite for which the wire has no form, with the reason. Is called within `describe`. */
export function skipWhatIsNotOnTheWire(): void {
  beforeEach((context) => {
    const reason = NOT_ON_THE_WIRE.find(([name]) => name.test(context.task.name))?.[1]
    if (reason !== undefined) context.skip(reason)
  })
}
