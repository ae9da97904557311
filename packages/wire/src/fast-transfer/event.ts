import type { PropertyTag } from '@bourse/mapi'
import type {
  ExtendedErrorInfo,
  FolderReplicaInfo,
  ProgressInformation,
  PropertyGroupInfo,
} from './structures.ts'
import type { Located, PropertyElement, ValueData, ValueEnd, ValueStart } from './token.ts'

/** A property of an element that is handed out as a whole. */
export type CollectedProperty = Omit<PropertyElement, 'kind'>

/** Elements between a `start` and an `end`. */
export type ScopeName =
  | 'folder'
  | 'message'
  | 'recipient'
  | 'attachment'
  | 'embeddedMessage'
  | 'messageChange'

/** An object begins, within the one that is open. */
export type ScopeStart =
  | {
      readonly kind: 'start'
      readonly element: 'folder' | 'recipient' | 'embeddedMessage'
      readonly offset: number
    }
  | {
      readonly kind: 'start'
      readonly element: 'message'
      /** Whether it is a folder-associated message. */
      readonly associated: boolean
      readonly offset: number
    }
  | {
      readonly kind: 'start'
      readonly element: 'attachment'
      /** PidTagAttachNumber. */
      readonly number: number
      readonly offset: number
    }
  /** messageChangeFull and messageChangePartial ([MS-OXCFXICS] 2.2.4.3.11). */
  | {
      readonly kind: 'start'
      readonly element: 'messageChange'
      /** All of the message, or those property groups that have changed. */
      readonly change: 'full' | 'partial'
      /** Which property group mapping the groups of a partial change are those of. */
      readonly groupId?: number
      /** messageChangeHeader ([MS-OXCFXICS] 2.2.4.3.14): what names the message and its version. */
      readonly header: readonly CollectedProperty[]
      readonly offset: number
    }

/** The object that began last ends. */
export interface ScopeEnd {
  readonly kind: 'end'
  readonly element: ScopeName
  /**
   * The server met an error while this was open, and an `error` follows. As a messageChange has no end of its own, it
   * may be complete: the `error` says which message could not be completed.
   */
  readonly aborted?: true
}

/**
 * What a FastTransfer stream says, in the order of the stream. Properties belong to the object that began last, or to
 * the one that the stream is about; large values come in pieces, as from `FastTransferLexer`.
 */
export type FastTransferEvent =
  | ScopeStart
  | ScopeEnd
  | (PropertyElement & Located)
  | (ValueStart & Located)
  | ValueData
  | ValueEnd
  /** MetaTagFXDelProp: the subobjects that this property stands for are to be replaced by those that follow. */
  | { readonly kind: 'deleteSubobjects'; readonly tag: PropertyTag; readonly offset: number }
  /** MetaTagEcWarning: an error code of [MS-OXCDATA] 2.4. */
  | { readonly kind: 'warning'; readonly errorCode: number; readonly offset: number }
  /** MetaTagNewFXFolder: the contents of the folder are on other servers. */
  | { readonly kind: 'newFolder'; readonly replicas: FolderReplicaInfo; readonly offset: number }
  /** progressTotal ([MS-OXCFXICS] 2.2.4.3.19). */
  | { readonly kind: 'progressTotal'; readonly information: ProgressInformation; readonly offset: number }
  /** progressPerMessage ([MS-OXCFXICS] 2.2.4.3.18): about the messageChange that follows. */
  | {
      readonly kind: 'progressPerMessage'
      /** In bytes, approximate. */
      readonly size: number
      readonly associated: boolean
      readonly offset: number
    }
  /** groupInfo ([MS-OXCFXICS] 2.2.4.3.8). */
  | { readonly kind: 'groupInfo'; readonly information: PropertyGroupInfo; readonly offset: number }
  /** MetaTagIncrementalSyncMessagePartial: the properties that follow are all that there is of this group. */
  | { readonly kind: 'propertyGroup'; readonly index: number; readonly offset: number }
  /** folderChange ([MS-OXCFXICS] 2.2.4.3.5), deletions (2.2.4.3.3), readStateChanges (2.2.4.3.22), state (2.2.4.3.25). */
  | {
      readonly kind: 'folderChange' | 'deletions' | 'readStateChanges' | 'state'
      readonly properties: readonly CollectedProperty[]
      readonly offset: number
    }
  /** errorInfo ([MS-OXCFXICS] 2.2.4.3.4): what was open and could not be completed has ended before. */
  | {
      readonly kind: 'error'
      readonly information: ExtendedErrorInfo
      /** Whether the stream goes on. */
      readonly recovered: boolean
      readonly offset: number
    }
