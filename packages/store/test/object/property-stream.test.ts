import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { PidTagConversationIndex, type PropertyStream, type SeekOrigin } from '@bourse/mapi'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { BLOB_CHUNK_BYTES } from '../../src/blob/chunk-size.ts'
import { LOCK_EXPIRY_MILLISECONDS } from '../../src/object/region-locks.ts'
import { expectError } from '../support/behaviour.ts'
import { type EngineFixture, openEngineFixture } from '../support/fixture.ts'

const MAX_SIZE = 2 * BLOB_CHUNK_BYTES + 1000
const ACCESS_DENIED = 0x80070005
const NETWORK_ERROR = 0x80040115

type Step =
  | { readonly do: 'write'; readonly on: number; readonly length: number; readonly byte: number }
  | { readonly do: 'read'; readonly on: number; readonly length: number }
  | { readonly do: 'seek'; readonly on: number; readonly offset: number; readonly origin: SeekOrigin }
  | { readonly do: 'resize'; readonly on: number; readonly size: number }
  | { readonly do: 'clone'; readonly on: number }
  | { readonly do: 'close'; readonly on: number }
  | { readonly do: 'save' }

const on = fc.nat()
const length = fc.oneof(fc.nat(200), fc.nat(BLOB_CHUNK_BYTES))
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      on,
      length,
      byte: fc.integer({ min: 1, max: 255 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('read' as const), on, length }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('seek' as const),
      on,
      offset: fc.integer({ min: -1000, max: BLOB_CHUNK_BYTES + 100 }),
      origin: fc.constantFrom<SeekOrigin>('start', 'current', 'end'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('resize' as const), on, size: fc.nat(MAX_SIZE) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clone' as const), on }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('close' as const), on }) },
  { weight: 1, arbitrary: fc.constant({ do: 'save' as const }) },
)

/** A stream as simple as can be. */
interface Model {
  readonly value: { bytes: Uint8Array }
  position: number
}

function resize(model: Model, size: number): void {
  const bytes = new Uint8Array(size)
  bytes.set(model.value.bytes.subarray(0, size))
  model.value.bytes = bytes
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

describe('streams', () => {
  let fixture: EngineFixture

  beforeAll(async () => {
    fixture = await openEngineFixture()
  })
  afterAll(() => fixture.dispose())
  afterEach(() => {
    vi.useRealTimers()
  })

  it('over one property do what an array with several positions does', async () => {
    const store = await fixture.store()
    const inbox = store.logon.folders.inbox!
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        await using message = await store.createMessage(inbox)
        const value = { bytes: new Uint8Array(0) }
        const pairs: { stream: PropertyStream; model: Model }[] = [
          {
            stream: await message.openStream(PidTagConversationIndex, 'create'),
            model: { value, position: 0 },
          },
        ]
        for (const action of steps) {
          if (action.do === 'save') {
            await message.save()
            await using stored = await store.openMessage(inbox, message.id!)
            const bytes = await (await stored.openStream(PidTagConversationIndex)).read(MAX_SIZE * 4)
            expect(Buffer.compare(bytes, value.bytes)).toBe(0)
            continue
          }
          const at = action.on % pairs.length
          const { stream, model } = pairs[at]!
          switch (action.do) {
            case 'write': {
              await stream.write(new Uint8Array(action.length).fill(action.byte))
              const end = model.position + action.length
              if (action.length > 0 && end > value.bytes.length) resize(model, end)
              value.bytes.fill(action.byte, model.position, end)
              model.position = end
              break
            }
            case 'read': {
              const bytes = await stream.read(action.length)
              const expected = value.bytes.subarray(model.position, model.position + action.length)
              expect(Buffer.compare(bytes, expected)).toBe(0)
              model.position += expected.length
              break
            }
            case 'seek': {
              const base = { start: 0, current: model.position, end: value.bytes.length }[action.origin]
              const target = base + action.offset
              const moved = await stream.seek(action.offset, action.origin).catch(() => undefined)
              expect(moved).toBe(target < 0 ? undefined : target)
              if (target < 0) break
              if (target > value.bytes.length) resize(model, target)
              model.position = target
              break
            }
            case 'resize':
              await stream.setSize(action.size)
              resize(model, action.size)
              break
            case 'clone':
              pairs.push({ stream: await stream.clone(), model: { value, position: model.position } })
              break
            case 'close':
              if (pairs.length === 1) break
              await stream[Symbol.asyncDispose]()
              pairs.splice(at, 1)
          }
          expect(await pairs[0]!.stream.getSize()).toBe(value.bytes.length)
        }
      }),
      { numRuns: 40 },
    )
  })

  it('MS-OXCPRPT_R609 MS-OXCPRPT_R608 MS-OXCPRPT_R612 lose a lock to others when they do nothing for long', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const store = await fixture.store()
    const message = await store.createMessage(store.logon.folders.inbox!)
    const stream = await message.openStream(PidTagConversationIndex, 'create')
    await stream.write(new Uint8Array(100))
    const other = await stream.clone()
    await stream.lockRegion(0, 50, 'exclusive')
    vi.advanceTimersByTime(LOCK_EXPIRY_MILLISECONDS)
    await expectError(other.lockRegion(0, 50, 'exclusive'), ACCESS_DENIED)
    vi.advanceTimersByTime(1)
    await other.lockRegion(0, 50, 'exclusive')
    await stream.seek(10)
    await expectError(stream.read(1), NETWORK_ERROR)
    await stream.seek(60)
    expect(await stream.read(1)).toHaveLength(1)
  })

  it('hold little of a large value in memory', async () => {
    const store = await fixture.store()
    const message = await store.createMessage(store.logon.folders.inbox!)
    const stream = await message.openStream(PidTagConversationIndex, 'create')
    const piece = new Uint8Array(64 * 1024).fill(1)
    // What is held, not what waits to be collected: when that happens is nobody's to say.
    const held = (): number => {
      collectGarbage()
      return process.memoryUsage().arrayBuffers
    }
    const baseline = held()
    let peak = 0
    for (let i = 0; i < 800; i++) {
      await stream.write(piece)
      if (i % 50 === 0) peak = Math.max(peak, held())
    }
    expect(await stream.getSize()).toBe(50 * 1024 * 1024)
    expect(peak - baseline).toBeLessThan(8 * 1024 * 1024)
  })
})
