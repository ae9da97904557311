import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressListDn, isX500Dn, recipientDn } from '../../src/model/legacy-dn.ts'

describe('legacy DNs', () => {
  it('have the form that Exchange gives them', () => {
    expect(recipientDn('Contoso', 'alice')).toBe(
      '/o=Contoso/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=alice',
    )
  })

  it('are Teletex whatever the names', () => {
    expect(recipientDn('Müller & Söhne', 'jörg')).toBe(
      '/o=Muller & Sohne/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=jorg',
    )
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (organization, name) =>
        isX500Dn(recipientDn(organization, name)),
      ),
    )
  })

  it('of address lists are the GUID in hexadecimal digits', () => {
    expect(addressListDn('e1f3a0b2-0102-0304-0506-0708090a0b0c')).toBe(
      '/guid=B2A0F3E1020104030506' + '0708090A0B0C',
    )
  })

  it.each([
    '',
    '/',
    '/o=A',
    'o=A/cn=b',
    '/o=A/cn=',
    '/o=A/cn=b/ou=c',
    '/o=A/cn=ä',
    `/o=A/cn=${'x'.repeat(65)}`,
  ])('are not %j', (text) => {
    expect(isX500Dn(text)).toBe(false)
  })
})
