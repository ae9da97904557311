import {
  type NamedProperty,
  PidLidEmail1EmailAddress,
  PidLidEmail2EmailAddress,
  PidLidWorkAddressCity,
  PidLidWorkAddressStreet,
  PidNameKeywords,
  PidTagAttachDataBinary,
  PidTagAttachmentContactPhoto,
  PidTagBirthday,
  PidTagBody,
  PidTagBusiness2TelephoneNumber,
  PidTagBusinessFaxNumber,
  PidTagBusinessTelephoneNumber,
  PidTagCompanyName,
  PidTagDepartmentName,
  PidTagDisplayName,
  PidTagGeneration,
  PidTagGivenName,
  PidTagHomeAddressCity,
  PidTagMessageClass,
  PidTagMobileTelephoneNumber,
  PidTagSurname,
  type PropertyTag,
  propertyTag,
} from '@bourse/mapi'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readVCard, writeVCard } from '../../src/contact/index.ts'
import { MemoryMessage } from '../../src/memory/index.ts'
import { headerText } from '../support/arbitraries.ts'

const CARD = `BEGIN:VCARD
VERSION:3.0
N:Doe;John;Q.;Dr.;Jr.
FN:Dr. John Q. Doe\\, Jr.
ORG:Acme\\, Inc.;Sales
TITLE:Buyer
EMAIL;TYPE=INTERNET:second@example.org
EMAIL;TYPE=INTERNET,PREF:first@example.org
TEL;TYPE=WORK,VOICE:+1 1
TEL;TYPE=WORK:+1 2
TEL;TYPE=WORK,FAX:+1 3
TEL;TYPE=CELL:+1 4
ADR;TYPE=WORK:;Suite 5;1 Main St.;Town;State;123;Land
item1.ADR;TYPE=HOME:;;Home St.;Village;;;
NOTE:one\\ntwo
BDAY:1980-02-03
CATEGORIES:red,blue
PHOTO;ENCODING=b;TYPE=JPEG:AAEC
END:VCARD
`

async function read(text: string): Promise<{
  message: MemoryMessage
  get: <V>(property: PropertyTag<V> | NamedProperty<V>) => V | undefined
}> {
  const message = new MemoryMessage()
  expect(await readVCard(text, message, { names: message.names })).toBe(true)
  const get = <V>(property: PropertyTag<V> | NamedProperty<V>): V | undefined => {
    if (typeof property === 'number') return message.properties.get(property as PropertyTag<V>)
    const { type } = property as NamedProperty<V>
    const id = message.names.idOf(property as NamedProperty<V>, false)
    return message.properties.get(propertyTag(id, type) as PropertyTag<unknown>) as V | undefined
  }
  return { message, get }
}

async function check(text: string): Promise<string> {
  const { message, get } = await read(text)
  expect(get(PidTagMessageClass)).toBe('IPM.Contact')
  expect(get(PidTagDisplayName)).toBe('Dr. John Q. Doe, Jr.')
  expect([get(PidTagSurname), get(PidTagGivenName), get(PidTagGeneration)]).toEqual(['Doe', 'John', 'Jr.'])
  expect([get(PidTagCompanyName), get(PidTagDepartmentName)]).toEqual(['Acme, Inc.', 'Sales'])
  expect([get(PidTagBusinessTelephoneNumber), get(PidTagBusiness2TelephoneNumber)]).toEqual(['+1 1', '+1 2'])
  expect([get(PidTagBusinessFaxNumber), get(PidTagMobileTelephoneNumber)]).toEqual(['+1 3', '+1 4'])
  expect([get(PidLidEmail1EmailAddress), get(PidLidEmail2EmailAddress)]).toEqual([
    'first@example.org',
    'second@example.org',
  ])
  expect(get(PidLidWorkAddressStreet)).toBe('Suite 5\r\n1 Main St.')
  expect([get(PidLidWorkAddressCity), get(PidTagHomeAddressCity)]).toEqual(['Town', 'Village'])
  expect(get(PidTagBody)).toBe('one\r\ntwo')
  expect(get(PidTagBirthday)).toBe(119_628_576_000_000_000n)
  expect(get(PidNameKeywords)).toEqual(['red', 'blue'])
  const photo = await message.openAttachment(0)
  expect(await photo.get(PidTagAttachmentContactPhoto)).toBe(true)
  expect(await photo.get(PidTagAttachDataBinary)).toEqual(new Uint8Array([0, 1, 2]))
  return writeVCard(message)
}

describe('vCards', () => {
  it('become contacts, and contacts vCards that say the same', async () => {
    const written = await check(CARD)
    expect(written).toContain('VERSION:3.0')
    await check(written)
  })

  it('of version 2.1 are understood', async () => {
    const { get } = await read(`BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=
=B6rg
TEL;WORK;VOICE:12
TEL;CELL:13
END:VCARD`)
    expect([get(PidTagSurname), get(PidTagGivenName)]).toEqual(['Müller', 'Jörg'])
    expect([get(PidTagBusinessTelephoneNumber), get(PidTagMobileTelephoneNumber)]).toEqual(['12', '13'])
    expect(get(PidTagDisplayName)).toBe('Jörg Müller')
  })

  it('that are none change nothing, whatever the text', async () => {
    const message = new MemoryMessage()
    for (const text of ['', 'BEGIN:VCARD', 'BEGIN:VCALENDAR\nEND:VCALENDAR']) {
      expect(await readVCard(text, message)).toBe(false)
    }
    expect(message.properties.size).toBe(0)
    await fc.assert(
      fc.asyncProperty(fc.nat(CARD.length), fc.string({ maxLength: 8 }), async (at, noise) => {
        await readVCard(CARD.slice(0, at) + noise + CARD.slice(at + noise.length), new MemoryMessage())
      }),
    )
  })

  it('keep any text', async () => {
    await fc.assert(
      fc.asyncProperty(headerText, headerText, async (surname, company) => {
        const message = new MemoryMessage()
        await message.setProperties([
          [PidTagDisplayName, 'x'],
          [PidTagSurname, surname],
          [PidTagGivenName, 'y'],
          [PidTagCompanyName, company],
        ])
        const { get } = await read(await writeVCard(message))
        expect([get(PidTagSurname) ?? '', get(PidTagCompanyName) ?? '']).toEqual([surname, company])
      }),
    )
  })
})
