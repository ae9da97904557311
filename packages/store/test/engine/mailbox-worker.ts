import { parentPort, workerData } from 'node:worker_threads'
import { PidTagSubject } from '@bourse/mapi'
import { StoreEngine } from '../../src/engine.ts'

/** A thread that makes a mailbox of its own, fills it, and says what it has put into it. */
interface Task {
  readonly directory: string
  readonly dn: string
  readonly messages: number
  /** A mailbox that another thread has open. */
  readonly taken?: string
}

const task: Task = workerData
const principal = {
  key: task.dn,
  entryId: new Uint8Array([1]),
  displayName: task.dn,
  groups: new Set<string>(),
  role: 'user',
} as const

const engine = await StoreEngine.open(task.directory)
let refused = ''
if (task.taken !== undefined) {
  try {
    await engine.openMailbox(task.taken)
  } catch (error) {
    refused = (error as Error).name
  }
}
const mailbox = await engine.createMailbox({ kind: 'private', ownerDn: task.dn, displayName: task.dn })
const store = await engine.logOn(mailbox.info.guid, principal)
const inbox = await store.openFolder(store.logon.folders.inbox!)
const ids: bigint[] = []
for (let i = 0; i < task.messages; i++) {
  const message = await inbox.createMessage()
  await message.setProperties([[PidTagSubject, `${task.dn} ${i}`]])
  ids.push(await message.save())
}
await engine[Symbol.asyncDispose]()
parentPort!.postMessage({ guid: mailbox.info.guid, ids, refused })
