import type { Columns } from '@bourse/mapi'
import { DecodeError } from '@bourse/mapi/bytes'
import {
  type Backoff,
  decodeRopOutput,
  encodeRopInput,
  type Notify,
  NULL_HANDLE,
  progress,
  queryRows,
  type RopDefinition,
  type RopRequest,
  type RopResponse,
  readStream,
  type SuccessOf,
} from '@bourse/wire/rop'
import { ConnectionError } from './connection-error.ts'
import type { RopTransport } from './rop-transport.ts'

/** A ROP to be sent, with the server's handles. */
export interface RopCall {
  readonly rop: RopDefinition
  readonly fields: object
  readonly input: number | undefined
  readonly destination: number | undefined
  readonly hasOutput: boolean
  readonly columns: Columns | undefined
  readonly logonId: number
}

export interface RopAnswer {
  readonly returnValue: number
  readonly body: unknown
  /** The server's handle of the object that was made, or of the input. */
  readonly handle: number
  /** RopProgress answered: the operation goes on. */
  readonly isProgress: boolean
}

/** What came of one Execute request. */
export interface RopExchange {
  /** The answers so far, call by call. */
  readonly answers: readonly (RopAnswer | undefined)[]
  /** How many calls, from the first, the server has worked on. The others are to be sent again. */
  readonly answered: number
  readonly notifications: readonly Notify[]
  readonly backoffs: readonly Backoff[]
  /** RopPending: there are notifications that did not fit. */
  readonly isPending: boolean
}

/** Sends ROPs in one buffer and reads the answers, which may come in several. Rejects with what the transport rejects with. */
export async function exchangeRops(transport: RopTransport, calls: readonly RopCall[]): Promise<RopExchange> {
  const { requests, handles, outputIndexes } = layOut(calls)
  const payloads = await transport.execute(encodeRopInput(requests, handles))
  const answers: (RopAnswer | undefined)[] = calls.map(() => undefined)
  const notifications: Notify[] = []
  const backoffs: Backoff[] = []
  let isPending = false
  let done = 0

  for (const payload of payloads) {
    // A server may go on with the last ROP in further buffers, as if it had been asked again ([MS-OXCRPC] 3.1.4.2.1.2).
    const isMore = done === calls.length && done > 0
    const from = isMore ? done - 1 : done
    const output = readOutput(payload, calls, requests, from)
    output.outputs.forEach((item, i) => {
      switch (item.kind) {
        case 'notify':
          notifications.push(item)
          break
        case 'pending':
          isPending = true
          break
        case 'backoff':
          backoffs.push(item)
          break
        case 'response': {
          const at = from + output.answers[i]!
          const handle = output.handles[outputIndexes[at]!] ?? NULL_HANDLE
          answers[at] = isMore
            ? continued(answers[at]!, calls[at]!.rop, item)
            : {
                returnValue: item.returnValue,
                body: item.body,
                handle,
                isProgress: item.rop === progress && item.returnValue === 0,
              }
          done = at + 1
          break
        }
      }
    })
  }
  // ROPs without an answer have been worked on with those around them.
  while (calls[done]?.rop.hasResponse === false) done++
  for (let i = 0; i < done; i++)
    if (!calls[i]!.rop.hasResponse)
      answers[i] = { returnValue: 0, body: undefined, handle: NULL_HANDLE, isProgress: false }
  return { answers, answered: done, notifications, backoffs, isPending }
}

function layOut(calls: readonly RopCall[]) {
  const handles: number[] = []
  const outputIndexes: number[] = []
  const indexOf = (handle: number): number => {
    const at = handles.indexOf(handle)
    return at >= 0 ? at : handles.push(handle) - 1
  }
  const requests = calls.map(({ rop, fields, input, destination, hasOutput, logonId }): RopRequest => {
    const inputIndex = input === undefined ? 0 : indexOf(input)
    const destIndex = destination === undefined ? inputIndex : indexOf(destination)
    const outputIndex = hasOutput ? handles.push(NULL_HANDLE) - 1 : inputIndex
    outputIndexes.push(outputIndex)
    return {
      rop,
      fields: {
        ...fields,
        logonId,
        inputHandleIndex: inputIndex,
        outputHandleIndex: outputIndex,
        sourceHandleIndex: inputIndex,
        destHandleIndex: destIndex,
        responseHandleIndex: inputIndex,
      } as never,
    }
  })
  return { requests, handles, outputIndexes }
}

function readOutput(
  payload: Uint8Array,
  calls: readonly RopCall[],
  requests: readonly RopRequest[],
  from: number,
) {
  try {
    return decodeRopOutput(payload, {
      requests: requests.slice(from),
      columnsFor: (i) => calls[from + i]?.columns,
    })
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    throw new ConnectionError({
      message: `the server's answer cannot be read (${error.message})`,
      outcome: 'unknown',
      mayRetry: false,
      cause: error,
    })
  }
}

/** Adds what a further buffer brings to the answer so far. */
function continued(answer: RopAnswer, rop: RopDefinition, { returnValue, body }: RopResponse): RopAnswer {
  // The first answer stands; what did not follow is asked for again.
  if (returnValue !== 0) return answer
  if (rop === queryRows) {
    const before = answer.body as SuccessOf<typeof queryRows>
    const more = body as SuccessOf<typeof queryRows>
    return { ...answer, body: { ...more, rowData: [...before.rowData, ...more.rowData] } }
  }
  if (rop === readStream) {
    const before = (answer.body as SuccessOf<typeof readStream>).data
    const more = (body as SuccessOf<typeof readStream>).data
    const data = new Uint8Array(before.length + more.length)
    data.set(before)
    data.set(more, before.length)
    return { ...answer, body: { data } }
  }
  return answer
}
