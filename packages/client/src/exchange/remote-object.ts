import type { MapiError } from '@bourse/mapi'
import type { RopDefinition } from '@bourse/wire/rop'
import type { CallFields, CallOptions, CallResult } from './rop-session.ts'

/** A ROP with its fields: that which opens an object again after the connection was lost, for one. */
export interface Origin {
  readonly rop: RopDefinition
  readonly fields: object
}

/** Sends one ROP to the object that has just been opened again, before any other. */
export type RestoreCall = <D extends RopDefinition>(
  rop: D,
  fields: CallFields<D>,
  options?: CallOptions,
) => Promise<CallResult<D>>

/**
 * Brings an object that has just been opened again into the state in which it was. `body` is what the ROP that opened it answered, `next` the
 * ROP that waits for it. Rejects if that cannot be done; the ROP then rejects with the same, and the next one tries again.
 */
export type Restore = (call: RestoreCall, body: unknown, next: Origin | undefined) => Promise<void>

/** Where changes of an object are until it is saved: in the session with the server, or nowhere. */
export type RemoteKind = 'message' | 'attachment' | 'stream' | 'other'

/** What a session knows of an object on the server. It outlives connections; the server's handle for it does not. */
export interface RemoteObject {
  /** This session's handle for it. */
  readonly handle: number
  readonly logonId: number
  readonly kind: RemoteKind
  /** The object through which it was opened. */
  readonly parent: RemoteObject | undefined
  /** `undefined` for what cannot be opened again. */
  origin: Origin | undefined
  /** The server's handle, in the connection of the number {@link generation}. */
  serverHandle: number
  generation: number
  /** Has changes that were not saved, and would be lost with the connection. */
  isDirty: boolean
  /** Why it cannot be used any more. */
  lost: MapiError | undefined
  restore: Restore | undefined
  isReleased: boolean
}
