import { openFixture } from '../support/fixture.ts'
import { describePermissions } from './permissions.ts'

describePermissions(openFixture)
