import { ErrorCode } from '@bourse/mapi'
import {
  commitStream,
  encodeRopInput,
  LogonFlags,
  logon,
  queryPosition,
  type RopRequest,
  release,
  ropRequest,
  writeStreamExtended,
} from '@bourse/wire/rop'
import { describe, expect, it } from 'vitest'
import { HandleTable } from '../../src/rop/handle-table.ts'
import { readRequests } from '../../src/rop/input.ts'
import { DEFAULT_ROP_LIMITS } from '../../src/rop/limits.ts'
import { LogonHistory } from '../../src/rop/logon-history.ts'
import { RateLimiter } from '../../src/rop/rate-limiter.ts'
import { minimumResponseSize } from '../../src/rop/response-size.ts'
import type { FolderObject, LogonObject } from '../../src/rop/server-object.ts'
import { fakeStore } from './support/fake-store.ts'

describe('a rate', () => {
  it('lets a burst pass, and then as many as come with time', () => {
    let now = 0
    const limiter = new RateLimiter({ perSecond: 10, burst: 3 }, () => now)
    expect([limiter.take(), limiter.take(), limiter.take()]).toEqual([0, 0, 0])
    expect(limiter.take()).toBe(100)
    now = 50
    expect(limiter.take()).toBe(50)
    now = 100
    expect(limiter.take()).toBe(0)
    expect(limiter.take()).toBe(100)
    now = 10_000
    expect([limiter.take(), limiter.take(), limiter.take()]).toEqual([0, 0, 0])
    expect(limiter.take()).toBeGreaterThan(0)
  })

  it('of 0 is none', () => {
    const limiter = new RateLimiter({ perSecond: 0, burst: 0 })
    for (let i = 0; i < 10; i++) expect(limiter.take()).toBe(0)
  })
})

describe('a handle table', () => {
  const logon: LogonObject = { kind: 'logon', logonId: 0, store: fakeStore(), isPublic: false }
  const folder: FolderObject = { kind: 'folder', folder: undefined as never }

  it('knows what was released and what never was', () => {
    const table = new HandleTable(DEFAULT_ROP_LIMITS)
    const { handle } = table.add(folder, logon)
    expect(table.wasReleased(handle)).toBe(false)
    expect(table.wasReleased(handle + 1)).toBe(false)
    expect(table.remove(handle)?.object).toBe(folder)
    expect(table.remove(handle)).toBeUndefined()
    expect([table.wasReleased(handle), table.wasReleased(0xffffffff)]).toEqual([true, false])
    expect(table.get(handle)).toBeUndefined()
  })

  it('counts kinds apart', () => {
    const limits = { ...DEFAULT_ROP_LIMITS, logons: 1, objects: { ...DEFAULT_ROP_LIMITS.objects, folder: 1 } }
    const table = new HandleTable(limits)
    table.add(logon, logon)
    table.add(folder, logon)
    for (const object of [logon, folder]) {
      expect(() => table.add(object, logon)).toThrow(
        expect.objectContaining({ code: ErrorCode.TooManyOpenObjects }),
      )
    }
    expect([...table.entries()].map(({ object }) => object)).toEqual([logon, folder])
  })
})

describe('the logons of a session', () => {
  it('know the first mailbox', () => {
    const history = new LogonHistory()
    expect(history.isOtherMailbox('a')).toBe(false)
    history.noteMailbox('a')
    history.noteMailbox('b')
    expect([history.isOtherMailbox('a'), history.isOtherMailbox('b')]).toEqual([false, true])
  })
})

describe('input payloads', () => {
  const write = (...bytes: number[]) =>
    ropRequest(writeStreamExtended, { logonId: 0, inputHandleIndex: 0, data: new Uint8Array(bytes) })
  const payload = (...requests: RopRequest[]) => encodeRopInput(requests, [1])
  const read = (payloads: readonly Uint8Array[]) => readRequests(payloads, () => false, 100)
  const other = ropRequest(commitStream, { logonId: 0, inputHandleIndex: 0 })

  it('further ones go on with the data of the last request', () => {
    const { requests, handles } = read([payload(other, write(1, 2)), payload(write(3)), payload(write(4))])!
    expect(requests.map(({ rop }) => rop)).toEqual([commitStream, writeStreamExtended])
    expect(requests[1]!.fields).toMatchObject({ data: new Uint8Array([1, 2, 3, 4]) })
    expect(handles).toEqual([1])
  })

  it('further ones have nothing else', () => {
    expect(read([payload(other), payload(write(1))])).toBeUndefined()
    expect(read([payload(write(1)), payload(other)])).toBeUndefined()
    expect(read([payload(write(1)), payload(write(2), write(3))])).toBeUndefined()
    expect(read([payload(write(1)), new Uint8Array(1)])).toBeUndefined()
    expect(read([payload(), payload()])).toBeUndefined()
  })
})

describe('the shortest response', () => {
  it('is known for each request', () => {
    const shortest = (logonFlags: number) =>
      minimumResponseSize(
        ropRequest(logon, {
          logonId: 0,
          outputHandleIndex: 0,
          logonFlags,
          openFlags: 0,
          storeState: 0,
          essdn: '',
        }) as RopRequest,
      )
    expect([shortest(LogonFlags.Private), shortest(0)]).toEqual([166, 145])
    const request = { logonId: 0, inputHandleIndex: 0 }
    expect(minimumResponseSize(ropRequest(release, request) as RopRequest)).toBe(0)
    expect(minimumResponseSize(ropRequest(queryPosition, request) as RopRequest)).toBe(6 + 8)
  })
})
