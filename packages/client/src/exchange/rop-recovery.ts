import {
  abort,
  cloneStream,
  collapseRow,
  commitStream,
  copyProperties,
  copyTo,
  copyToStream,
  createAttachment,
  createBookmark,
  createFolder,
  createMessage,
  deleteAttachment,
  deleteProperties,
  deletePropertiesNoReplicate,
  expandRow,
  findRow,
  freeBookmark,
  getAddressTypes,
  getAttachmentTable,
  getCollapseState,
  getContentsTable,
  getHierarchyTable,
  getMessageStatus,
  getNamesFromPropertyIds,
  getOwningServers,
  getPermissionsTable,
  getPerUserGuid,
  getPerUserLongTermIds,
  getPropertiesAll,
  getPropertiesList,
  getPropertiesSpecific,
  getPropertyIdsFromNames,
  getReceiveFolder,
  getReceiveFolderTable,
  getRulesTable,
  getSearchCriteria,
  getStatus,
  getStoreState,
  getStreamSize,
  getTransportFolder,
  getValidAttachments,
  idFromLongTermId,
  logon,
  longTermIdFromId,
  modifyRecipients,
  OpenAttachmentFlags,
  OpenEmbeddedMessageFlags,
  OpenMessageFlags,
  OpenStreamMode,
  openAttachment,
  openEmbeddedMessage,
  openFolder,
  openMessage,
  openStream,
  optionsData,
  publicFolderIsGhosted,
  queryColumnsAll,
  queryNamedProperties,
  queryPosition,
  queryRows,
  type RequestOf,
  type RopDefinition,
  readPerUserInformation,
  readRecipients,
  readStream,
  registerNotification,
  release,
  reloadCachedInformation,
  removeAllRecipients,
  resetTable,
  restrict,
  type SuccessOf,
  saveChangesAttachment,
  saveChangesMessage,
  seekRow,
  seekRowBookmark,
  seekRowFractional,
  seekStream,
  setCollapseState,
  setColumns,
  setProperties,
  setPropertiesNoReplicate,
  setSpooler,
  setStreamSize,
  sortTable,
  submitMessage,
  transportSend,
  writeAndCommitStream,
  writeStream,
  writeStreamExtended,
} from '@bourse/wire/rop'
import type { Origin, RemoteKind, RemoteObject } from './remote-object.ts'

/** ROPs that leave a store as it is, so that sending them twice is as good as once. */
const READS: ReadonlySet<RopDefinition> = new Set<RopDefinition>([
  abort,
  collapseRow,
  createBookmark,
  createMessage,
  expandRow,
  findRow,
  freeBookmark,
  getAddressTypes,
  getAttachmentTable,
  getCollapseState,
  getContentsTable,
  getHierarchyTable,
  getMessageStatus,
  getNamesFromPropertyIds,
  getOwningServers,
  getPermissionsTable,
  getPerUserGuid,
  getPerUserLongTermIds,
  getPropertiesAll,
  getPropertiesList,
  getPropertiesSpecific,
  // A name that was given an ID has the same one when it is asked for again.
  getPropertyIdsFromNames,
  getReceiveFolder,
  getReceiveFolderTable,
  getRulesTable,
  getSearchCriteria,
  getStatus,
  getStoreState,
  getStreamSize,
  getTransportFolder,
  getValidAttachments,
  idFromLongTermId,
  logon,
  longTermIdFromId,
  openAttachment,
  openFolder,
  openMessage,
  optionsData,
  publicFolderIsGhosted,
  queryColumnsAll,
  queryNamedProperties,
  queryPosition,
  queryRows,
  readPerUserInformation,
  readRecipients,
  readStream,
  registerNotification,
  release,
  reloadCachedInformation,
  resetTable,
  restrict,
  seekRow,
  seekRowBookmark,
  seekRowFractional,
  seekStream,
  setCollapseState,
  setColumns,
  setSpooler,
  sortTable,
])

/**
 * ROPs that change a message or attachment as the session has it open, and nothing else until it is saved. With the session the changes
 * are gone, so they can be made again in the next one if they were the first.
 */
const UNSAVED_CHANGES: ReadonlySet<RopDefinition> = new Set<RopDefinition>([
  createAttachment,
  deleteAttachment,
  deleteProperties,
  deletePropertiesNoReplicate,
  modifyRecipients,
  openEmbeddedMessage,
  openStream,
  removeAllRecipients,
  setProperties,
  setPropertiesNoReplicate,
])

