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
import { describeStore } from '../../../store/test/behaviour/store.ts'
import { describeStoreNotifications } from '../../../store/test/behaviour/store-notifications.ts'
import { describeTableKinds } from '../../../store/test/behaviour/table-kinds.ts'
import { describeTableNotifications } from '../../../store/test/behaviour/table-notifications.ts'
import { describeTableOrders } from '../../../store/test/behaviour/table-orders.ts'
import { describeTableRestrictions } from '../../../store/test/behaviour/table-restrictions.ts'
import { describeTables } from '../../../store/test/behaviour/tables.ts'
import { skipWhatIsNotOnTheWire } from './not-on-the-wire.ts'
import { openFixture } from './over-http.ts'

describe('MS-OXCTABL_R1340 MS-OXCFOLD_R1340 MS-OXCSTOR_R300000001 MS-OXCNOTIF_R1340 MS-OXCMSG_R10000 MS-OXCPRPT_R5000 MS-OXCPERM_R1184 MS-OXORULE_R933 MS-OXCTABL_R3 MS-OXCFOLD_R2 MS-OXCSTOR_R4 MS-OXCNOTIF_R1 MS-OXCNOTIF_R474 MS-OXCNOTIF_R475 MS-OXCNOTIF_R481 MS-OXCNOTIF_R482 MS-OXCNOTIF_R54001 MS-OXCNOTIF_R498 MS-OXCNOTIF_R537 MS-OXCNOTIF_R531 MS-OXCNOTIF_R496 MS-OXCNOTIF_R510 MS-OXCNOTIF_R517 over HTTP and the Exchange provider', () => {
  skipWhatIsNotOnTheWire()

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
  describeTables(openFixture)
  describeTableOrders(openFixture)
  describeTableRestrictions(openFixture)
  describeTableKinds(openFixture)
  describeTableNotifications(openFixture)
  describeStoreNotifications(openFixture)
  describeSearchFolders(openFixture)
})
