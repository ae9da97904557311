import type { Message } from './message.ts'
import type { MapiObject } from './object.ts'

/** How an object is opened ([MS-OXCMSG] 2.2.3.1.1): for reading, for writing, or for writing if that is allowed. */
export type AccessMode = 'read' | 'readWrite' | 'best'

/** What stays open after saving ([MS-OXCMSG] 2.2.3.3.1): the object for reading, for writing, or nothing. */
export type KeepOpen = 'readOnly' | 'readWrite'

export interface SaveOptions {
  /** `'readWrite'` if left out. */
  readonly keepOpen?: KeepOpen
  /** Save even though somebody else changed the object since it was opened (ForceSave). */
  readonly force?: boolean
}

/** An attachment of a message: a file, an embedded message or an OLE object ([MS-OXCMSG] 2.2.2). */
export interface Attachment extends MapiObject {
  /** PidTagAttachNumber: which of the message's attachments this is. */
  readonly number: number

  /** Makes the changes part of the message, which must be saved in turn. RopSaveChangesAttachment, [MS-OXCMSG] 2.2.3.15. */
  save(options?: SaveOptions): Promise<void>

  /**
   * The message that is attached, or with `'create'` a new one in its place. Saving it makes its changes part of the
   * attachment. RopOpenEmbeddedMessage, [MS-OXCMSG] 2.2.3.16.
   */
  openEmbeddedMessage(
    mode?: AccessMode | 'create',
    options?: {
      /** Code page of the message's 8-bit strings; that of the logon if left out. Throws `UnknownCodePage`. */
      readonly codePage?: number
    },
  ): Promise<Message>
}
