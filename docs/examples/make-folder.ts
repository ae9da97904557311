/** Makes a folder below the Inbox of the mailbox of the default profile: `npx node docs/examples/make-folder.ts Orders`. */
import { logon } from '@bourse/client'

const [name] = process.argv.slice(2)
if (name === undefined) throw new Error('Which folder?')
await using session = await logon()
const inbox = await session.store.inbox()
await inbox.createFolder(name)
console.log(`Inbox/${name}`)
