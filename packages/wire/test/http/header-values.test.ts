import { parseGuid } from '@bourse/mapi/bytes'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryGuid } from '../../../mapi/test/support/arbitrary.ts'
import {
  CONTENT_TYPE,
  CookieName,
  compareVersions,
  DEFAULT_KEEP_ALIVE_INTERVAL,
  DEFAULT_PENDING_PERIOD,
  FAILURE_CONTENT_TYPE,
  formatClientApplication,
  formatClientCounter,
  formatHttpDate,
  formatMilliseconds,
  formatServerApplication,
  HeaderName,
  MAX_DEVICE_INFO_LENGTH,
  NOTIFICATION_WAIT_TIMEOUT,
  parseApplicationVersion,
  parseClientCounter,
  parseHttpDate,
  parseMilliseconds,
  parseResponseCode,
  REQUIRED_REQUEST_HEADERS,
  REQUIRED_RESPONSE_HEADERS,
} from '../../src/http/index.ts'

describe('header names', () => {
  it('lists what requests and responses need', () => {
    expect(REQUIRED_REQUEST_HEADERS).toEqual([
      'Host',
      'X-RequestType',
      'X-RequestId',
      'Content-Type',
      'Content-Length',
    ])
    expect(REQUIRED_RESPONSE_HEADERS).toEqual([
      'Content-Type',
      'X-RequestType',
      'X-ResponseCode',
      'X-RequestId',
    ])
  })

  it('knows the two types of content', () => {
    expect(CONTENT_TYPE).toBe('application/mapi-http')
    expect(FAILURE_CONTENT_TYPE).toBe('text/html')
  })

  it('knows the defaults and limits', () => {
    expect(DEFAULT_PENDING_PERIOD).toBe(30_000)
    expect(DEFAULT_KEEP_ALIVE_INTERVAL).toBe(15_000)
    expect(NOTIFICATION_WAIT_TIMEOUT).toBe(5 * 60_000)
    expect(MAX_DEVICE_INFO_LENGTH).toBe(64)
  })

  it('has the X-header fields of [MS-OXCMAPIHTTP] 2.2.3.3 and the cookies of 4.2', () => {
    expect(Object.values(HeaderName).filter((name) => name.startsWith('X-')).length).toBe(11)
    expect(CookieName.MapiContext).toBe('MapiContext')
    expect(CookieName.MapiSequence).toBe('MapiSequence')
  })
})

describe('X-RequestId and X-ClientInfo', () => {
  it('MS-OXCMAPIHTTP_R130 reads the example of an X-RequestId', () => {
    expect(parseClientCounter('E2EA6C1C-E61B-49E9-9CFB-38184F907552:123456')).toEqual({
      guid: parseGuid('e2ea6c1c-e61b-49e9-9cfb-38184f907552'),
      counter: 123456,
    })
  })

  it('MS-OXCMAPIHTTP_R155 reads and writes the example of an X-ClientInfo', () => {
    const text = '{2EF33C39-49C8-421C-B876-CDF7F2AC3AA0}:123'
    const value = { guid: parseGuid('2ef33c39-49c8-421c-b876-cdf7f2ac3aa0'), counter: 123 }
    expect(parseClientCounter(text)).toEqual(value)
    expect(formatClientCounter(value)).toBe(text)
  })

  it('round trips', () => {
    fc.assert(
      fc.property(arbitraryGuid, fc.nat(), (guid, counter) => {
        expect(parseClientCounter(formatClientCounter({ guid, counter }))).toEqual({ guid, counter })
      }),
    )
  })

  it.each([
    '',
    '1',
    '{2EF33C39-49C8-421C-B876-CDF7F2AC3AA0}',
    '{2EF33C39-49C8-421C-B876-CDF7F2AC3AA0:1',
    '2EF33C39-49C8-421C-B876-CDF7F2AC3AA0}:1',
    '{2EF33C39-49C8-421C-B876-CDF7F2AC3AA0}:',
    '{2EF33C39-49C8-421C-B876-CDF7F2AC3AA0}:-1',
    '{2EF33C39-49C8-421C-B876-CDF7F2AC3AA0}:1234567890123456',
    '{2EF33C3949C8-421C-B876-CDF7F2AC3AA0-}:1',
    '{2EF33C39-49C8-421C-B876-CDF7F2AC3AAG}:1',
  ])('finds no counter in %j', (text) => {
    expect(parseClientCounter(text)).toBeUndefined()
  })

  it('writes no counter that is not a whole number', () => {
    const guid = parseGuid('2ef33c39-49c8-421c-b876-cdf7f2ac3aa0')
    for (const counter of [-1, 0.5, Number.NaN, 2 ** 53]) {
      expect(() => formatClientCounter({ guid, counter })).toThrow(RangeError)
    }
  })
})