/** ROPs that write to a stream. */
const STREAM_CHANGES: ReadonlySet<RopDefinition> = new Set<RopDefinition>([
  commitStream,
  setStreamSize,
  writeAndCommitStream,
  writeStream,
  writeStreamExtended,
])

/** Whether a ROP whose answer was lost can be sent again, whether or not it was carried out. */
export function isRepeatable(rop: RopDefinition, fields: object, object: RemoteObject | undefined): boolean {
  if (READS.has(rop)) return true
  if (rop === openStream && isForReading(fields)) return true
  if (!UNSAVED_CHANGES.has(rop)) return false
  return object?.kind === 'message' || object?.kind === 'attachment'
}

function isForReading(fields: object): boolean {
  return (fields as RequestOf<typeof openStream>).openModeFlags === OpenStreamMode.ReadOnly
}

const KINDS: ReadonlyMap<RopDefinition, RemoteKind> = new Map<RopDefinition, RemoteKind>([
  [openMessage, 'message'],
  [createMessage, 'message'],
  [openEmbeddedMessage, 'message'],
  [openAttachment, 'attachment'],
  [createAttachment, 'attachment'],
  [openStream, 'stream'],
  [cloneStream, 'stream'],
])

/** What kind of object a ROP makes. */
export function kindMadeBy(rop: RopDefinition): RemoteKind {
  return KINDS.get(rop) ?? 'other'
}

/** How an object that a ROP has made is opened again, or `undefined` if it cannot be. */
export function originOf(rop: RopDefinition, fields: object, body: unknown): Origin | undefined {
  if (rop === createFolder) {
    const { folderId } = body as SuccessOf<typeof createFolder>
    return { rop: openFolder, fields: { folderId, openModeFlags: 0 } }
  }
  if (rop === createAttachment) {
    const { attachmentId } = body as SuccessOf<typeof createAttachment>
    return {
      rop: openAttachment,
      fields: { openAttachmentFlags: OpenAttachmentFlags.ReadWrite, attachmentId },
    }
  }
  if (rop === openStream) return isForReading(fields) ? { rop, fields } : undefined
  if (rop === openEmbeddedMessage) return { rop, fields: embeddedFields(fields) }
  return READS.has(rop) ? { rop, fields } : undefined
}

function embeddedFields(fields: object): object {
  const request = fields as RequestOf<typeof openEmbeddedMessage>
  // One that is opened again is there, and must not be made anew.
  const isNew = request.openModeFlags === OpenEmbeddedMessageFlags.Create
  return isNew ? { ...request, openModeFlags: OpenEmbeddedMessageFlags.ReadWrite } : request
}

/** Notes what a ROP that was carried out means for opening its objects again. */
export function noteCarriedOut(
  rop: RopDefinition,
  fields: object,
  object: RemoteObject | undefined,
  destination: RemoteObject | undefined,
  body: unknown,
): void {
  if (object === undefined) return
  if (rop === saveChangesMessage) {
    noteSaved(object, body as SuccessOf<typeof saveChangesMessage>)
  } else if (rop === saveChangesAttachment) {
    object.isDirty = false
    markDirty(object.parent)
  } else if (rop === copyTo || rop === copyProperties || rop === copyToStream) {
    markDirty(destination)
  } else if (STREAM_CHANGES.has(rop)) {
    markDirty(object)
    markDirty(object.parent)
  } else if (UNSAVED_CHANGES.has(rop)) {
    const isReading =
      (rop === openStream && isForReading(fields)) ||
      (rop === openEmbeddedMessage &&
        (fields as RequestOf<typeof openEmbeddedMessage>).openModeFlags !== OpenEmbeddedMessageFlags.Create)
    if (!isReading) markDirty(object)
  } else if (rop === submitMessage || rop === transportSend) {
    // What is left of the message is the server's.
    object.isDirty = false
  }
}

function markDirty(object: RemoteObject | undefined): void {
  if (object !== undefined && object.kind !== 'other') object.isDirty = true
}

function noteSaved(object: RemoteObject, { messageId }: SuccessOf<typeof saveChangesMessage>): void {
  object.isDirty = false
  if (object.origin?.rop === openEmbeddedMessage) {
    markDirty(object.parent)
  } else if (object.origin?.rop === createMessage) {
    const { codePageId, folderId } = object.origin.fields as RequestOf<typeof createMessage>
    object.origin = {
      rop: openMessage,
      fields: { codePageId, folderId, openModeFlags: OpenMessageFlags.BestAccess, messageId },
    }
  }
}
