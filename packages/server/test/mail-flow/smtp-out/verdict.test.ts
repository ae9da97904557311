import { describe, expect, it } from 'vitest'
import { refusalOfReply, verdict, verdictOfReply } from '../../../src/mail-flow/smtp-out/verdict.ts'

describe('what a reply means', () => {
  it.each<[string, string, string, string]>([
    ['250 2.1.5 Ok', 'delivered', '2.1.5', '250 2.1.5 Ok'],
    ['250', 'delivered', '2.0.0', '250'],
    ['450 4.2.1 Busy', 'deferred', '4.2.1', '450 4.2.1 Busy'],
    ['550 No', 'failed', '5.0.0', '550 No'],
    ['550 5.1.1', 'failed', '5.1.1', '550 5.1.1'],
    ['550 5.1.10 Null MX', 'failed', '5.1.10', '550 5.1.10 Null MX'],
    ['550 5.1.1x', 'failed', '5.0.0', '550 5.1.1x'],
    ['450 5.1.1 Contradiction', 'deferred', '4.0.0', '450 5.1.1 Contradiction'],
    ['550-5.7.1 Not\n550-5.7.1 from\n550 5.7.1 there', 'failed', '5.7.1', '550 5.7.1 Not from there'],
    ['550-Not\r\n550 there', 'failed', '5.0.0', '550 Not there'],
    ['354 Go on', 'deferred', '4.5.0', '354 Go on'],
    ['', 'deferred', '4.5.0', ''],
    ['550 a\tb\x1b[2Jc\0', 'failed', '5.0.0', '550 a b [2Jc'],
  ])('is taken from its codes: %j', (reply, result, status, diagnostic) => {
    expect(verdictOfReply(reply, 'mx.test')).toEqual({ result, status, diagnostic, remoteHost: 'mx.test' })
  })

  it('is no delivery where nothing was to be delivered', () => {
    expect(refusalOfReply('250 Ok', 'mx.test')).toMatchObject({ result: 'deferred', status: '4.5.0' })
    expect(refusalOfReply('550 5.1.1 No', 'mx.test')).toMatchObject({ result: 'failed', status: '5.1.1' })
  })

  it('is one line, not a long one', () => {
    const { diagnostic } = verdictOfReply(`550-${'x\r\n550-'.repeat(10_000)}\r\n550 x`, 'mx.test')
    expect(diagnostic.length).toBeLessThan(502)
    expect(verdict('4.4.1', 'a\nb')).toEqual({ result: 'deferred', status: '4.4.1', diagnostic: 'a b' })
    expect(verdict('5.1.1', 'no').result).toBe('failed')
  })
})
