import { openFixture } from '../support/fixture.ts'
import { describeSearchFolders } from './search-folders.ts'

describeSearchFolders(openFixture)
