import { rtfCompress, rtfDecompress } from '@bourse/formats/body'
import {
  type Folder,
  type MessageStore,
  PidTagBody,
  PidTagBodyHtml,
  PidTagHtml,
  PidTagInternetCodepage,
  PidTagNativeBody,
  PidTagRtfCompressed,
  PidTagRtfInSync,
  PtypUnspecified,
  withType,
} from '@bourse/mapi'
import { beforeAll, describe, expect, it } from 'vitest'
import { reopen, useStores } from '../support/behaviour.ts'
import type { OpenFixture } from '../support/fixture.ts'

const HTML = '<html><body><p>Hello <b>world</b></p></body></html>'
const RTF = '{\\rtf1\\ansi Hello {\\b world}\\par}'

function bytes(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'))
}

/** The body of a message in the formats that can be asked for ([MS-OXCMSG] 2.2.1.58, 3.2.4.1, [MS-OXBBODY]). */
export function describeMessageBodies(open: OpenFixture): void {
  describe('bodies', () => {
    const stores = useStores(open)
    let store: MessageStore
    let folder: Folder

    beforeAll(async () => {
      store = await stores.store()
      folder = await stores.newFolder(store)
    })

    it('MS-OXCMSG_R1463 MS-OXCMSG_R2082 MS-OXCMSG_R2061 MS-OXCMSG_R1714 MS-OXCMSG_R2056 HTML is also to be had as text and as RTF', async () => {
      const message = await store.createMessage(folder.id)
      await message.setProperties([[PidTagHtml, bytes(HTML)]])
      const stored = await reopen(store, folder, message)
      expect(await stored.get(PidTagHtml)).toEqual(bytes(HTML))
      expect((await stored.get(PidTagBody))!.trim()).toBe('Hello world')
      expect(
        Buffer.from(rtfDecompress((await stored.get(PidTagRtfCompressed))!)).toString('latin1'),
      ).toContain('\\fromhtml1')
      expect(await stored.get(PidTagBodyHtml)).toBe(HTML)
      expect(await stored.get(PidTagNativeBody)).toBe(3)
    })

    it('MS-OXCMSG_R1463 MS-OXCMSG_R2059 text is also to be had as HTML and as RTF', async () => {
      const message = await store.createMessage(folder.id)
      await message.setProperties([[PidTagBody, 'A < B ü €']])
      const stored = await reopen(store, folder, message)
      const html = Buffer.from((await stored.get(PidTagHtml))!).toString('latin1')
      expect(html).toContain('A &lt; B')
      expect(html).not.toMatch(/[\u0080-\u00ff]/)
      expect(
        Buffer.from(rtfDecompress((await stored.get(PidTagRtfCompressed))!)).toString('latin1'),
      ).toContain('\\fromtext')
      expect(await stored.get(PidTagNativeBody)).toBe(1)
    })

    it('MS-OXCMSG_R1463 MS-OXCMSG_R2060 MS-OXCMSG_R2068 RTF is also to be had as text and as HTML', async () => {
      const message = await store.createMessage(folder.id)
      await message.setProperties([[PidTagRtfCompressed, rtfCompress(bytes(RTF))]])
      const stored = await reopen(store, folder, message)
      expect((await stored.get(PidTagBody))!.trim()).toBe('Hello world')
      expect(Buffer.from((await stored.get(PidTagHtml))!).toString('latin1')).toMatch(/Hello .*world/s)
      expect(await stored.get(PidTagNativeBody)).toBe(2)
      expect(await stored.get(PidTagRtfInSync)).toBe(true)
    })

    it('MS-OXCMSG_R2058 a message without a body has none in any format', async () => {
      const stored = await reopen(store, folder, await store.createMessage(folder.id))
      for (const tag of [PidTagBody, PidTagHtml, PidTagBodyHtml, PidTagRtfCompressed, PidTagRtfInSync]) {
        expect(await stored.get<unknown>(tag)).toBeUndefined()
      }
      expect(await stored.get(PidTagNativeBody)).toBe(0)
      expect(await stored.getPropertyTags()).not.toContain(PidTagBody)
    })

    it('MS-OXCMSG_R2068 RTF that is in sync is better than what lies beside it, RTF that is not is worse', async () => {
      for (const [inSync, native] of [
        [true, 2],
        [false, 3],
      ] as const) {
        const message = await store.createMessage(folder.id)
        await message.setProperties([
          [PidTagRtfCompressed, rtfCompress(bytes(RTF))],
          [PidTagRtfInSync, inSync],
          [PidTagHtml, bytes(HTML)],
        ])
        const stored = await reopen(store, folder, message)
        expect(await stored.get(PidTagNativeBody)).toBe(native)
        expect(await stored.get(PidTagRtfInSync)).toBe(inSync)
      }
    })

    it('MS-OXCMSG_R2058 MS-OXCMSG_R2059 MS-OXCMSG_R2060 MS-OXCMSG_R2061 a client may say which one is best', async () => {
      const message = await store.createMessage(folder.id)
      for (const native of [0, 1, 2, 3]) {
        await message.setProperties([[PidTagNativeBody, native]])
        expect(await message.get(PidTagNativeBody)).toBe(native)
      }
    })

    it('a new body in one format takes the place of older ones in others', async () => {
      const message = await store.createMessage(folder.id)
      await message.setProperties([[PidTagBody, 'Old text']])
      const changed = await reopen(store, folder, message)
      const stream = await changed.openStream(PidTagHtml, 'create')
      await stream.write(bytes('<p>New text</p>'))
      expect((await changed.get(PidTagBody))!.trim()).toBe('New text')
      await changed.save()
      const stored = await store.openMessage(folder.id, changed.id!)
      expect((await stored.get(PidTagBody))!.trim()).toBe('New text')
      expect(await stored.get(PidTagNativeBody)).toBe(3)
    })

    it('bodies that are set together stay together', async () => {
      const message = await reopen(store, folder, await store.createMessage(folder.id))
      await message.setProperties([[PidTagBody, 'My own words']])
      await message.setProperties([[PidTagHtml, bytes('<p>Other words</p>')]])
      const stored = await reopen(store, folder, message)
      expect(await stored.get(PidTagBody)).toBe('My own words')
      expect(await stored.get(PidTagHtml)).toEqual(bytes('<p>Other words</p>'))
    })

    it('HTML is read and made in the code page that the message names', async () => {
      const message = await store.createMessage(folder.id)
      await message.setProperties([
        [PidTagInternetCodepage, 1251],
        [PidTagHtml, Uint8Array.of(0x3c, 0x70, 0x3e, 0xcf, 0xf0, 0x3c, 0x2f, 0x70, 0x3e)],
      ])
      const stored = await reopen(store, folder, message)
      expect((await stored.get(PidTagBody))!.trim()).toBe('Пр')
      expect(await stored.get(PidTagBodyHtml)).toBe('<p>Пр</p>')
      const text = await store.createMessage(folder.id)
      await text.setProperties([
        [PidTagInternetCodepage, 65001],
        [PidTagBody, 'Пр'],
      ])
      expect(Buffer.from((await text.get(PidTagHtml))!).toString('utf8')).toContain('Пр')
    })

    it('a body that is made can be streamed, and asked for without a type', async () => {
      const message = await store.createMessage(folder.id)
      await message.setProperties([[PidTagHtml, bytes(HTML)]])
      const stream = await message.openStream(PidTagBody)
      expect(
        Buffer.from(await stream.read(10_000))
          .toString('utf16le')
          .trim(),
      ).toBe('Hello world')
      const tag = withType(PidTagBody, PtypUnspecified)
      const { value } = (await message.get(tag)) as unknown as { value: string }
      expect(value.trim()).toBe('Hello world')
    })

    it('bodies that can be made are listed, but not copied', async () => {
      const message = await store.createMessage(folder.id)
      await message.setProperties([[PidTagHtml, bytes(HTML)]])
      expect(await message.getPropertyTags()).toEqual(
        expect.arrayContaining([PidTagBody, PidTagHtml, PidTagRtfCompressed]),
      )
      const copy = await store.createMessage(folder.id)
      await message.copyTo(copy)
      expect(await copy.get(PidTagNativeBody)).toBe(3)
      await copy.setProperties([[PidTagBody, 'x']])
      await copy.deleteProperties([PidTagHtml])
      expect(await copy.get(PidTagBody)).toBe('x')
    })

    it('large bodies are converted too', async () => {
      const paragraphs = Array.from({ length: 5000 }, (_, i) => `<p>Paragraph ${i}</p>`).join('')
      const message = await store.createMessage(folder.id)
      await message.setProperties([[PidTagHtml, bytes(`<html><body>${paragraphs}</body></html>`)]])
      const stored = await reopen(store, folder, message)
      const text = (await stored.get(PidTagBody))!
      expect(text).toContain('Paragraph 0')
      expect(text).toContain('Paragraph 4999')
    })

    it('RTF that is none is as good as no body', async () => {
      const message = await store.createMessage(folder.id)
      await message.setProperties([[PidTagRtfCompressed, Uint8Array.of(1, 2, 3)]])
      const stored = await reopen(store, folder, message)
      expect(await stored.get(PidTagBody)).toBeUndefined()
      expect(await stored.get(PidTagRtfCompressed)).toEqual(Uint8Array.of(1, 2, 3))
    })
  })
}
