import { openFixture } from '../support/fixture.ts'
import { describeTableKinds } from './table-kinds.ts'
import { describeTableOrders } from './table-orders.ts'
import { describeTableRestrictions } from './table-restrictions.ts'
import { describeTables } from './tables.ts'

describeTables(openFixture)
describeTableOrders(openFixture)
describeTableRestrictions(openFixture)
describeTableKinds(openFixture)
