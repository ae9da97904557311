import type { Attachment, Folder, Message, MessageStore, PropertyStream, Subscription } from '@bourse/mapi'
import type { TableObject } from './table-object.ts'

/** A logon to a mailbox or to the public folders ([MS-OXCSTOR] 3.2.1). */
export interface LogonObject {
  readonly kind: 'logon'
  /** LogonId, by which requests name it. */
  readonly logonId: number
  readonly store: MessageStore
  readonly isPublic: boolean
}

export interface FolderObject {
  readonly kind: 'folder'
  readonly folder: Folder
}

/** A message, an embedded one too. */
export interface MessageObject {
  readonly kind: 'message'
  readonly message: Message
}

export interface AttachmentObject {
  readonly kind: 'attachment'
  readonly attachment: Attachment
}

export interface StreamObject {
  readonly kind: 'stream'
  readonly stream: PropertyStream
}

/** What RopRegisterNotification makes. */
export interface SubscriptionObject {
  readonly kind: 'subscription'
  /** Is set when the object has its handle; never if nothing is to be told. */
  subscription: Subscription | undefined
}

/** A fast transfer context that is read from ([MS-OXCFXICS] 3.2.5.8.1). */
export interface DownloadObject extends AsyncDisposable {
  readonly kind: 'download'
}

/** A fast transfer context that is written to ([MS-OXCFXICS] 3.2.5.8.2). */
export interface UploadObject extends AsyncDisposable {
  readonly kind: 'upload'
}

/** A synchronization upload context ([MS-OXCFXICS] 3.2.5.9.4). */
export interface CollectorObject extends AsyncDisposable {
  readonly kind: 'collector'
}

/** What a server object handle stands for ([MS-OXCROPS] 1.3.1). */
export type ServerObject =
  | LogonObject
  | FolderObject
  | MessageObject
  | AttachmentObject
  | TableObject
  | StreamObject
  | SubscriptionObject
  | DownloadObject
  | UploadObject
  | CollectorObject

export type ServerObjectKind = ServerObject['kind']

/** The server object of a kind, or of one of several. */
export type ServerObjectOf<K extends ServerObjectKind> = Extract<ServerObject, { readonly kind: K }>

/** Those that have properties: what property ROPs work on ([MS-OXCPRPT] 3.2.5). */
export const PROPERTY_KINDS = ['logon', 'folder', 'message', 'attachment'] as const

/** The object model's side of a server object: `store`, `folder`, `message` or `attachment`. */
export function propertiesOf(object: ServerObjectOf<(typeof PROPERTY_KINDS)[number]>) {
  switch (object.kind) {
    case 'logon':
      return object.store
    case 'folder':
      return object.folder
    case 'message':
      return object.message
    case 'attachment':
      return object.attachment
  }
}

/** Gives back what the object holds. */
export async function disposeObject(object: ServerObject): Promise<void> {
  switch (object.kind) {
    case 'logon':
    case 'folder':
    case 'message':
    case 'attachment':
      return propertiesOf(object)[Symbol.asyncDispose]()
    case 'table':
      await object.notifications?.[Symbol.asyncDispose]()
      return object.table[Symbol.asyncDispose]()
    case 'stream':
      return object.stream[Symbol.asyncDispose]()
    case 'subscription':
      return object.subscription?.[Symbol.asyncDispose]()
    case 'download':
    case 'upload':
    case 'collector':
      return object[Symbol.asyncDispose]()
  }
}
