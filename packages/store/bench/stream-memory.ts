/**
 * Says how much more memory a process takes that reads a large attachment through a stream. Arguments: the engine's directory, the
 * mailbox's GUID, IDs of folder and message. Prints bytes read and, in bytes, how far the resident set is above idle afterwards, and went at most.
 */
import { PidTagAttachDataBinary } from '@bourse/mapi'
import { Logon } from '../src/access/logon.ts'
import { StoreEngine } from '../src/engine.ts'
import { StoreObject } from '../src/object/store-object.ts'

const [directory, guid, folderId, messageId] = process.argv.slice(2)
await using engine = await StoreEngine.open(directory!)
const mailbox = await engine.openMailbox(guid!)
const owner = {
  key: '/o=example/cn=owner',
  entryId: new Uint8Array(0),
  displayName: 'Owner',
  groups: new Set<string>(),
  role: 'user',
} as const
const store = new StoreObject(new Logon(mailbox, owner, 1252))
await using message = await store.openMessage(BigInt(folderId!), BigInt(messageId!))
const [number] = await message.getAttachmentNumbers()
await using attachment = await message.openAttachment(number!)

globalThis.gc?.()
const idle = process.memoryUsage.rss()
let highest = idle
let read = 0
await using stream = await attachment.openStream(PidTagAttachDataBinary)
for await (const piece of stream) {
  read += piece.length
  highest = Math.max(highest, process.memoryUsage.rss())
}
globalThis.gc?.()
console.log(JSON.stringify({ read, highest: highest - idle, after: process.memoryUsage.rss() - idle }))
