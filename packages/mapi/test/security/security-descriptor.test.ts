import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DecodeError, decodeWith, EncodeError, encodeWith, fromHex, toHex } from '../../src/bytes/index.ts'
import {
  AceFlags,
  AceType,
  type Acl,
  AclRevision,
  ace,
  acl,
  decodeSecurityDescriptor,
  decodeSid,
  encodeSecurityDescriptor,
  encodeSid,
  parseSid,
  type SecurityDescriptor,
  SecurityDescriptorControl,
  SID_ADMINISTRATORS,
  SID_CREATOR_OWNER,
  SID_EVERYONE,
  SID_LOCAL_SYSTEM,
  SID_SELF,
} from '../../src/security/index.ts'
import { attempt, expectNoTruncation } from '../id/truncation.ts'
import { acls, descriptors, sids } from './arbitraries.ts'

describe('SID', () => {
  it.each([
    ['S-1-5-32-545', '01 02 000000000005 20000000 21020000'],
    ['S-1-1-0', '01 01 000000000001 00000000'],
    ['S-1-483723680-1502823704-512', '01 02 00001cd509a0 18459359 00020000'],
    ['S-1-0x123456789ABC', '01 00 123456789abc'],
    ['S-1-5-21-1-2-3-4294967295', '01 05 000000000005 15000000 01000000 02000000 03000000 ffffffff'],
  ])('%s', (text, hex) => {
    const encoded = fromHex(hex)
    expect(encodeSid(text)).toEqual(encoded)
    expect(decodeSid(encoded)).toBe(text)
    expect(parseSid(text)).toBe(text)
    expectNoTruncation(decodeSid, encoded)
  })

  it('brings texts to one form', () => {
    expect(parseSid('s-1-0x5-18')).toBe(SID_LOCAL_SYSTEM)
    expect(parseSid('S-1-05-018')).toBe(SID_LOCAL_SYSTEM)
  })

  it('refuses what is none', () => {
    for (const text of [
      '',
      'S-1',
      'S-2-5',
      'S-1-5-',
      'S-1-5-4294967296',
      'S-1-281474976710656',
      `S-1-5${'-1'.repeat(16)}`,
    ]) {
      expect(() => parseSid(text)).toThrow(TypeError)
      expect(() => encodeSid(text)).toThrow(EncodeError)
    }
    expect(() => decodeSid(fromHex('02 00 000000000005'))).toThrow(DecodeError)
    expect(() => decodeSid(Uint8Array.of(1, 16, ...new Uint8Array(100)))).toThrow(DecodeError)
  })

  it('comes back as it was', () => {
    fc.assert(
      fc.property(sids, (value) => {
        expect(decodeSid(encodeSid(value))).toBe(value)
        expect(parseSid(value)).toBe(value)
      }),
    )
  })
})

describe('ACE and ACL', () => {
  it('keeps object ACEs as they are', () => {
    const encoded = fromHex(
      '05 00 2800 00010000 01000000 531a72ab2f1ed011981900aa0040529b 0101000000000005 0a000000',
    )
    const value = decodeWith(ace, encoded)
    expect(value).toEqual({
      kind: 'other',
      type: AceType.AccessAllowedObject,
      flags: 0,
      data: encoded.slice(4),
    })
    expect(encodeWith(ace, value)).toEqual(encoded)
  })

  it('drops what follows the SID of a plain ACE within its size', () => {
    expect(decodeWith(ace, fromHex('01 10 1800 01000000 0101 000000000001 00000000 abcdabcd'))).toEqual({
      kind: 'deny',
      flags: AceFlags.Inherited,
      mask: 1,
      sid: SID_EVERYONE,
    })
  })

  it('refuses sizes that are wrong', () => {
    for (const hex of [
      '00 00 0300 00',
      '00 00 0600 0000',
      '02 00 0800 0000',
      '00 00 0c00 01000000 01010000',
    ]) {
      expect(() => decodeWith(ace, fromHex(hex))).toThrow(DecodeError)
    }
    for (const hex of [
      '02 00 0700 0000 0000',
      '02 00 0900 0000 0000',
      '02 00 0800 0100 0000',
      '02 00 0c00 ffff 0000 02000400',
    ]) {
      expect(() => decodeWith(acl, fromHex(hex))).toThrow(DecodeError)
    }
    expect(() => encodeWith(ace, { kind: 'other', type: 2, flags: 0, data: new Uint8Array(3) })).toThrow(
      EncodeError,
    )
    const tooMany: Acl = {
      revision: 2,
      aces: new Array(1000).fill({ kind: 'other', type: 2, flags: 0, data: new Uint8Array(100) }),
    }
    expect(() => encodeWith(acl, tooMany)).toThrow(EncodeError)
  })

  it('comes back as it was', () => {
    fc.assert(
      fc.property(acls, (value) => {
        const encoded = encodeWith(acl, value)
        expect(decodeWith(acl, encoded)).toEqual(value)
        expectNoTruncation((cut) => decodeWith(acl, cut), encoded)
      }),
    )
  })
})

