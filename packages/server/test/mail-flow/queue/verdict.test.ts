import { describe, expect, it } from 'vitest'
import { asciiDomainOf } from '../../../src/mail-flow/queue/domain.ts'
import { isDomainFailure, judge, retryDelay } from '../../../src/mail-flow/queue/verdict.ts'
import type { RecipientOutcome } from '../../../src/mail-flow/smtp-out/transport.ts'

describe('retryDelay', () => {
  it('grows as the settings say, then stays', () => {
    expect([1, 2, 3, 9].map((attempts) => retryDelay([10, 100, 1000], attempts, 0))).toEqual([
      10, 100, 1000, 1000,
    ])
    expect(retryDelay([100], 1, 1)).toBe(120)
  })
})

describe('isDomainFailure', () => {
  const outcome = (
    status: string,
    diagnostic: string,
    more: Partial<RecipientOutcome> = {},
  ): RecipientOutcome => ({
    address: 'erin@a.test',
    result: 'deferred',
    status,
    diagnostic,
    ...more,
  })

  it.each([
    [
      'no connection',
      [outcome('4.4.1', 'mx.a.test: connect ECONNREFUSED', { remoteHost: 'mx.a.test' })],
      true,
    ],
    ['no answer of DNS', [outcome('4.4.3', 'DNS cannot tell the servers of a.test')], true],
    ['no TLS', [outcome('4.7.5', 'mx.a.test: no TLS')], true],
    ['a server that closes', [outcome('4.3.2', '421 4.3.2 Too busy')], true],
    [
      'a server that has a reason of its own',
      [outcome('4.4.1', '451 4.4.1 Cannot reach the mailbox')],
      false,
    ],
    ['greylisting', [outcome('4.7.1', '450 4.7.1 Later')], false],
    [
      'a connection that broke within the message',
      [outcome('4.4.2', 'mx.a.test: the connection has ended')],
      false,
    ],
    ['a mistake of this server', [outcome('4.3.0', 'This server failed to send it.')], false],
    [
      'one recipient of two',
      [outcome('4.4.1', 'no'), outcome('5.1.1', '550 No', { result: 'failed', address: 'f@a.test' })],
      false,
    ],
    ['nothing', [], false],
  ] as const)('takes %s for what it is', (_, outcomes, expected) => {
    expect(isDomainFailure(outcomes)).toBe(expected)
  })
})

describe('judge', () => {
  const policy = { delays: [60], lifetime: 1000, warnAfter: 500 }
  const message = { from: 'alice@example.com', queuedAt: 0 }
  const deferred = { result: 'deferred', status: '4.2.0' } as const

  it('lets the last attempt be when the lifetime ends, and not later', () => {
    const recipient = { attempts: 0, isDelayReported: true }
    expect(judge(message, recipient, deferred, { policy, now: 990, random: 0 })).toEqual({
      result: 'deferred',
      status: '4.2.0',
      nextAttempt: 1000,
    })
    expect(judge(message, recipient, deferred, { policy, now: 1000, random: 0 })).toEqual({
      result: 'failed',
      status: '4.4.7',
      report: 'failed',
    })
  })

  it('warns as soon as it is time', () => {
    const report = (now: number, isDelayReported = false, from = message.from) =>
      judge({ ...message, from }, { attempts: 3, isDelayReported }, deferred, { policy, now, random: 0 })
        .report
    expect([report(499), report(500), report(500, true), report(500, false, '')]).toEqual([
      undefined,
      'delayed',
      undefined,
      undefined,
    ])
  })
})

describe('asciiDomainOf', () => {
  it('gives domains one form', () => {
    expect(asciiDomainOf('Erin@BÜCHER.test')).toBe('xn--bcher-kva.test')
    expect(asciiDomainOf('"a@b"@Example.COM')).toBe('example.com')
    expect(asciiDomainOf('erin@[IPv6:2001:DB8::1]')).toBe('[ipv6:2001:db8::1]')
  })
})
