import {
  ErrorCode,
  type Folder,
  type Message,
  type MessageStore,
  PidTagAddressType,
  PidTagDisplayBcc,
  PidTagDisplayCc,
  PidTagDisplayName,
  PidTagDisplayTo,
  PidTagEmailAddress,
  PidTagRecipientDisplayName,
  PidTagResponsibility,
  PidTagSmtpAddress,
  PropertyBag,
  PropertyError,
  PtypString8,
  type RecipientChange,
  RecipientType,
  RecipientTypeFlag,
  withType,
} from '@bourse/mapi'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectError, reopen, useStores } from '../support/behaviour.ts'
import type { OpenFixture } from '../support/fixture.ts'

function change(rowId: number, name: string, type: number = RecipientType.To): RecipientChange {
  const properties = new PropertyBag([
    [PidTagDisplayName, name],
    [PidTagAddressType, 'SMTP'],
    [PidTagEmailAddress, `${name.toLowerCase()}@example.com`],
  ])
  return { rowId, recipient: { rowId, type, properties } }
}

async function names(message: Message): Promise<(string | undefined)[]> {
  return (await message.getRecipients()).map(({ properties }) => properties.get(PidTagDisplayName))
}

/** The recipients of messages ([MS-OXCMSG] 3.2.5.4 to 3.2.5.6). */
export function describeMessageRecipients(open: OpenFixture): void {
  describe('recipients', () => {
    const stores = useStores(open)
    let store: MessageStore
    let folder: Folder

    beforeAll(async () => {
      store = await stores.store()
      folder = await stores.newFolder(store)
    })

    async function messageWith(...changes: RecipientChange[]): Promise<Message> {
      const message = await store.createMessage(folder.id)
      await message.modifyRecipients(changes)
      return reopen(store, folder, message)
    }

    it('MS-OXCMSG_R389 MS-OXCMSG_R737 MS-OXCMSG_R753 MS-OXCMSG_R400 MS-OXCMSG_R1495 recipients are added and read', async () => {
      const message = await messageWith(change(0, 'Ann'), change(1, 'Bob'))
      const recipients = await message.getRecipients()
      expect(recipients.map(({ rowId }) => rowId)).toEqual([0, 1])
      expect([...recipients[0]!.properties]).toEqual(
        expect.arrayContaining([
          [PidTagDisplayName, 'Ann'],
          [PidTagAddressType, 'SMTP'],
          [PidTagEmailAddress, 'ann@example.com'],
        ]),
      )
    })

    it('MS-OXCMSG_R328 recipients are in the order of their row IDs', async () => {
      const message = await messageWith(change(7, 'Gus'), change(2, 'Cid'), change(5, 'Eva'))
      expect(await names(message)).toEqual(['Cid', 'Eva', 'Gus'])
    })

    it('MS-OXCMSG_R679 their number is told when a message is opened', async () => {
      expect(
        (await messageWith(change(0, 'Ann'), change(1, 'Bob'), change(2, 'Cid'))).summary.recipientCount,
      ).toBe(3)
      expect((await messageWith()).summary.recipientCount).toBe(0)
    })

    it('MS-OXCMSG_R390 a change replaces all properties of a recipient', async () => {
      const message = await messageWith(change(0, 'Ann'))
      await message.modifyRecipients([
        {
          rowId: 0,
          recipient: {
            rowId: 0,
            type: RecipientType.Cc,
            properties: new PropertyBag([[PidTagDisplayName, 'Anna']]),
          },
        },
      ])
      const [recipient] = await message.getRecipients()
      expect(recipient).toMatchObject({ rowId: 0, type: RecipientType.Cc })
      expect([...recipient!.properties]).toEqual([[PidTagDisplayName, 'Anna']])
    })

    it('MS-OXCMSG_R391 MS-OXCMSG_R393 MS-OXCMSG_R394 a recipient is removed, at once for this opening', async () => {
      const message = await messageWith(change(0, 'Ann'), change(1, 'Bob'))
      await message.modifyRecipients([{ rowId: 0 }])
      expect(await names(message)).toEqual(['Bob'])
      await message.save()
      expect(await names(await store.openMessage(folder.id, message.id!))).toEqual(['Bob'])
    })

    it('MS-OXCMSG_R395 others see the change when it is saved', async () => {
      const message = await messageWith(change(0, 'Ann'))
      const other = await store.openMessage(folder.id, message.id!)
      await message.modifyRecipients([change(1, 'Bob')])
      expect(await names(other)).toEqual(['Ann'])
      expect(await names(await store.openMessage(folder.id, message.id!))).toEqual(['Ann'])
      await message.save()
      expect(await names(await store.openMessage(folder.id, message.id!))).toEqual(['Ann', 'Bob'])
    })

    it('MS-OXCMSG_R729 MS-OXCMSG_R381 MS-OXCMSG_R382 all are removed, for others when that is saved', async () => {
      const message = await messageWith(change(0, 'Ann'), change(1, 'Bob'))
      await message.removeAllRecipients()
      expect(await names(message)).toEqual([])
      expect(await names(await store.openMessage(folder.id, message.id!))).toEqual(['Ann', 'Bob'])
      await message.save()
      expect(await names(await store.openMessage(folder.id, message.id!))).toEqual([])
    })

    it('MS-OXCMSG_R1491 removing all of none succeeds', async () => {
      const message = await messageWith()
      await message.removeAllRecipients()
      expect(await names(message)).toEqual([])
    })

    it('MS-OXCMSG_R977 MS-OXCMSG_R978 MS-OXCMSG_R979 MS-OXCMSG_R1298 a recipient keeps its type with its flags', async () => {
      const message = await messageWith(
        change(0, 'Ann', RecipientType.To),
        change(1, 'Bob', RecipientType.Cc),
        change(2, 'Cid', RecipientType.Bcc),
        change(3, 'Dan', RecipientType.To | RecipientTypeFlag.Resend),
        change(4, 'Eva', (RecipientType.Cc | RecipientTypeFlag.Handled) >>> 0),
      )
      expect((await message.getRecipients()).map(({ type }) => type)).toEqual([
        1, 2, 3, 0x10000001, 0x80000002,
      ])
    })

    it('the names of recipients by kind are properties of a saved message', async () => {
      const message = await messageWith(
        change(0, 'Ann'),
        change(1, 'Bob', RecipientType.Cc),
        change(2, 'Cid', RecipientType.Bcc),
        change(3, 'Dan'),
      )
      expect(await message.get(PidTagDisplayTo)).toBe('Ann; Dan')
      expect(await message.get(PidTagDisplayCc)).toBe('Bob')
      expect(await message.get(PidTagDisplayBcc)).toBe('Cid')
    })

    it('MS-OXCMSG_R1198 MS-OXCMSG_R1199 MS-OXCMSG_R2047 a recipient has any properties', async () => {
      const properties = new PropertyBag([
        [PidTagDisplayName, 'Ann'],
        [PidTagRecipientDisplayName, 'Ann Example'],
        [PidTagResponsibility, true],
        [PidTagSmtpAddress, 'ann@example.com'],
      ])
      const message = await messageWith(
        { rowId: 0, recipient: { rowId: 0, type: RecipientType.To, properties } },
        {
          rowId: 1,
          recipient: {
            rowId: 1,
            type: RecipientType.To,
            properties: new PropertyBag([[PidTagResponsibility, false]]),
          },
        },
      )
      const [ann, other] = await message.getRecipients()
      expect(ann!.properties.get(PidTagRecipientDisplayName)).toBe('Ann Example')
      expect(ann!.properties.get(PidTagResponsibility)).toBe(true)
      expect(other!.properties.get(PidTagResponsibility)).toBe(false)
    })

    it('only the properties asked for are read', async () => {
      const message = await messageWith(change(0, 'Ann'))
      const [recipient] = await message.getRecipients([PidTagEmailAddress])
      expect([...recipient!.properties]).toEqual([[PidTagEmailAddress, 'ann@example.com']])
    })

    it('8-bit strings are kept as the text that they are', async () => {
      const properties = new PropertyBag([
        [withType<string>(PidTagDisplayName, PtypString8), 'Zo\u00eb \u0080'],
      ])
      const message = await messageWith({
        rowId: 0,
        recipient: { rowId: 0, type: RecipientType.To, properties },
      })
      expect(await names(message)).toEqual(['Zoë €'])
    })

    it('a change that is wrong changes nothing', async () => {
      const message = await messageWith(change(0, 'Ann'))
      const bad = new PropertyBag()
      bad.setCell(PidTagDisplayName, 5)
      await expectError(
        message.modifyRecipients([
          change(1, 'Bob'),
          { rowId: 2, recipient: { rowId: 2, type: RecipientType.To, properties: bad } },
        ]),
        ErrorCode.InvalidParameter,
      )
      expect(await names(message)).toEqual(['Ann'])
    })

    it('errors in the place of values are passed over', async () => {
      const properties = new PropertyBag([[PidTagDisplayName, 'Ann']])
      properties.setCell(PidTagEmailAddress, new PropertyError(ErrorCode.NotFound))
      const message = await messageWith({
        rowId: 0,
        recipient: { rowId: 0, type: RecipientType.To, properties },
      })
      expect([...(await message.getRecipients())[0]!.properties]).toEqual([[PidTagDisplayName, 'Ann']])
    })

    it('recipients of a message that is open for reading cannot be changed', async () => {
      const message = await messageWith(change(0, 'Ann'))
      const reading = await store.openMessage(folder.id, message.id!)
      await expectError(reading.modifyRecipients([change(1, 'Bob')]), ErrorCode.AccessDenied)
      await expectError(reading.removeAllRecipients(), ErrorCode.AccessDenied)
    })
  })
}
