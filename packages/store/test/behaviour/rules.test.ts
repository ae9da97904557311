import { openFixture } from '../support/fixture.ts'
import { describeRules } from './rules.ts'

describeRules(openFixture)
