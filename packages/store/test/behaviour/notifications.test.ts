import { openFixture } from '../support/fixture.ts'
import { describeStoreNotifications } from './store-notifications.ts'
import { describeTableNotifications } from './table-notifications.ts'

describeTableNotifications(openFixture)
describeStoreNotifications(openFixture)
