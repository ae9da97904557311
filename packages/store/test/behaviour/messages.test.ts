import { openFixture } from '../support/fixture.ts'
import { describeMessageAttachments } from './message-attachments.ts'
import { describeMessageRecipients } from './message-recipients.ts'
import { describeMessageSaving } from './message-saving.ts'
import { describeMessageState } from './message-state.ts'
import { describeMessageSubmission } from './message-submission.ts'

describeMessageSaving(openFixture)
describeMessageRecipients(openFixture)
describeMessageAttachments(openFixture)
describeMessageState(openFixture)
describeMessageSubmission(openFixture)
