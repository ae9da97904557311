import { describe, expect, it } from 'vitest'
import { describeResponseCode, isResponseCode, ResponseCode, responseCodes } from '../../src/http/index.ts'

describe('X-ResponseCode ([MS-OXCMAPIHTTP] 2.2.3.3.3)', () => {
  it.each([
    ['MS-OXCMAPIHTTP_R136', 0, 'Success'],
    ['MS-OXCMAPIHTTP_R137', 1, 'Unknown Failure'],
    ['MS-OXCMAPIHTTP_R138', 2, 'Invalid Verb'],
    ['MS-OXCMAPIHTTP_R139', 3, 'Invalid Path'],
    ['MS-OXCMAPIHTTP_R140', 4, 'Invalid Header'],
    ['MS-OXCMAPIHTTP_R141', 5, 'Invalid Request Type'],
    ['MS-OXCMAPIHTTP_R142', 6, 'Invalid Context Cookie'],
    ['MS-OXCMAPIHTTP_R143', 7, 'Missing Header'],
    ['MS-OXCMAPIHTTP_R144', 8, 'Anonymous Not Allowed'],
    ['MS-OXCMAPIHTTP_R145', 9, 'Too Large'],
    ['MS-OXCMAPIHTTP_R146', 10, 'Context Not Found'],
    ['MS-OXCMAPIHTTP_R147', 11, 'No Privilege'],
    ['MS-OXCMAPIHTTP_R148', 12, 'Invalid Request Body'],
    ['MS-OXCMAPIHTTP_R149', 13, 'Missing Cookie'],
    ['MS-OXCMAPIHTTP_R150', 14, 'Reserved'],
    ['MS-OXCMAPIHTTP_R151', 15, 'Invalid Sequence'],
    ['MS-OXCMAPIHTTP_R152', 16, 'Endpoint Disabled'],
    ['MS-OXCMAPIHTTP_R153', 17, 'Invalid Response'],
    ['MS-OXCMAPIHTTP_R154', 18, 'Endpoint Shutting Down'],
  ] as const)('%s %i is %s', (_, code, name) => {
    expect(describeResponseCode(code)).toMatchObject({ code, name })
    expect(ResponseCode[name.replaceAll(' ', '') as keyof typeof ResponseCode]).toBe(code)
  })

  it('MS-OXCMAPIHTTP_R135 has these codes and no others', () => {
    expect(responseCodes.map(({ code }) => code)).toEqual(Object.values(ResponseCode))
    expect(responseCodes.length).toBe(19)
    for (const { description } of responseCodes) expect(description).toMatch(/^[A-Z].*\.$/)
    expect(isResponseCode(18)).toBe(true)
    expect(isResponseCode(19)).toBe(false)
    expect(isResponseCode(-1)).toBe(false)
    expect(describeResponseCode(0.5)).toBeUndefined()
  })
})
