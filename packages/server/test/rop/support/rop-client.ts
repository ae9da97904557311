import type { Columns } from '@bourse/mapi'
import {
  decodeRopOutput,
  encodeRopInput,
  LogonFlags,
  logon,
  type Notify,
  NULL_HANDLE,
  OpenFlags,
  type RequestOf,
  type RopDefinition,
  type RopOutput,
  type RopRequest,
  type RopResponse,
  release,
  ropRequest,
  type SuccessOf,
  setColumns,
} from '@bourse/wire/rop'
import type { RopSession } from '../../../src/rop/session.ts'

/** What one Execute came to, as a client reads it. */
export interface Executed {
  readonly errorCode: number
  readonly outputs: readonly RopOutput[]
  /** Of each payload how many outputs it has. */
  readonly perPayload: readonly number[]
  readonly payloads: readonly Uint8Array[]
  readonly handles: readonly number[]
}

/** A response, and the handle of the object that the ROP opened. */
export interface Answered<D extends RopDefinition> {
  readonly returnValue: number
  readonly handleIndex: number
  /** Of success; `undefined` if nothing follows. */
  readonly body: SuccessOf<D>
  readonly handle: number
}

type HandleField =
  | 'logonId'
  | 'inputHandleIndex'
  | 'outputHandleIndex'
  | 'sourceHandleIndex'
  | 'destHandleIndex'
  | 'responseHandleIndex'

/** The fields of a request without LogonId and handle indexes. */
export type OwnFields<D extends RopDefinition> = Omit<RequestOf<D>, HandleField>

const MAX_ROP_OUT = 0x10008

/** A client of a session, without a network between: it encodes requests and decodes responses. */
export class RopClient {
  readonly session: RopSession
  /** LogonId of the requests that {@link call} makes. */
  logonId = 0
  /** All notifications that came along with responses. */
  readonly notifications: Notify[] = []
  readonly #columns = new Map<number, Columns>()

  constructor(session: RopSession) {
    this.session = session
  }

  /** Sends requests as they are given, with this handle table. */
  async execute(
    requests: readonly RopRequest[],
    handles: readonly number[],
    {
      maxRopOut = MAX_ROP_OUT,
      chained = false,
    }: { readonly maxRopOut?: number; readonly chained?: boolean } = {},
  ): Promise<Executed> {
    return this.read(
      await this.session.execute([encodeRopInput(requests, handles)], maxRopOut, { chained }),
      requests,
      handles,
    )
  }

  /** Reads what {@link RopSession.execute} answered. */
  read(
    { errorCode, outputs: payloads }: Awaited<ReturnType<RopSession['execute']>>,
    requests: readonly RopRequest[],
    handles: readonly number[],
  ): Executed {
    const columnsFor = (index: number) => {
      const { inputHandleIndex } = requests[index]!.fields as { readonly inputHandleIndex?: number }
      return this.#columns.get(handles[inputHandleIndex ?? -1] ?? NULL_HANDLE)
    }
    const outputs: RopOutput[] = []
    const perPayload: number[] = []
    let table: readonly number[] = handles
    for (const [i, payload] of payloads.entries()) {
      // Further payloads have more of the answer to the last request.
      const skipped = i === 0 ? 0 : requests.length - 1
      const buffer = decodeRopOutput(payload, {
        requests: requests.slice(skipped),
        columnsFor: (index) => columnsFor(index + skipped),
      })
      outputs.push(...buffer.outputs)
      perPayload.push(buffer.outputs.length)
      table = buffer.handles
    }
    for (const output of outputs) if (output.kind === 'notify') this.notifications.push(output)
    return { errorCode, outputs, perPayload, payloads, handles: table }
  }

  /** One request for the object of `input`; ROPs with a destination take it from `destination`. */
  async call<D extends RopDefinition>(
    rop: D,
    input: number,
    fields: OwnFields<D>,
    destination: number = NULL_HANDLE,
  ): Promise<Answered<D>> {
    const request = ropRequest(rop, requestFor(rop, this.logonId, fields))
    const { errorCode, outputs, handles } = await this.execute([request], [input, destination])
    if (errorCode !== 0) throw new Error(`Execute failed with 0x${errorCode.toString(16)}`)
    const response = responsesOf(outputs)[0]
    if (response === undefined) throw new Error(`no response to ${rop.name}`)
    const { returnValue, handleIndex, body } = response
    if (rop.id === setColumns.id && returnValue === 0) {
      this.#columns.set(input, (fields as unknown as OwnFields<typeof setColumns>).propertyTags)
    }
    return { returnValue, handleIndex, body: body as SuccessOf<D>, handle: handles[1] ?? NULL_HANDLE }
  }

  /** As {@link call}, and fails if the server did. */
  async ok<D extends RopDefinition>(
    rop: D,
    input: number,
    fields: OwnFields<D>,
    destination: number = NULL_HANDLE,
  ): Promise<SuccessOf<D> & { readonly handle: number }> {
    const { returnValue, body, handle } = await this.call(rop, input, fields, destination)
    if (returnValue !== 0) throw new Error(`${rop.name} failed with 0x${returnValue.toString(16)}`)
    return { ...(body as object), handle } as SuccessOf<D> & { readonly handle: number }
  }

  /** ReturnValue alone. */
  async code<D extends RopDefinition>(
    rop: D,
    input: number,
    fields: OwnFields<D>,
    destination: number = NULL_HANDLE,
  ): Promise<number> {
    return (await this.call(rop, input, fields, destination)).returnValue
  }

  /** Logs on to a private mailbox, or, without a name, to public folders. */
  logOn(
    essdn: string,
    openFlags: number = OpenFlags.USE_PER_MDB_REPLID_MAPPING,
  ): Promise<Answered<typeof logon>> {
    const isPublic = essdn === ''
    return this.call(logon, NULL_HANDLE, {
      logonFlags: isPublic ? 0 : LogonFlags.Private,
      openFlags: isPublic ? openFlags | OpenFlags.PUBLIC : openFlags,
      storeState: 0,
      essdn,
    })
  }

  /** The columns of rows that an object answers, where no RopSetColumns has said so. */
  useColumns(handle: number, columns: Columns): void {
    this.#columns.set(handle, columns)
  }

  async release(handle: number): Promise<void> {
    await this.execute([ropRequest(release, { logonId: this.logonId, inputHandleIndex: 0 })], [handle])
  }

  /** Fetches the notifications that wait, and takes all that have come so far off the list. */
  async fetchNotifications(): Promise<Notify[]> {
    await this.execute([], [])
    return this.notifications.splice(0)
  }
}

export function responsesOf(outputs: readonly RopOutput[]): RopResponse[] {
  return outputs.filter((output) => output.kind === 'response')
}

/** The fields of a request whose input is at 0 in the handle table, and whose output or destination is at 1. */
export function requestFor<D extends RopDefinition>(
  rop: D,
  logonId: number,
  fields: OwnFields<D>,
  [input, output]: readonly [number, number] = [0, 1],
): RequestOf<D> {
  const indexes: Readonly<Record<HandleField, number>> = {
    logonId,
    inputHandleIndex: input,
    sourceHandleIndex: input,
    outputHandleIndex: output,
    destHandleIndex: output,
    responseHandleIndex: input,
  }
  const { shape } = rop.request
  const names = shape.kind === 'struct' ? Object.keys(shape.fields) : []
  const own = Object.entries(indexes).filter(([name]) => names.includes(name))
  return { ...Object.fromEntries(own), ...fields } as unknown as RequestOf<D>
}