describe('SECURITY_DESCRIPTOR', () => {
  it('reads and writes the example of [MS-DTYP] 2.5.1.4', () => {
    const encoded = fromHex(`
      01 00 14 b0 90 00 00 00 a0 00 00 00 14 00 00 00 30 00 00 00 02 00 1c 00 01 00 00 00 02 80 14 00
      00 00 00 80 01 01 00 00 00 00 00 01 00 00 00 00 02 00 60 00 04 00 00 00 00 03 18 00 00 00 00 a0
      01 02 00 00 00 00 00 05 20 00 00 00 21 02 00 00 00 03 18 00 00 00 00 10 01 02 00 00 00 00 00 05
      20 00 00 00 20 02 00 00 00 03 14 00 00 00 00 10 01 01 00 00 00 00 00 05 12 00 00 00 00 03 14 00
      00 00 00 10 01 01 00 00 00 00 00 03 00 00 00 00 01 02 00 00 00 00 00 05 20 00 00 00 20 02 00 00
      01 02 00 00 00 00 00 05 20 00 00 00 20 02 00 00`)
    const inherited = AceFlags.ObjectInherit | AceFlags.ContainerInherit
    const value: SecurityDescriptor = {
      control: SecurityDescriptorControl.DaclProtected | SecurityDescriptorControl.SaclProtected,
      owner: SID_ADMINISTRATORS,
      group: SID_ADMINISTRATORS,
      sacl: {
        revision: AclRevision.Basic,
        aces: [
          {
            kind: 'other',
            type: AceType.SystemAudit,
            flags: AceFlags.FailedAccess,
            data: fromHex('00000080 01 01 000000000001 00000000'),
          },
        ],
      },
      dacl: {
        revision: AclRevision.Basic,
        aces: [
          { kind: 'allow', flags: inherited, mask: 0xa000_0000, sid: 'S-1-5-32-545' },
          { kind: 'allow', flags: inherited, mask: 0x1000_0000, sid: SID_ADMINISTRATORS },
          { kind: 'allow', flags: inherited, mask: 0x1000_0000, sid: SID_LOCAL_SYSTEM },
          { kind: 'allow', flags: inherited, mask: 0x1000_0000, sid: SID_CREATOR_OWNER },
        ],
      },
    }
    expect(decodeSecurityDescriptor(encoded)).toEqual(value)
    expect(toHex(encodeSecurityDescriptor(value))).toBe(toHex(encoded))
    expectNoTruncation(decodeSecurityDescriptor, encoded)
  })

  it('reads and writes the example of [MS-DRSR] 5.16.3.16', () => {
    const encoded = fromHex(
      [
        '0100048c700000008000000000000000140000000400',
        '5c0003000000050028000001000001000000531a72ab2f1ed011981900aa0040529b01010000000000050a0000',
        '0000121800ff010f0001020000000000052000000020020000001214009400020001010000000000050b000000',
        '010200001cd509a01845935900020000010200001cd509a01845935900020000',
      ].join(''),
    )
    const value = decodeSecurityDescriptor(encoded)
    expect(value.control).toBe(
      SecurityDescriptorControl.DaclAutoInherited | SecurityDescriptorControl.SaclAutoInherited,
    )
    expect(value.owner).toBe('S-1-483723680-1502823704-512')
    expect(value.group).toBe('S-1-483723680-1502823704-512')
    expect(value.sacl).toBeUndefined()
    expect(value.dacl?.revision).toBe(AclRevision.DirectoryService)
    const [object, inherited] = value.dacl!.aces
    expect(object).toMatchObject({ kind: 'other', type: AceType.AccessAllowedObject })
    expect(object?.kind === 'other' && decodeSid(object.data.slice(-12))).toBe(SID_SELF)
    expect(inherited).toEqual({ kind: 'allow', flags: 0x12, mask: 0x000f_01ff, sid: SID_ADMINISTRATORS })
    expect(toHex(encodeSecurityDescriptor(value))).toBe(toHex(encoded))
  })

  it('tells a missing list, no list and an empty one apart', () => {
    const missing = encodeSecurityDescriptor({ control: 0 })
    expect(decodeSecurityDescriptor(missing)).toEqual({ control: 0 })
    expect(toHex(missing)).toBe('01000080'.padEnd(40, '0'))
    const none = encodeSecurityDescriptor({ control: 0, dacl: null })
    expect(decodeSecurityDescriptor(none)).toEqual({ control: 0, dacl: null })
    const empty: SecurityDescriptor = { control: 0, dacl: { revision: AclRevision.Basic, aces: [] } }
    expect(decodeSecurityDescriptor(encodeSecurityDescriptor(empty))).toEqual(empty)
  })

  it('refuses other revisions, absolute form and offsets that lead nowhere', () => {
    const good = encodeSecurityDescriptor({ control: 0, owner: SID_EVERYONE })
    for (const [offset, value] of [
      [0, 2],
      [3, 0],
      [4, 19],
      [4, 200],
      [7, 255],
    ] as const) {
      const wrong = good.slice()
      wrong[offset] = value
      expect(() => decodeSecurityDescriptor(wrong)).toThrow(DecodeError)
    }
  })

  it('comes back as it was', () => {
    fc.assert(
      fc.property(descriptors, (value) => {
        expect(decodeSecurityDescriptor(encodeSecurityDescriptor(value))).toEqual(value)
      }),
    )
  })

  it('makes a descriptor or a DecodeError of any bytes', () => {
    const altered = fc.tuple(descriptors, fc.nat(), fc.nat(255)).map(([value, at, byte]) => {
      const encoded = encodeSecurityDescriptor(value)
      encoded[at % encoded.length] = byte
      return encoded
    })
    fc.assert(
      fc.property(fc.oneof(altered, fc.uint8Array({ maxLength: 60 })), (random) => {
        const value = attempt(decodeSecurityDescriptor, random)
        if (value) expect(decodeSecurityDescriptor(encodeSecurityDescriptor(value))).toEqual(value)
      }),
      { numRuns: 1_000 },
    )
  })
})
