import { openFixture } from '../support/fixture.ts'
import { describeSynchronization } from './synchronization.ts'

describeSynchronization(openFixture)
