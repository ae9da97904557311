import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { child, parseXml } from '../../src/autodiscover/xml.ts'
import { readDateTime, writeDateTime } from '../../src/web-services/date-time.ts'
import {
  readRequest,
  responseMessage,
  ServiceError,
  writeFault,
  writeResponse,
} from '../../src/web-services/soap.ts'
import { readTimeIn, readTimeZone } from '../../src/web-services/time-zone.ts'

const WHOLE =
  '<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header /><s:Body><Ask a="b"><x>1 &lt; 2</x></Ask></s:Body></s:Envelope>'

describe('SOAP', () => {
  it('has one request in its body', () => {
    const request = readRequest(WHOLE)
    expect([request.name, child(request, 'x')?.text]).toEqual(['Ask', '1 < 2'])
  })

  it('is read without other errors than those that a client is told of, whatever it is', () => {
    const isHandled = (text: string): void => {
      try {
        readRequest(text)
      } catch (error) {
        expect(error).toBeInstanceOf(ServiceError)
      }
    }
    for (let length = 0; length < WHOLE.length; length++)
      expect(() => readRequest(WHOLE.slice(0, length))).toThrow(ServiceError)
    fc.assert(fc.property(fc.string({ unit: 'binary' }), isHandled))
    fc.assert(
      fc.property(fc.nat(WHOLE.length), fc.string(), (at, text) =>
        isHandled(WHOLE.slice(0, at) + text + WHOLE.slice(at)),
      ),
    )
  })

  it('says what it is, with texts that need escaping', () => {
    const error = new ServiceError('ErrorAccessDenied', 'Not <you> & "them"')
    const body = child(parseXml(writeFault(error)), 'Body')
    const fault = child(body, 'Fault')
    expect(child(fault, 'faultstring')?.text).toBe(error.message)
    expect(child(child(fault, 'detail'), 'ResponseCode')?.text).toBe('ErrorAccessDenied')
    const text = writeResponse(['Answer', [responseMessage(error)]])
    expect(text).toContain('<ResponseMessage ResponseClass="Error">')
    const answer = child(child(parseXml(text), 'Body'), 'Answer')
    expect(child(child(answer, 'ResponseMessage'), 'MessageText')?.text).toBe(error.message)
  })

  it('has times with a zone, or in that of the client', () => {
    expect(writeDateTime(readDateTime('2030-05-06T07:08:09.5+02:00'))).toBe('2030-05-06T05:08:09Z')
    expect(writeDateTime(readDateTime('2030-05-06T07:08:09'))).toBe('2030-05-06T07:08:09Z')
    for (const text of ['', 'now', '2030-13-01T00:00:00', '2030-05-06T25:00:00Z', undefined])
      expect(() => readDateTime(text)).toThrow(ServiceError)
    const zone = readTimeZone(
      parseXml(
        '<TimeZone><Bias>-60</Bias><StandardTime><Bias>0</Bias><Time>03:00:00</Time><DayOrder>5</DayOrder><Month>10</Month><DayOfWeek>Sunday</DayOfWeek></StandardTime>' +
          '<DaylightTime><Bias>-60</Bias><Time>02:00:00</Time><DayOrder>5</DayOrder><Month>3</Month><DayOfWeek>Sunday</DayOfWeek></DaylightTime></TimeZone>',
      ),
    )
    expect(readTimeIn(zone, '2030-07-01T12:00:00').toString()).toBe('2030-07-01T10:00:00Z')
    expect(readTimeIn(zone, '2030-01-01T12:00:00').toString()).toBe('2030-01-01T11:00:00Z')
    expect(readTimeIn(readTimeZone(undefined), '2030-01-01T12:00:00').toString()).toBe('2030-01-01T12:00:00Z')
    for (const wrong of ['<Bias>x</Bias>', '<StandardTime><Time>noon</Time></StandardTime>'])
      expect(() => readTimeZone(parseXml(`<TimeZone>${wrong}</TimeZone>`))).toThrow(ServiceError)
  })
})
