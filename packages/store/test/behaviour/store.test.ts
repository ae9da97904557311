import { openFixture } from '../support/fixture.ts'
import { describeStore } from './store.ts'

describeStore(openFixture)
