import { PidTagBody, PidTagSubject, type PropertyTag } from '@bourse/mapi'
import {
  createAttachment,
  createFolder,
  createMessage,
  fastTransferDestinationConfigure,
  fastTransferSourceCopyTo,
  getContentsTable,
  getHierarchyTable,
  getPermissionsTable,
  getRulesTable,
  openFolder,
  openStream,
  PrivateFolder,
  type RopDefinition,
  registerNotification,
  saveChangesMessage,
  setColumns,
  setProperties,
  synchronizationConfigure,
  synchronizationOpenCollector,
} from '@bourse/wire/rop'
import { dnOf, PASSWORD, ropClient } from '../test/support/live-server.ts'
import { MapiClient } from '../test/support/mapi-client.ts'

/** A session in which all kinds of objects are open, so that what is sent finds something to work on. */
export interface AttackSession {
  readonly client: MapiClient
  /** Bound to the address book. */
  readonly addressBook: MapiClient
  readonly user: string
  /** Handles of open objects. */
  readonly handles: readonly number[]
  /** IDs of folders that there are. */
  readonly folderIds: readonly bigint[]
  readonly messageIds: readonly bigint[]
}

const INBOX = PrivateFolder.inbox

/** A Bind request without a state. */
const BIND = new Uint8Array(9)

/** Connects, logs on and opens one object of each kind. `undefined` if the user may not have one more session. */
export async function openAttackSession(url: string, user: string): Promise<AttackSession | undefined> {
  const credentials = { user: `${user}@example.com`, password: PASSWORD }
  const addressBook = new MapiClient({ url: `${url}/mapi/nspi/`, ...credentials })
  await addressBook.send('Bind', BIND)
  const client = new MapiClient({ url: `${url}/mapi/emsmdb/`, ...credentials })
  const { body } = await client.connect(dnOf(user))
  // The user has too many sessions, which end after a while.
  if (body?.kind !== 'success' || body.errorCode !== 0) return undefined
  const rops = ropClient(client)
  const handles: number[] = []
  const messageIds: bigint[] = []
  const logon = await rops.logOn(dnOf(user))
  const { folderIds = [] } = (logon.body ?? {}) as { readonly folderIds?: readonly bigint[] }
  const inbox = folderIds[INBOX] ?? 0n
  handles.push(logon.handle)

  /** Opens what a ROP opens, if it does: other requests may have changed the mailbox beyond recognition. */
  async function open(rop: RopDefinition, input: number, fields: object): Promise<number> {
    const { returnValue, handle } = await rops.call(rop, input, fields as never)
    if (returnValue === 0) handles.push(handle)
    return handle
  }

  const folder = await open(openFolder, logon.handle, { folderId: inbox, openModeFlags: 0 })
  const table = await open(getContentsTable, folder, { tableFlags: 0 })
  await rops.call(setColumns, table, { setColumnsFlags: 0, propertyTags: [PidTagSubject as PropertyTag] })
  await open(getHierarchyTable, folder, { tableFlags: 0x04 })
  await open(getRulesTable, folder, { tableFlags: 0x40 })
  await open(getPermissionsTable, folder, { tableFlags: 0 })
  const message = await open(createMessage, folder, {
    codePageId: 0x0fff,
    folderId: inbox,
    associatedFlag: false,
  })
  const text = [{ tag: PidTagSubject, value: 'a message' }]
  await rops.call(setProperties, message, { propertyValues: text } as never)
  const saved = await rops.call(saveChangesMessage, message, { saveFlags: 0x0c })
  if (saved.returnValue === 0) messageIds.push((saved.body as { readonly messageId: bigint }).messageId)
  await open(createAttachment, message, {})
  await open(openStream, message, { propertyTag: PidTagBody, openModeFlags: 2 })
  await open(createFolder, folder, {
    folderType: 1,
    useUnicodeStrings: true,
    openExisting: true,
    displayName: `Folder of ${user}`,
    comment: '',
  })
  await open(registerNotification, logon.handle, { notificationTypes: 0x7e, wantWholeStore: true })
  await open(synchronizationConfigure, folder, {
    synchronizationType: 1,
    sendOptions: 1,
    synchronizationFlags: 0x31,
    restrictionData: undefined,
    synchronizationExtraFlags: 0xd,
    propertyTags: [],
  })
  await open(synchronizationOpenCollector, folder, { isContentsCollector: true })
  await open(fastTransferSourceCopyTo, message, { level: 0, copyFlags: 0, sendOptions: 1, propertyTags: [] })
  await open(fastTransferDestinationConfigure, folder, { sourceOperation: 1, copyFlags: 0 })
  return { client, addressBook, user, handles, folderIds: [...folderIds], messageIds }
}
