import { beforeEach, describe } from 'vitest'
import { describeFolderContents } from '../../../store/test/behaviour/folder-contents.ts'
import { describeFolders } from '../../../store/test/behaviour/folders.ts'
import { describeMessageAttachments } from '../../../store/test/behaviour/message-attachments.ts'
import { describeMessageBodies } from '../../../store/test/behaviour/message-bodies.ts'
import { describeMessageRecipients } from '../../../store/test/behaviour/message-recipients.ts'
import { describeMessageSaving } from '../../../store/test/behaviour/message-saving.ts'
import { describeMessageState } from '../../../store/test/behaviour/message-state.ts'
import { describeMessageSubmission } from '../../../store/test/behaviour/message-submission.ts'
import { describePermissions } from '../../../store/test/behaviour/permissions.ts'
import { describePropertyOperations } from '../../../store/test/behaviour/property-operations.ts'
import { describePropertyStreams } from '../../../store/test/behaviour/property-streams.ts'
import { describeRules } from '../../../store/test/behaviour/rules.ts'
import { describeStore } from '../../../store/test/behaviour/store.ts'
import { openFixture } from './through-rops.ts'

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
  [/take up too much space are told of|are not kept where there is no end to them/, 'the rules do not fit one buffer'],
]

describe('through ROPs and the Exchange provider', () => {
  beforeEach((context) => {
    const reason = NOT_ON_THE_WIRE.find(([name]) => name.test(context.task.name))?.[1]
    if (reason !== undefined) context.skip(reason)
  })

  describeStore(openFixture)
  describeFolders(openFixture)
  describeFolderContents(openFixture)
  describeMessageSaving(openFixture)
  describeMessageRecipients(openFixture)
  describeMessageAttachments(openFixture)
  describeMessageBodies(openFixture)
  describeMessageState(openFixture)
  describeMessageSubmission(openFixture)
  describePropertyOperations(openFixture)
  describePropertyStreams(openFixture)
  describePermissions(openFixture)
  describeRules(openFixture)
})
