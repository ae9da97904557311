import { setTimeout as delay } from 'node:timers/promises'
import { PidTagBody, PidTagMessageClass, PidTagSubject, type PropertyTag } from '@bourse/mapi'
import {
  createMessage,
  deleteMessages,
  getContentsTable,
  openFolder,
  openMessage,
  PrivateFolder,
  queryRows,
  registerNotification,
  saveChangesMessage,
  setColumns,
  setProperties,
} from '@bourse/wire/rop'
import type { RopClient } from '../test/rop/support/rop-client.ts'
import { dnOf, PASSWORD, ropClient } from '../test/support/live-server.ts'
import { MapiClient } from '../test/support/mapi-client.ts'

/** What a session saw while others attacked. */
export interface Testimony {
  readonly user: string
  rounds: number
  /** The longest that one of its requests took, in milliseconds. */
  slowest: number
  /** How long each round took, in milliseconds. */
  readonly times: number[]
  /** Why it could not go on. */
  failure?: Error
}

/** How long a user waits between rounds, in milliseconds. */
const PAUSE = 50

/**
 * A user who writes a message, is notified of it, finds it, reads and deletes it, over and over in one session, until
 * told to stop. The testimony has what went wrong.
 */
export async function witness(url: string, user: string, signal: AbortSignal): Promise<Testimony> {
  const testimony: Testimony = { user, rounds: 0, slowest: 0, times: [] }
  try {
    const client = new MapiClient({
      url: `${url}/mapi/emsmdb/`,
      user: `${user}@example.com`,
      password: PASSWORD,
    })
    const { body } = await client.connect(dnOf(user))
    if (body?.kind !== 'success' || body.errorCode !== 0) throw new Error(`Connect: ${JSON.stringify(body)}`)
    const rops = timed(ropClient(client), testimony)
    const { handle: logon, body: store } = await rops.logOn(dnOf(user))
    const folderId = (store as { readonly folderIds: readonly bigint[] }).folderIds[PrivateFolder.inbox]!
    const folder = (await rops.ok(openFolder, logon, { folderId, openModeFlags: 0 })).handle
    await rops.ok(registerNotification, logon, {
      notificationTypes: 0x04,
      reserved: 0,
      wantWholeStore: false,
      folderId,
      messageId: 0n,
    } as never)
    while (!signal.aborted) {
      const start = performance.now()
      await round(client, rops, { folder, folderId }, `${user} ${testimony.rounds}`)
      testimony.times.push(performance.now() - start)
      testimony.rounds++
      await delay(PAUSE)
    }
    await client.disconnect()
  } catch (error) {
    testimony.failure = error as Error
  }
  return testimony
}

/**
 * Until the message is told of. Where the machine is busy, a wait may be over before the message is there; then the
 * notification came along with the answer to another request, or is still to come.
 */
async function told(
  client: MapiClient,
  rops: RopClient,
  first: ReturnType<MapiClient['wait']>,
): Promise<void> {
  for (let waiting = first; ; waiting = client.wait()) {
    const { body } = await waiting
    if (body?.kind !== 'success' || body.errorCode !== 0) throw new Error(`no event: ${JSON.stringify(body)}`)
    if (body.eventPending || rops.notifications.length > 0) return
    if (waiting !== first) throw new Error('no event')
  }
}

interface Inbox {
  readonly folder: number
  readonly folderId: bigint
}

async function round(
  client: MapiClient,
  rops: RopClient,
  { folder, folderId }: Inbox,
  subject: string,
): Promise<void> {
  const waiting = client.wait()
  // Should another request fail first, nobody waits for this one.
  waiting.catch(() => {})
  const { handle: draft } = await rops.ok(createMessage, folder, {
    codePageId: 0x0fff,
    folderId,
    associatedFlag: false,
  })
  const text = `The text of ${subject}. `.repeat(20)
  await rops.ok(setProperties, draft, {
    propertyValues: [
      { tag: PidTagMessageClass as PropertyTag, value: 'IPM.Note' },
      { tag: PidTagSubject as PropertyTag, value: subject },
      { tag: PidTagBody as PropertyTag, value: text },
    ],
  } as never)
  const { messageId } = await rops.ok(saveChangesMessage, draft, { saveFlags: 0x0c } as never)
  await rops.release(draft)
  await told(client, rops, waiting)
  const created = await rops.fetchNotifications()
  if (created.length === 0) throw new Error('no notification of the new message')

  const { handle: table } = await rops.ok(getContentsTable, folder, { tableFlags: 0 })
  const propertyTags = [PidTagSubject as PropertyTag, PidTagBody as PropertyTag]
  await rops.ok(setColumns, table, { setColumnsFlags: 0, propertyTags })
  const { rowData } = await rops.ok(queryRows, table, { queryRowsFlags: 0, forwardRead: true, rowCount: 50 })
  const rows = rowData.map((row) => [...row])
  if (JSON.stringify(rows.map(([first]) => first)) !== JSON.stringify([subject]))
    throw new Error(`the folder has ${JSON.stringify(rows)}, not ${subject}`)
  if (!text.startsWith(String(rows[0]![1]).slice(0, 100))) throw new Error('the text has changed')
  await rops.release(table)
  const message = await rops.ok(openMessage, folder, {
    codePageId: 0x0fff,
    folderId,
    openModeFlags: 0,
    messageId: messageId as bigint,
  })
  await rops.release(message.handle)
  await rops.ok(deleteMessages, folder, {
    wantAsynchronous: false,
    notifyNonRead: false,
    messageIds: [messageId],
  } as never)
}

/** Measures what each request takes. */
function timed(rops: RopClient, testimony: Testimony): RopClient {
  const { session } = rops
  const execute: RopClient['session']['execute'] = async (...values) => {
    const start = performance.now()
    try {
      return await session.execute(...values)
    } finally {
      testimony.slowest = Math.max(testimony.slowest, performance.now() - start)
    }
  }
  Object.assign(rops, { session: { execute } })
  return rops
}
