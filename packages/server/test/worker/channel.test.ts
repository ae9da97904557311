import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { ErrorCode, MapiError } from '@bourse/mapi'
import { afterEach, describe, expect, it } from 'vitest'
import { Channel, ChannelClosed, type ChannelHandlers, ownBytes } from '../../src/worker/channel.ts'

describe('a channel', () => {
  const ports: MessagePort[] = []

  afterEach(() => {
    for (const port of ports.splice(0)) port.close()
  })

  function connect(handlers: ChannelHandlers, others: ChannelHandlers = {}): readonly [Channel, Channel] {
    const { port1, port2 } = new MessageChannel()
    ports.push(port1, port2)
    return [new Channel(port1, others), new Channel(port2, handlers)]
  }

  it('carries questions and answers both ways, in any order', async () => {
    const waits: ((value: number) => void)[] = []
    const [a, b] = connect(
      { double: (n: number) => n * 2, slow: () => new Promise<number>((resolve) => waits.push(resolve)) },
      { name: () => 'a' },
    )
    const first = a.ask('slow', undefined)
    const second = a.ask('slow', undefined)
    expect(await a.ask('double', 21)).toBe(42)
    expect(await b.ask('name', undefined)).toBe('a')
    waits[1]!(2)
    expect(await second).toBe(2)
    waits[0]!(1)
    expect(await first).toBe(1)
  })

  it('carries errors, those of MAPI with their codes and problems', async () => {
    const problems = [{ index: 1, tag: 0x0037001f as never, errorCode: 5 }]
    const [a] = connect({
      mapi: () => Promise.reject(new MapiError(ErrorCode.NotFound, { problems })),
      own: () => Promise.reject(new MapiError(ErrorCode.NotFound, { message: 'There is no such folder.' })),
      other: () => {
        throw new TypeError('oh')
      },
    })
    const plain = new MapiError(ErrorCode.NotFound)
    await expect(a.ask('mapi', 0)).rejects.toMatchObject({
      code: ErrorCode.NotFound,
      problems,
      message: plain.message,
    })
    await expect(a.ask('own', 0)).rejects.toThrow('There is no such folder.')
    await expect(a.ask('other', 0)).rejects.toThrow('oh')
    await expect(a.ask('unknown', 0)).rejects.toThrow('unknown')
  })

  it('answers with an error what cannot be sent, and sends what goes with it', async () => {
    const [a] = connect({ bad: () => () => {}, good: (n: number) => n })
    const bad = expect(a.ask('bad', 0)).rejects.toThrow(/could not be cloned/)
    const worse = expect(a.ask('good', () => {})).rejects.toThrow(/could not be cloned/)
    expect(await Promise.all([a.ask('good', 1), a.ask('good', 2)])).toEqual([1, 2])
    await bad
    await worse
  })

  it('sends together what comes together', async () => {
    const { port1, port2 } = new MessageChannel()
    ports.push(port1, port2)
    const sizes: number[] = []
    port2.on('message', (messages: readonly unknown[]) => sizes.push(messages.length))
    const a = new Channel(port1, {})
    for (let i = 0; i < 3; i++) a.ask('double', i).catch(() => {})
    await expect.poll(() => sizes).toEqual([3])
    a.tell('name', undefined)
    a.ask('double', 3).catch(() => {})
    a.tell('name', undefined)
    await expect.poll(() => sizes).toEqual([3, 1, 1, 1])
    a.close()
  })

  it('tells the other end when an answer is not wanted any more', async () => {
    const [a] = connect({
      wait: (_: unknown, signal) =>
        new Promise((resolve) => signal.addEventListener('abort', () => resolve('aborted'), { once: true })),
    })
    const controller = new AbortController()
    const waiting = a.ask('wait', 0, { signal: controller.signal })
    controller.abort()
    expect(await waiting).toBe('aborted')
    expect(await a.ask('wait', 0, { signal: AbortSignal.abort() })).toBe('aborted')
  })

  it('ends all that is under way when it is closed', async () => {
    let isAborted = false
    const [a, b] = connect({
      wait: (_: unknown, signal) =>
        new Promise(() => {
          signal.addEventListener('abort', () => {
            isAborted = true
          })
        }),
    })
    const waiting = a.ask('wait', 0)
    const failed = expect(waiting).rejects.toBeInstanceOf(ChannelClosed)
    await new Promise((resolve) => setTimeout(resolve, 20))
    a.close()
    await failed
    await expect(a.ask('wait', 0)).rejects.toBeInstanceOf(ChannelClosed)
    a.tell('nothing', 0)
    b.close()
    expect(isAborted).toBe(true)
    expect([a.isClosed, b.isClosed]).toEqual([true, true])
  })

  it('sends of a buffer only the part that is meant', () => {
    const whole = new Uint8Array(8)
    expect(ownBytes(whole)).toBe(whole)
    const part = ownBytes(whole.subarray(2, 4))
    expect([part.length, part.buffer.byteLength]).toEqual([2, 2])
    expect(ownBytes(Buffer.from('ab')).buffer.byteLength).toBe(2)
  })
})
