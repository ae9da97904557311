import {
  decodeEntryId,
  fromHex,
  PidTagAddressBookMember,
  PidTagAddressType,
  PidTagDisplayName,
  PidTagDisplayType,
  type PidTagEmailAddress,
  PidTagEntryId,
  PidTagMobileTelephoneNumber,
  PidTagScriptData,
  PidTagTemplateData,
  PidTagTitle,
  type PropertyTag,
  PtypString8,
  tagId,
  toHex,
  withType,
} from '@bourse/mapi'
import { DecodeError } from '@bourse/mapi/bytes'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ControlType, decodeTemplate, encodeTemplate } from '../../src/address-book/template/layout.ts'
import { emitScript } from '../../src/address-book/template/script.ts'
import { addressBookOf, fill, openDirectory } from '../support/fixture.ts'

async function open() {
  const fixture = await openDirectory()
  const ids = await fill(fixture.directory)
  const addressBook = await addressBookOf(fixture.directory, ids.bob)
  return { addressBook, [Symbol.asyncDispose]: () => fixture[Symbol.asyncDispose]() }
}

const ENGLISH = { codePage: 1252, localeId: 0x0409 }

describe('templates', () => {
  it('MS-OXNSPI_R1471 MS-OXNSPI_R1484 MS-OXNSPI_R1486 describe a dialog for each type of entry', async () => {
    await using setting = await open()
    for (const displayType of [0, 1, 2, 3, 6]) {
      const bag = await setting.addressBook.getTemplate({ displayType, ...ENGLISH })
      const controls = decodeTemplate(bag.get(PidTagTemplateData)!)
      expect(controls[0]).toMatchObject({ controlType: ControlType.Page, text: 'General' })
      expect(controls.some(({ tag }) => tagId(tag) === tagId(PidTagDisplayName))).toBe(true)
      expect(bag.get(PidTagScriptData)).toEqual(fromHex('01000000 00000000'))
    }
  })

  it('let users change what is theirs', async () => {
    await using setting = await open()
    const bag = await setting.addressBook.getTemplate({ displayType: 0, ...ENGLISH })
    const controls = decodeTemplate(bag.get(PidTagTemplateData)!)
    const edit = (tag: PropertyTag<string>) =>
      controls.find(
        (control) => control.tag === withType(tag, PtypString8) && control.controlType === ControlType.Edit,
      )!
    expect(edit(PidTagTitle).controlFlags & 2).toBe(0)
    expect(edit(PidTagMobileTelephoneNumber).controlFlags & 2).toBe(2)
  })

  it('show the members of a list', async () => {
    await using setting = await open()
    const bag = await setting.addressBook.getTemplate({ displayType: 1, ...ENGLISH })
    const controls = decodeTemplate(bag.get(PidTagTemplateData)!)
    expect(controls).toContainEqual(
      expect.objectContaining({ controlType: ControlType.ListBox, tag: PidTagAddressBookMember }),
    )
  })

  it('MS-OXNSPI_R1980 MS-OXNSPI_R1981 for new addresses are those of the creation table', async () => {
    await using setting = await open()
    const { addressBook } = setting
    const [row, ...more] = await addressBook.creationTemplates()
    expect(more).toEqual([])
    expect([row!.get(PidTagAddressType), row!.get(PidTagDisplayType)]).toEqual(['SMTP', 0])
    const entryId = decodeEntryId(row!.get(PidTagEntryId)!) as { type: number; x500Dn: string }
    expect(entryId.type).toBe(0x102)
    const bag = await addressBook.getTemplate({
      displayType: 77,
      dn: entryId.x500Dn,
      codePage: 1252,
      localeId: 0,
    })
    expect(decodeTemplate(bag.get(PidTagTemplateData)!)[0]!.text).toBe('SMTP - General')
    // Emit the e-mail address, halt.
    expect(toHex(bag.get(PidTagScriptData)!)).toBe('03000000' + '02000000' + '1e000330' + '00000000')
  })

  it('MS-OXNSPI_R1467 MS-OXNSPI_R1469 MS-OXNSPI_R1476 are not there for all types, languages and code pages', async () => {
    await using setting = await open()
    const { addressBook } = setting
    await expect(
      addressBook.getTemplate({ displayType: 0, codePage: 1200, localeId: 0x0409 }),
    ).rejects.toThrow('InvalidCodepage')
    await expect(
      addressBook.getTemplate({ displayType: 0, codePage: 4711, localeId: 0x0409 }),
    ).rejects.toThrow('InvalidCodepage')
    await expect(addressBook.getTemplate({ displayType: 9, ...ENGLISH })).rejects.toThrow('InvalidLocale')
    await expect(
      addressBook.getTemplate({ displayType: 0, codePage: 1252, localeId: 0x3ff }),
    ).rejects.toThrow('InvalidLocale')
    await expect(addressBook.getTemplate({ displayType: 0, dn: '/o=x/cn=y', ...ENGLISH })).rejects.toThrow(
      'InvalidLocale',
    )
  })
})

describe('TRowSet', () => {
  it('lays rows out as the example in [MS-OXOABKT] 4.2 does', () => {
    // The first two rows of the example, with their strings right after them.
    const bytes = fromHex(
      '01000000 02000000' +
        '00000000 00000000 00000000 00000000 08000000 e40c0000 00000000 00000000 50000000' +
        '06000000 67010000 03000000 29000000 06000000 00000000 00000000 00000000 58000000' +
        '47656e6572616c00 4e616d6500',
    )
    const rows = decodeTemplate(bytes)
    expect(rows).toMatchObject([
      {
        x: 0,
        width: 0,
        y: 0,
        height: 0,
        controlType: ControlType.Page,
        controlFlags: 0xce4,
        text: 'General',
      },
      {
        x: 6,
        width: 0x167,
        y: 3,
        height: 0x29,
        controlType: ControlType.GroupBox,
        controlFlags: 0,
        text: 'Name',
      },
    ])
    expect(encodeTemplate(rows)).toEqual(bytes)
  })

  const controls = fc.array(
    fc.record({
      x: fc.nat(),
      y: fc.nat(),
      width: fc.nat(),
      height: fc.nat(),
      controlType: fc.nat(12),
      controlFlags: fc.nat(),
      tag: fc.nat().map((tag) => tag as typeof PidTagEmailAddress),
      size: fc.nat(),
      text: fc.string({ unit: 'grapheme-ascii' }),
    }),
    { maxLength: 8 },
  )

  it('is read as it was written', () => {
    fc.assert(
      fc.property(controls, (all) => {
        expect(decodeTemplate(encodeTemplate(all))).toEqual(all)
      }),
    )
  })

  it('does not decode when it is cut off, nor any bytes', () => {
    const decodes = (bytes: Uint8Array) => {
      try {
        decodeTemplate(bytes)
      } catch (error) {
        expect(error).toBeInstanceOf(DecodeError)
      }
    }
    fc.assert(
      fc.property(
        controls.filter(({ length }) => length > 0),
        fc.nat(),
        (all, n) => {
          const bytes = encodeTemplate(all)
          expect(() => decodeTemplate(bytes.subarray(0, n % bytes.length))).toThrow(DecodeError)
        },
      ),
    )
    fc.assert(fc.property(fc.uint8Array(), decodes))
  })
})

describe('scripts', () => {
  it('begin with how many words they have', () => {
    expect(toHex(emitScript())).toBe('01000000' + '00000000')
  })
})