describe('X-ClientApplication and X-ServerApplication', () => {
  it('MS-OXCMAPIHTTP_R162 MS-OXCMAPIHTTP_R165 has the formats of the specification', () => {
    const outlook = { product: 'Outlook', major: 15, minor: 0, buildMajor: 4551, buildMinor: 1004 }
    expect(formatClientApplication(outlook)).toBe('Outlook/15.00.4551.1004')
    expect(parseApplicationVersion('Outlook/15.00.4551.1004')).toEqual(outlook)
    const exchange = { product: 'Exchange', major: 15, minor: 1, buildMajor: 225, buildMinor: 37 }
    expect(formatServerApplication(exchange)).toBe('Exchange/15.01.0225.037')
    expect(parseApplicationVersion('Exchange/15.01.0225.037')).toEqual(exchange)
  })

  it('reads versions without leading zeros, and nothing else', () => {
    expect(parseApplicationVersion(' Outlook/16.0.4266.1001 ')).toMatchObject({ major: 16, minor: 0 })
    for (const text of [
      '',
      'Outlook',
      'Outlook/15',
      'Outlook/15.0.1',
      '/15.0.1.2',
      'Outlook/15.0.1.2.3',
      'Out look/1.2.3.4',
    ]) {
      expect(parseApplicationVersion(text)).toBeUndefined()
    }
  })

  it('round trips', () => {
    const version = fc.record({
      product: fc.stringMatching(/^[A-Za-z-]{1,12}$/),
      major: fc.nat(99_999),
      minor: fc.nat(99_999),
      buildMajor: fc.nat(99_999),
      buildMinor: fc.nat(99_999),
    })
    fc.assert(
      fc.property(version, (value) => {
        expect(parseApplicationVersion(formatClientApplication(value))).toEqual(value)
        expect(parseApplicationVersion(formatServerApplication(value))).toEqual(value)
      }),
    )
  })

  it('orders versions', () => {
    const parse = (text: string) => parseApplicationVersion(`Exchange/${text}`)!
    const sorted = ['8.1.92.0', '14.0.324.0', '14.1.67.0', '15.0.466.0', '15.0.466.12'].map(parse)
    expect(sorted.toReversed().sort(compareVersions)).toEqual(sorted)
    expect(compareVersions(sorted[0]!, sorted[0]!)).toBe(0)
  })
})

describe('numbers', () => {
  it('MS-OXCMAPIHTTP_R157 MS-OXCMAPIHTTP_R167 MS-OXCMAPIHTTP_R168 reads and writes milliseconds', () => {
    expect(parseMilliseconds(' 15000 ')).toBe(15_000)
    expect(formatMilliseconds(15_000)).toBe('15000')
    expect(formatMilliseconds(12.6)).toBe('13')
    for (const text of ['', '-1', '1.5', '1e3', '0x10', '12ms', '1234567890123456']) {
      expect(parseMilliseconds(text)).toBeUndefined()
    }
    for (const value of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => formatMilliseconds(value)).toThrow(RangeError)
    }
  })

  it('MS-OXCMAPIHTTP_R132 reads response codes, those it does not know too', () => {
    expect(parseResponseCode('0')).toBe(0)
    expect(parseResponseCode('99')).toBe(99)
    expect(parseResponseCode('Success')).toBeUndefined()
  })
})

describe('X-StartTime', () => {
  it('MS-OXCMAPIHTTP_R2046 MS-OXCMAPIHTTP_R170 reads the three forms of [RFC2616] 3.3.1 and writes the first', () => {
    const time = Date.UTC(1994, 10, 6, 8, 49, 37)
    expect(parseHttpDate('Sun, 06 Nov 1994 08:49:37 GMT')).toBe(time)
    expect(parseHttpDate('Sunday, 06-Nov-94 08:49:37 GMT')).toBe(time)
    expect(parseHttpDate('Sun Nov  6 08:49:37 1994')).toBe(time)
    expect(formatHttpDate(time)).toBe('Sun, 06 Nov 1994 08:49:37 GMT')
    expect(formatHttpDate(time + 999)).toBe('Sun, 06 Nov 1994 08:49:37 GMT')
    expect(parseHttpDate('Friday, 01-Jan-38 00:00:00 GMT')).toBe(Date.UTC(2038, 0, 1))
  })

  it('round trips, to the second', () => {
    const max = Date.UTC(9999, 11, 31) / 1000
    fc.assert(
      fc.property(fc.integer({ min: -62_167_219_200, max }), (seconds) => {
        expect(parseHttpDate(formatHttpDate(seconds * 1000))).toBe(seconds * 1000)
      }),
    )
  })

  it.each([
    '',
    '1994-11-06T08:49:37Z',
    'Sun, 06 Nov 1994 08:49:37',
    'Sun, 31 Feb 1994 08:49:37 GMT',
    'Sun, 00 Jan 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 24:00:00 GMT',
    'Sun, 06 Nov 1994 08:60:00 GMT',
    'Sun, 06 Foo 1994 08:49:37 GMT',
  ])('finds no date in %j', (text) => {
    expect(parseHttpDate(text)).toBeUndefined()
  })

  it('writes no date beyond the year 9999', () => {
    expect(() => formatHttpDate(Date.UTC(10_000, 0, 1))).toThrow(RangeError)
    expect(() => formatHttpDate(Number.NaN)).toThrow(RangeError)
  })
})
