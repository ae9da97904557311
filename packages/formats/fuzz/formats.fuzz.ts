import { deepStrictEqual } from 'node:assert'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  PidNameKeywords,
  PidTagAttachDataBinary,
  PidTagMessageClass,
  PidTagSubject,
  type PropertyTag,
  PtypMultipleString,
  propertyTag,
} from '@bourse/mapi'
import type { FuzzTarget } from '../../../tools/fuzz/contract.ts'
import { readCalendar, writeCalendar } from '../src/calendar/index.ts'
import { normalizeVCard } from '../src/contact/normalize.ts'
import { formatMailbox, parseAddressList } from '../src/mime/addresses.ts'
import { bytesToBinary } from '../src/mime/charset.ts'
import { parseDate } from '../src/mime/date.ts'
import { decodeHeaderText, encodeHeaderText } from '../src/mime/encoded-words.ts'
import { parseHeader } from '../src/mime/header-block.ts'
import { openCompoundFile } from '../src/msg/compound-file.ts'
import { CompoundFileWriter } from '../src/msg/compound-file-writer.ts'
import { decodeTnef, encodeTnef } from '../src/tnef/index.ts'

const utf8 = new TextEncoder()

const tnef: FuzzTarget = {
  name: 'formats/tnef',
  seeds: () => [
    encodeTnef({ codePage: 1252, properties: [], recipients: [], attachments: [] }),
    encodeTnef({
      codePage: 1252,
      properties: [
        { tag: PidTagMessageClass as PropertyTag, value: 'IPM.Note' },
        { tag: PidTagSubject as PropertyTag, value: 'Hello' },
        {
          tag: propertyTag(0x8000, PtypMultipleString),
          name: { kind: 'name', set: PidNameKeywords.set, name: 'Keywords' },
          value: ['a', 'b'],
        },
      ],
      recipients: [[{ tag: PidTagSubject as PropertyTag, value: 'x' }]],
      attachments: [
        { properties: [{ tag: PidTagAttachDataBinary as PropertyTag, value: new Uint8Array(5) }] },
      ],
    }),
  ],
  run: (bytes) => {
    const message = decodeTnef(bytes)
    const again = decodeTnef(encodeTnef(message))
    deepStrictEqual(again.recipients, message.recipients)
    deepStrictEqual(again.attachments.length, message.attachments.length)
  },
}

const HEADERS = ['plain_emails/raw_email.eml', 'rfc2822/example10.eml', 'error_emails/encoding_madness.eml']

const header: FuzzTarget = {
  name: 'formats/mime/header',
  seeds: () =>
    HEADERS.map((file) => new Uint8Array(readFileSync(join(import.meta.dirname, '../test/data/mail', file)))),
  run: (bytes) => {
    for (const { value } of parseHeader(bytesToBinary(bytes)).fields) {
      parseDate(value)
      const text = encodeHeaderText(decodeHeaderText(value))
      if (!/^[ -~]*$/.test(text)) throw new Error(`not ASCII: ${JSON.stringify(text)}`)
      for (const mailbox of parseAddressList(value)) {
        if (/[\r\n]/.test(formatMailbox(mailbox))) throw new Error('a line end in an address')
      }
    }
  },
}

const EVENT = `BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VEVENT
UID:1
DTSTART;TZID=Europe/Berlin:20240701T100000
DTEND;TZID=Europe/Berlin:20240701T110000
RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3
EXDATE:20240708T080000Z
ATTENDEE;CN=A:mailto:a@example.org
END:VEVENT
END:VCALENDAR
`

const calendar: FuzzTarget = {
  name: 'formats/calendar',
  seeds: () => [utf8.encode(EVENT)],
  run: (bytes) => {
    const found = readCalendar(new TextDecoder().decode(bytes))
    if (found !== undefined) writeCalendar(found.item)
  },
}

const vcard: FuzzTarget = {
  name: 'formats/vcard/normalize',
  seeds: () => [
    utf8.encode(
      'BEGIN:VCARD\nVERSION:2.1\nN;ENCODING=QUOTED-PRINTABLE:M=C3=BC;=\nJ\nTEL;WORK:1\nEND:VCARD\n',
    ),
  ],
  run: (bytes) => void normalizeVCard(new TextDecoder().decode(bytes)),
}

const compoundFile: FuzzTarget = {
  name: 'formats/msg/compound-file',
  seeds: () => {
    const file = new CompoundFileWriter()
    file.add(['a', 'b'], new Uint8Array(100))
    file.add(['c'], new Uint8Array(5000))
    return [file.finish('00'.repeat(16))]
  },
  run: (bytes) => {
    const file = openCompoundFile(bytes)
    file.stream('c')
    file.storage('a')?.stream('b')
  },
}

const targets: readonly FuzzTarget[] = [tnef, header, calendar, vcard, compoundFile]
export default targets
