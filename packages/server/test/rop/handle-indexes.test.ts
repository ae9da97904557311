import { ErrorCode, MapiError } from '@bourse/mapi'
import {
  logon,
  NULL_HANDLE,
  type RopDefinition,
  type RopRequest,
  ropById,
  ropRequest,
} from '@bourse/wire/rop'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryRequest } from '../../../wire/test/support/arbitrary-rop.ts'
import { ropHandlers } from '../../src/rop/handlers.ts'
import { fakeSession, fakeStore } from './support/fake-store.ts'
import { HANDLE_INDEX_REQUIREMENTS } from './support/handle-index-requirements.ts'
import { responsesOf } from './support/rop-client.ts'

const rops = Array.from({ length: 0x100 }, (_, id) => ropById(id)).filter((rop) => rop?.hasResponse === true)

const INDEXES = {
  inputHandleIndex: 3,
  sourceHandleIndex: 3,
  destHandleIndex: 4,
  outputHandleIndex: 5,
  responseHandleIndex: 6,
} as const

function fieldsOf(rop: RopDefinition): readonly string[] {
  const { shape } = rop.request
  return shape.kind === 'struct' ? Object.keys(shape.fields) : []
}

/** The index that a response has: ResponseHandleIndex, else OutputHandleIndex, else that of the input. */
function expectedIndex(rop: RopDefinition): number {
  const fields = fieldsOf(rop)
  const name = (['responseHandleIndex', 'outputHandleIndex'] as const).find((name) => fields.includes(name))
  return INDEXES[name ?? 'inputHandleIndex']
}

/** Random requests, on handles that stand for nothing. */
function requestsFor(rop: RopDefinition): RopRequest[] {
  const names = fieldsOf(rop)
  const indexes = Object.fromEntries(Object.entries(INDEXES).filter(([name]) => names.includes(name)))
  return fc
    .sample(arbitraryRequest(rop), { seed: rop.id, numRuns: 5 })
    .map((fields) => ropRequest(rop, { ...(fields as object), ...indexes, logonId: 0 } as never))
}

describe('a failure response has the handle index of its request', () => {
  const openStore = async () => {
    throw new MapiError(ErrorCode.UnknownUser)
  }
  const cases = rops.map((rop): [string, RopDefinition] => {
    const id = HANDLE_INDEX_REQUIREMENTS[rop!.name]?.[1]
    return [id === undefined ? rop!.name : `MS-OXCROPS_${id} ${rop!.name}`, rop!]
  })

  it.each(cases)('%s', async (_name, rop) => {
    const client = fakeSession(fakeStore(), { openStore })
    for (const request of requestsFor(rop)) {
      const { errorCode, outputs } = await client.execute([request], new Array(7).fill(NULL_HANDLE))
      expect(errorCode).toBe(0)
      const [response, ...more] = responsesOf(outputs)
      expect(more).toEqual([])
      expect(response!.rop.name).toBe(rop.name)
      expect(response!.handleIndex).toBe(expectedIndex(rop))
      if (rop !== logon) expect(response!.returnValue).toBe(ErrorCode.NullObject)
      else expect(response!.returnValue).not.toBe(0)
    }
  })

  it('there is a handler for every ROP that is answered', () => {
    expect(new Set(ropHandlers.map(({ rop }) => rop))).toEqual(new Set(rops))
  })
})
