import { ErrorCode, MapiError } from '@bourse/mapi'
import { NULL_HANDLE, type RequestOf, type RopDefinition } from '@bourse/wire/rop'
import type { HandleEntry } from './handle-table.ts'
import type { LogonObject, ServerObject, ServerObjectKind, ServerObjectOf } from './server-object.ts'
import type { RopSession } from './session.ts'

/** The fields by which requests name server objects: positions in the Server object handle table. */
interface HandleIndexes {
  readonly logonId: number
  readonly inputHandleIndex?: number
  readonly sourceHandleIndex?: number
  readonly destHandleIndex?: number
  readonly outputHandleIndex?: number
  readonly responseHandleIndex?: number
}

/** One request that is being worked on: what a handler is given. */
export class RopCall<D extends RopDefinition = RopDefinition> {
  readonly session: RopSession
  readonly rop: D
  /** The fields of the request. */
  readonly request: RequestOf<D>
  /** The Server object handle table of the request's buffer, as it is now. */
  readonly handles: readonly number[]
  /**
   * How many bytes the response's body may take, what follows ReturnValue. Handlers whose bodies can be long keep within
   * it: they answer fewer rows, fewer bytes, or an error in the place of a long value. If not even the least fits, they
   * answer that nevertheless or throw `BufferTooSmall`, and the processor gives the request back to the client, which comes
   * again with a larger buffer ([MS-OXCROPS] 3.2.4.3).
   */
  readonly room: number
  readonly #indexes: HandleIndexes

  constructor(session: RopSession, rop: D, request: RequestOf<D>, handles: readonly number[], room: number) {
    this.session = session
    this.rop = rop
    this.request = request
    this.handles = handles
    this.room = room
    this.#indexes = request as HandleIndexes
  }

  /** LogonId of the request. */
  get logonId(): number {
    return this.#indexes.logonId
  }

  /**
   * The object that the ROP works on (InputHandleIndex or SourceHandleIndex), which must be of one of the kinds given:
   *
   * ```ts
   * const { folder } = call.input('folder')
   * const object = call.input('logon', 'folder') // LogonObject | FolderObject
   * ```
   *
   * Throws `NullObject` for a handle that was never given out, `InvalidObject` for one that was released, `AccessDenied`
   * for one of another logon ([MS-OXCROPS] 3.2.5.4), `NotSupported` for another kind of object.
   */
  input<K extends ServerObjectKind>(...kinds: readonly K[]): ServerObjectOf<K> {
    return ofKind(this.#input().object, kinds, ErrorCode.NotSupported)
  }

  /** As {@link input}, but for another kind of object it throws `error`. */
  inputElse<K extends ServerObjectKind>(error: number, ...kinds: readonly K[]): ServerObjectOf<K> {
    return ofKind(this.#input().object, kinds, error)
  }

  /** The logon that the input object belongs to. Throws as {@link input} does, but takes any kind of object. */
  get logon(): LogonObject {
    return this.#input().logon
  }

  /**
   * The object that the ROP copies to (DestHandleIndex), which may be of another logon of the session. Throws
   * `NullDestinationObject` where there is none, `NotSupported` for another kind of object.
   */
  destination<K extends ServerObjectKind>(...kinds: readonly K[]): ServerObjectOf<K> {
    return ofKind(this.#destination().object, kinds, ErrorCode.NotSupported)
  }

  /** The logon that the object of {@link destination} belongs to. Throws `NullDestinationObject` where there is none. */
  get destinationLogon(): LogonObject {
    return this.#destination().logon
  }

  /**
   * Throws `error`, `InvalidParameter` if left out, when `value` has bits that `allowed` has not.
   *
   * ```ts
   * call.requireFlags(call.request.deleteFolderFlags, DEL_MESSAGES | DEL_FOLDERS | DELETE_HARD_DELETE)
   * ```
   */
  requireFlags(value: number, allowed: number, error: number = ErrorCode.InvalidParameter): void {
    if ((value & ~allowed) !== 0) throw new MapiError(error)
  }

  /** The index that the response has at its head: of the output where there is one, else of the input. */
  get responseIndex(): number {
    const { responseHandleIndex, outputHandleIndex, sourceHandleIndex, inputHandleIndex } = this.#indexes
    return responseHandleIndex ?? outputHandleIndex ?? sourceHandleIndex ?? inputHandleIndex ?? 0
  }

  #input(): HandleEntry {
    const handle = this.#handleAt(this.#indexes.inputHandleIndex ?? this.#indexes.sourceHandleIndex)
    const entry = this.session.handles.get(handle)
    if (entry === undefined) {
      const { InvalidObject, NullObject } = ErrorCode
      throw new MapiError(this.session.handles.wasReleased(handle) ? InvalidObject : NullObject)
    }
    if (entry.logon.logonId !== this.logonId) throw new MapiError(ErrorCode.AccessDenied)
    return entry
  }

  #destination(): HandleEntry {
    const entry = this.session.handles.get(this.#handleAt(this.#indexes.destHandleIndex))
    if (entry === undefined) throw new MapiError(ErrorCode.NullDestinationObject)
    return entry
  }

  #handleAt(index: number | undefined): number {
    return this.handles[index ?? -1] ?? NULL_HANDLE
  }
}

function ofKind<K extends ServerObjectKind>(
  object: ServerObject,
  kinds: readonly K[],
  error: number,
): ServerObjectOf<K> {
  if (!(kinds as readonly ServerObjectKind[]).includes(object.kind)) throw new MapiError(error)
  return object as ServerObjectOf<K>
}
