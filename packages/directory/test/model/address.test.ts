import { describe, expect, it } from 'vitest'
import { isSmtpAddress, normalizeAddresses, parseProxyAddress } from '../../src/model/address.ts'

describe('proxy addresses', () => {
  it('are told apart by the case of their type', () => {
    expect(parseProxyAddress('SMTP:a@b.example')).toEqual({
      type: 'SMTP',
      address: 'a@b.example',
      isPrimary: true,
    })
    expect(parseProxyAddress('x500:/o=A/cn=b')).toEqual({
      type: 'X500',
      address: '/o=A/cn=b',
      isPrimary: false,
    })
    expect(parseProxyAddress('a@b.example')).toBeUndefined()
  })

  it('have one primary of each type, which comes first', () => {
    expect(normalizeAddresses(['smtp:b@x.example', 'SMTP:a@x.example', 'X500:/o=A/cn=b'])).toEqual([
      'SMTP:a@x.example',
      'X500:/o=A/cn=b',
      'smtp:b@x.example',
    ])
    expect(normalizeAddresses(['b@x.example', 'c@x.example'])).toEqual([
      'SMTP:b@x.example',
      'smtp:c@x.example',
    ])
  })

  it('are each there once, whatever their case', () => {
    expect(normalizeAddresses(['A@x.example', 'smtp:a@X.example'])).toEqual(['SMTP:A@x.example'])
  })

  it('refuse what is no address', () => {
    expect(() => normalizeAddresses(['nobody'])).toThrow('"nobody" is not a mail address.')
  })
})

describe('isSmtpAddress', () => {
  it.each(['a@b', 'first.last+tag@sub.example.com', 'jörg@müller.example'])('accepts %s', (text) => {
    expect(isSmtpAddress(text)).toBe(true)
  })
  it.each(['', '@b', 'a@', 'a b@c', 'a@b c', 'a@-b', 'a@b..c', '<a@b>', 'a@b\0', `${'x'.repeat(65)}@b`])(
    'refuses %j',
    (text) => {
      expect(isSmtpAddress(text)).toBe(false)
    },
  )
})
