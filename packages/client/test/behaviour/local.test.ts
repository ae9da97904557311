import { describe } from 'vitest'
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
import { describeSearchFolders } from '../../../store/test/behaviour/search-folders.ts'
import { describeSpecialFolders } from '../../../store/test/behaviour/special-folders.ts'
import { describeStore } from '../../../store/test/behaviour/store.ts'
import { describeStoreNotifications } from '../../../store/test/behaviour/store-notifications.ts'
import { describeSynchronization } from '../../../store/test/behaviour/synchronization.ts'
import { describeTableKinds } from '../../../store/test/behaviour/table-kinds.ts'
import { describeTableNotifications } from '../../../store/test/behaviour/table-notifications.ts'
import { describeTableOrders } from '../../../store/test/behaviour/table-orders.ts'
import { describeTableRestrictions } from '../../../store/test/behaviour/table-restrictions.ts'
import { describeTables } from '../../../store/test/behaviour/tables.ts'
import { openFixture } from './local-fixture.ts'

describe('through a session with the local provider', () => {
  describeStore(openFixture)
  describeFolders(openFixture)
  describeFolderContents(openFixture)
  describeSpecialFolders(openFixture)
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
  describeTables(openFixture)
  describeTableOrders(openFixture)
  describeTableRestrictions(openFixture)
  describeTableKinds(openFixture)
  describeTableNotifications(openFixture)
  describeStoreNotifications(openFixture)
  describeSearchFolders(openFixture)
  describeSynchronization(openFixture)
})
