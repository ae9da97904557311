/**
 * Keeps a folder of invoices: makes it if need be, moves there whatever has "invoice" in its subject, and goes on doing so while new
 * mail arrives.
 */
import {
  contains,
  type Folder,
  type MessageStore,
  PidTagMid,
  PidTagSubject,
  type Subscription,
} from '@bourse/mapi'

async function moveInvoices(inbox: Folder, invoices: Folder): Promise<number> {
  await using contents = await inbox.contentsTable()
  const table = await contents.setColumns([PidTagMid])
  await table.restrict(contains(PidTagSubject, 'invoice'))
  const ids: bigint[] = []
  for await (const row of table) ids.push(row.get(PidTagMid)!)
  if (ids.length > 0) await inbox.copyMessages(ids, invoices, { move: true })
  return ids.length
}

/** Files what is there and what comes, until the subscription is disposed of. `onFiled` hears how many messages were moved. */
export async function fileInvoices(
  store: MessageStore,
  onFiled: (count: number) => void,
): Promise<Subscription> {
  const inbox = await store.openFolder(store.logon.folders.inbox!)
  const { folder: invoices } = await inbox.createFolder({ displayName: 'Invoices', openExisting: true })

  // One run at a time: a message that comes during a run is seen by the next.
  let running = Promise.resolve()
  const run = () => {
    running = running.then(async () => onFiled(await moveInvoices(inbox, invoices)))
  }
  run()
  const subscription = await store.subscribe({ events: ['newMail'], folderId: inbox.id }, run)
  return {
    [Symbol.asyncDispose]: async () => {
      await subscription[Symbol.asyncDispose]()
      await running
      await invoices[Symbol.asyncDispose]()
      await inbox[Symbol.asyncDispose]()
    },
  }
}
