import { describe, expect, it } from 'vitest'
import {
  AddressBookRequestType,
  MailboxRequestType,
  parseAddressBookRequestType,
  parseMailboxRequestType,
} from '../../src/http/index.ts'

describe('X-RequestType ([MS-OXCMAPIHTTP] 2.2.3.3.1)', () => {
  it.each([
    ['MS-OXCMAPIHTTP_R82', 'Connect'],
    ['MS-OXCMAPIHTTP_R84', 'Execute'],
    ['MS-OXCMAPIHTTP_R86', 'Disconnect'],
    ['MS-OXCMAPIHTTP_R88', 'NotificationWait'],
    ['MS-OXCMAPIHTTP_R90', 'PING'],
  ])('%s %s is a request type of the mailbox server endpoint', (_, name) => {
    expect(parseMailboxRequestType(name)).toBe(name)
  })

  it.each([
    ['MS-OXCMAPIHTTP_R90', 'PING'],
    ['MS-OXCMAPIHTTP_R92', 'Bind'],
    ['MS-OXCMAPIHTTP_R94', 'Unbind'],
    ['MS-OXCMAPIHTTP_R96', 'CompareMIds'],
    ['MS-OXCMAPIHTTP_R98', 'DNToMId'],
    ['MS-OXCMAPIHTTP_R100', 'GetMatches'],
    ['MS-OXCMAPIHTTP_R101', 'GetPropList'],
    ['MS-OXCMAPIHTTP_R102', 'GetProps'],
    ['MS-OXCMAPIHTTP_R103', 'GetSpecialTable'],
    ['MS-OXCMAPIHTTP_R104', 'GetTemplateInfo'],
    ['MS-OXCMAPIHTTP_R105', 'ModLinkAtt'],
    ['MS-OXCMAPIHTTP_R106', 'ModProps'],
    ['MS-OXCMAPIHTTP_R107', 'QueryColumns'],
    ['MS-OXCMAPIHTTP_R108', 'QueryRows'],
    ['MS-OXCMAPIHTTP_R109', 'ResolveNames'],
    ['MS-OXCMAPIHTTP_R110', 'ResortRestriction'],
    ['MS-OXCMAPIHTTP_R111', 'SeekEntries'],
    ['MS-OXCMAPIHTTP_R112', 'UpdateStat'],
    ['MS-OXCMAPIHTTP_R113', 'GetMailboxUrl'],
    ['MS-OXCMAPIHTTP_R114', 'GetAddressBookUrl'],
  ])('%s %s is a request type of the address book server endpoint', (_, name) => {
    expect(parseAddressBookRequestType(name)).toBe(name)
  })

  it('the endpoints have these and no others', () => {
    expect(Object.keys(MailboxRequestType).length).toBe(5)
    expect(Object.keys(AddressBookRequestType).length).toBe(20)
    expect(parseMailboxRequestType('Bind')).toBeUndefined()
    expect(parseAddressBookRequestType('Execute')).toBeUndefined()
    expect(parseMailboxRequestType('')).toBeUndefined()
  })

  it('reads the names in any letter case', () => {
    expect(parseMailboxRequestType(' ping ')).toBe(MailboxRequestType.Ping)
    expect(parseAddressBookRequestType('dntomid')).toBe(AddressBookRequestType.DnToMinId)
  })
})
