import { ErrorCode } from '@bourse/mapi'
import { describe, expect, it } from 'vitest'
import { HandleTable } from '../../src/rop/handle-table.ts'
import { DEFAULT_ROP_LIMITS } from '../../src/rop/limits.ts'
import { LogonHistory } from '../../src/rop/logon-history.ts'
import { RateLimiter } from '../../src/rop/rate-limiter.ts'
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
    expect([table.wasReleased(handle), table.wasReleased(0), table.wasReleased(0xffffffff)]).toEqual([
      true,
      false,
      false,
    ])
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
