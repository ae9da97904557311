import { openFixture } from '../support/fixture.ts'
import { describeFolders } from './folders.ts'

describeFolders(openFixture)
