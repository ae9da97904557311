import { openFixture } from '../support/fixture.ts'
import { describeFolderContents } from './folder-contents.ts'

describeFolderContents(openFixture)
