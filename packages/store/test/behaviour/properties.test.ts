import { openFixture } from '../support/fixture.ts'
import { describeMessageBodies } from './message-bodies.ts'
import { describePropertyOperations } from './property-operations.ts'
import { describePropertyStreams } from './property-streams.ts'

describePropertyOperations(openFixture)
describePropertyStreams(openFixture)
describeMessageBodies(openFixture)
