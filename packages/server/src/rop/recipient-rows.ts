import {
  type Columns,
  type Message,
  type Recipient,
  recipientColumns,
  recipientToRow,
  recipientTypeToByte,
} from '@bourse/mapi'
import { ByteWriter } from '@bourse/mapi/bytes'
import { type OpenRecipientRow, openRecipientRow, typedString } from '@bourse/wire/rop'

/** RowCount of the responses that open a message has one byte. */
const MAX_ROWS = 0xff

/** Code page of the rows' strings where they are Unicode: 1200, UTF-16. */
const UNICODE_CODE_PAGE = 1200

/** What the columns of a message's recipients are, as the client last heard or said ([MS-OXCROPS] 2.2.6.6.2). */
const columnsOf = new WeakMap<Message, Columns>()

/** The columns that rows of RopReadRecipients are laid out by. */
export function recipientColumnsOf(message: Message): Columns {
  return columnsOf.get(message) ?? []
}

export function rememberRecipientColumns(message: Message, columns: Columns): void {
  columnsOf.set(message, columns)
}

/**
 * What the responses that open a message tell of it: subject and, as far as they fit `room` bytes, its first recipients
 * ([MS-OXCMSG] 2.2.3.1.2). Clients read the others with RopReadRecipients.
 */
export async function openedMessageBody(message: Message, room: number) {
  const { subjectPrefix, normalizedSubject } = message.summary
  const recipients = await message.getRecipients()
  const columns = recipientColumns(recipients)
  rememberRecipientColumns(message, columns)
  const head = {
    hasNamedProperties: message.hasNamedProperties,
    subjectPrefix: typedString(subjectPrefix),
    normalizedSubject: typedString(normalizedSubject),
    recipientCount: recipients.length,
    recipientColumns: columns,
  }
  // Three bytes each at most for what is no text, two a character.
  let left = room - 16 - 2 * (subjectPrefix.length + normalizedSubject.length) - 4 * columns.length
  const codec = openRecipientRow(columns)
  const recipientRows: OpenRecipientRow[] = []
  for (const recipient of recipients.slice(0, MAX_ROWS)) {
    const row: OpenRecipientRow = {
      recipientType: recipientTypeToByte(recipient.type),
      codePageId: UNICODE_CODE_PAGE,
      recipientRow: rowOf(recipient, columns),
    }
    const writer = new ByteWriter()
    codec.encode(writer, row)
    left -= writer.length
    if (left < 0) break
    recipientRows.push(row)
  }
  return { ...head, recipientRows }
}

/** A recipient as a RecipientRow ([MS-OXCDATA] 2.8.3), its strings in Unicode. */
export function rowOf(recipient: Recipient, columns: Columns) {
  return recipientToRow(recipient, columns)
}
