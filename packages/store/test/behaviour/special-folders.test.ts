import { openFixture } from '../support/fixture.ts'
import { describeSpecialFolders } from './special-folders.ts'

describeSpecialFolders(openFixture)
