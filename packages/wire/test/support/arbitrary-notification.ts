/** Random notifications: every kind with every combination of the fields that it can have. */
import fc, { type Arbitrary } from 'fast-check'
import {
  arbitraryBytes,
  arbitraryI64,
  arbitraryString,
  arbitraryString8,
  arbitraryTag,
  arbitraryU32,
  registerArbitrary,
} from '../../../mapi/test/support/arbitrary.ts'
import type { NotificationData } from '../../src/rop/index.ts'

const folder = fc.record({ folderId: arbitraryI64 })
const message = fc.record({ folderId: arbitraryI64, messageId: arbitraryI64 })
const searchFolderMessage = fc.record({
  folderId: arbitraryI64,
  messageId: arbitraryI64,
  inSearchFolder: fc.constant(true as const),
})
const subject = fc.oneof(folder, message, searchFolderMessage)

/** Subjects with the parent that folders, and messages in search folders, have. */
const withParent = fc.oneof(
  message,
  fc
    .tuple(fc.oneof(folder, searchFolderMessage), arbitraryI64)
    .map(([of, parentFolderId]) => ({ ...of, parentFolderId })),
)

const tags = fc.option(fc.array(arbitraryTag(), { maxLength: 4 }), { nil: undefined })

/** Counts, each of which may be left out. */
const counts = fc.record(
  { totalMessageCount: arbitraryU32, unreadMessageCount: arbitraryU32 },
  { requiredKeys: [] },
)

const messageClass = fc.oneof(
  fc.record({ unicodeFlag: fc.constant(true), messageClass: arbitraryString }),
  fc.record({ unicodeFlag: fc.constant(false), messageClass: arbitraryString8 }),
)

const hierarchyRow = fc.record({ tableRowFolderId: arbitraryI64 })
const contentsRow = fc.record({
  tableRowFolderId: arbitraryI64,
  tableRowMessageId: arbitraryI64,
  tableRowInstance: arbitraryU32,
})
const afterHierarchyRow = fc.record({ insertAfterTableRowFolderId: arbitraryI64 })
const afterContentsRow = fc.record({
  insertAfterTableRowFolderId: arbitraryI64,
  insertAfterTableRowId: arbitraryI64,
  insertAfterTableRowInstance: arbitraryU32,
})
const search = fc.record({ inSearchFolder: fc.constant(true as const) }, { requiredKeys: [] })
const data = fc.record({ tableRowData: arbitraryBytes() })

/** All properties of several records. */
function merged<T extends object[]>(...parts: { [K in keyof T]: Arbitrary<T[K]> }): Arbitrary<object> {
  return fc.tuple(...parts).map((records) => Object.assign({}, ...(records as object[])) as object)
}

function kind(...kinds: readonly NotificationData['kind'][]): Arbitrary<object> {
  return fc.record({ kind: fc.constantFrom(...kinds) })
}

export const arbitraryNotificationData = fc.oneof(
  merged(kind('newMail'), subject, messageClass, fc.record({ messageFlags: arbitraryU32 })),
  merged(kind('objectCreated'), withParent, fc.record({ tags })),
  merged(kind('objectDeleted'), withParent),
  merged(kind('objectModified'), subject, fc.record({ tags }), counts),
  fc
    .tuple(fc.constantFrom('objectMoved', 'objectCopied'), withParent, arbitraryI64, arbitraryI64)
    .map(([kind, of, oldFolderId, other]) => ({
      kind,
      ...of,
      oldFolderId,
      ...('messageId' in of ? { oldMessageId: other } : { oldParentFolderId: other }),
    })),
  merged(kind('searchCompleted'), subject),
  kind('tableChanged', 'tableRestrictionChanged'),
  merged(
    kind('tableChanged', 'tableRestrictionChanged'),
    fc.record({ isMessageTable: fc.constant(true) }),
    search,
  ),
  merged(kind('tableRowAdded', 'tableRowModified'), hierarchyRow, afterHierarchyRow, data),
  merged(kind('tableRowAdded', 'tableRowModified'), contentsRow, afterContentsRow, data, search),
  merged(kind('tableRowDeleted'), hierarchyRow),
  merged(kind('tableRowDeleted'), contentsRow, search),
  kind('extended'),
) as Arbitrary<NotificationData>

registerArbitrary('NotificationData', arbitraryNotificationData)
