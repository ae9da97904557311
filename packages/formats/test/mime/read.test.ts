import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  AttachMethod,
  type Attachment,
  type Message,
  MessageFlags,
  PidTagAttachContentId,
  PidTagAttachDataBinary,
  PidTagAttachFlags,
  PidTagAttachLongFilename,
  PidTagAttachMethod,
  PidTagAttachMimeTag,
  PidTagAttachmentHidden,
  PidTagAutoResponseSuppress,
  PidTagBody,
  PidTagConversationIndex,
  PidTagConversationTopic,
  PidTagEmailAddress,
  PidTagHtml,
  PidTagImportance,
  PidTagInReplyToId,
  PidTagInternetCodepage,
  PidTagInternetReferences,
  PidTagListUnsubscribe,
  PidTagMessageClass,
  PidTagMessageDeliveryTime,
  PidTagMessageFlags,
  PidTagMimeSkeleton,
  PidTagNonDeliveryReportDiagCode,
  PidTagNormalizedSubject,
  PidTagOriginalMessageId,
  PidTagOriginalSubject,
  PidTagReadReceiptEmailAddress,
  PidTagReadReceiptRequested,
  PidTagReceivedByEmailAddress,
  PidTagReplyRecipientNames,
  PidTagReportDisposition,
  PidTagReportingMessageTransferAgent,
  PidTagSenderEmailAddress,
  PidTagSensitivity,
  PidTagSentRepresentingEmailAddress,
  PidTagSubject,
  PidTagSubjectPrefix,
  PidTagSupplementaryInfo,
  PidTagTransportMessageHeaders,
  PropertyBag,
  type PropertyTag,
  PS_INTERNET_HEADERS,
} from '@bourse/mapi'
import { describe, expect, it } from 'vitest'
import { MemoryMessage } from '../../src/memory/index.ts'
import {
  MAX_PARTS,
  type MimeReport,
  type ReadMimeOptions,
  readMime,
  writeMime,
} from '../../src/mime/index.ts'
import { bytesOf, mail, piecesOf, streamOf, textOf } from '../support/streams.ts'

interface Read {
  readonly message: MemoryMessage
  readonly properties: PropertyBag
  readonly report: MimeReport
}

async function read(source: string | Uint8Array, options: ReadMimeOptions = {}): Promise<Read> {
  const message = new MemoryMessage()
  const bytes = typeof source === 'string' ? mail(source) : source
  const report = await readMime(piecesOf(bytes, 700), message, { names: message.names, ...options })
  return { message, properties: message.properties, report }
}

async function attachments(message: Message): Promise<Attachment[]> {
  return Promise.all((await message.getAttachmentNumbers()).map((number) => message.openAttachment(number)))
}

const corpus = (file: string): Uint8Array =>
  new Uint8Array(readFileSync(join(import.meta.dirname, '../data/mail', file)))

describe('the header', () => {
  it('becomes properties', async () => {
    const { properties, message } = await read(`Received: from a by b; Tue, 02 Jan 2024 10:00:05 +0000
Received: from x by a; Tue, 02 Jan 2024 10:00:01 +0000
From: Ann <ann@example.org>
Sender: Secretary <sec@example.org>
Reply-To: Desk <desk@example.org>, b@example.org
To: you@example.org
Subject: Re: Minutes
Thread-Topic: The minutes
Thread-Index: AQECAw==
Date: Tue, 02 Jan 2024 11:00:00 +0100
In-Reply-To: <1@example.org>
References: <0@example.org>
 <1@example.org>
Importance: high
Sensitivity: Private
List-Unsubscribe: <mailto:off@example.org>
Disposition-Notification-To: ann@example.org
X-Auto-Response-Suppress: OOF, DR
X-My-Header: =?utf-8?Q?gr=C3=BCn?=

Hello
`)
    expect(properties.get(PidTagSentRepresentingEmailAddress)).toBe('ann@example.org')
    expect(properties.get(PidTagSenderEmailAddress)).toBe('sec@example.org')
    expect(properties.get(PidTagReplyRecipientNames)).toBe('Desk; b@example.org')
    expect(properties.get(PidTagSubjectPrefix)).toBe('Re: ')
    expect(properties.get(PidTagNormalizedSubject)).toBe('Minutes')
    expect(properties.get(PidTagConversationTopic)).toBe('The minutes')
    expect(properties.get(PidTagConversationIndex)).toEqual(new Uint8Array([1, 1, 2, 3]))
    expect(properties.get(PidTagInReplyToId)).toBe('<1@example.org>')
    expect(properties.get(PidTagInternetReferences)).toBe('<0@example.org> <1@example.org>')
    expect(properties.get(PidTagImportance)).toBe(2)
    expect(properties.get(PidTagSensitivity)).toBe(2)
    expect(properties.get(PidTagListUnsubscribe)).toBe('<mailto:off@example.org>')
    expect(properties.get(PidTagReadReceiptRequested)).toBe(true)
    expect(properties.get(PidTagReadReceiptEmailAddress)).toBe('ann@example.org')
    expect(properties.get(PidTagAutoResponseSuppress)).toBe(0x11)
    expect(properties.get(PidTagMessageFlags)).toBe(MessageFlags.Unmodified)
    expect(properties.get(PidTagTransportMessageHeaders)).toContain('X-My-Header: =?utf-8?Q?')
    expect(properties.get(PidTagMessageDeliveryTime)! % 600_000_000n).toBe(50_000_000n)
    const id = message.names.idOf({ kind: 'name', set: PS_INTERNET_HEADERS, name: 'x-my-header' }, false)
    expect(properties.get((((id << 16) | 0x1f) >>> 0) as PropertyTag<string>)).toBe('grün')

    const written = await textOf(writeMime(message))
    for (const line of [
      'From: Ann <ann@example.org>',
      'Sender: Secretary <sec@example.org>',
      'Reply-To: Desk <desk@example.org>, b@example.org',
      'Thread-Topic: The minutes',
      'Thread-Index: AQECAw==',
      'References: <0@example.org> <1@example.org>',
      'Importance: High',
      'Sensitivity: Private',
      'Disposition-Notification-To: ann@example.org',
      'X-Auto-Response-Suppress: DR, OOF',
      'X-My-Header: =?utf-8?B?Z3LDvG4=?=',
    ]) {
      expect(written).toContain(`${line}\r\n`)
    }
  })

  it('takes people from the address book that resolves them', async () => {
    const known = new PropertyBag([[PidTagEmailAddress, '/o=x/cn=ann'] as const])
    const { message } = await read('From: a@example.org\nTo: ann@example.org\n\nx', {
      resolveAddress: async ({ address }) => (address === 'ann@example.org' ? known : undefined),
    })
    expect((await message.getRecipients())[0]!.properties.get(PidTagEmailAddress)).toBe('/o=x/cn=ann')
    expect(await textOf(writeMime(message))).toContain('To: ann@example.org\r\n')
  })
})

describe('bodies', () => {
  it('are the alternatives that are understood', async () => {
    const { properties, message } = await read(`Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

gr=FCn
--b
Content-Type: text/html; charset=utf-8

<p>grün</p>
--b
Content-Type: text/x-amp-html

<amp>
--b--
`)
    expect(properties.get(PidTagBody)).toBe('grün')
    expect(new TextDecoder().decode(properties.get(PidTagHtml))).toBe('<p>grün</p>')
    expect(properties.get(PidTagInternetCodepage)).toBe(65001)
    const [amp] = await attachments(message)
    expect(await amp!.get(PidTagAttachmentHidden)).toBe(true)
  })

  it('in HTML show the files that belong to them, and are written so again', async () => {
    const { message } = await read(`Content-Type: multipart/related; boundary=b

--b
Content-Type: text/html

<img src="cid:pic@x">
--b
Content-Type: image/png
Content-ID: <pic@x>
Content-Transfer-Encoding: base64

AAEC
--b--
`)
    const [picture] = await attachments(message)
    expect(await picture!.get(PidTagAttachContentId)).toBe('pic@x')
    expect(await picture!.get(PidTagAttachFlags)).toBe(4)
    expect(await picture!.get(PidTagAttachmentHidden)).toBe(true)
    const written = await textOf(writeMime(message))
    expect(written).toMatch(/multipart\/related.*multipart\/alternative.*Content-ID: <pic@x>/s)
    expect(written).not.toContain('multipart/mixed')
  })

  it('of a multipart without parts are all the text that is there', async () => {
    const { properties, report } = await read('Content-Type: multipart/mixed\n\nHello\n')
    expect(properties.get(PidTagBody)).toBe('Hello\r\n')
    expect(report).toMatchObject({ problems: ['structure'], originalKept: true })
    expect(new TextDecoder().decode(properties.get(PidTagMimeSkeleton))).toBe(
      'Content-Type: multipart/mixed\r\n\r\nHello\r\n',
    )
  })

  it('that are too long become files', async () => {
    const long = 'x'.repeat(17 * 1024 * 1024)
    const { properties, message } = await read(`Content-Type: text/plain\n\n${long}`)
    expect(properties.has(PidTagBody)).toBe(false)
    const [file] = await attachments(message)
    expect((await file!.get(PidTagAttachDataBinary))!.length).toBe(long.length)
  })
})

describe('attachments', () => {
  it('have names in any encoding', async () => {
    const part = (fields: string): string =>
      `--b\nContent-Type: application/octet-stream\nContent-Disposition: attachment; ${fields}\n\nx\n`
    const { message } = await read(`Content-Type: multipart/mixed; boundary=b

${part(`filename*=utf-8''%E2%82%AC.txt`)}${part(`filename*0*=iso-8859-1''gr%FC; filename*1=n.txt`)}${part(
  'filename="=?utf-8?B?4oKsLnR4dA==?="',
)}${part('filename="grün.txt"')}${part('filename="C:\\\\dir\\\\a.txt"')}${part('name')}--b--
`)
    const names = await Promise.all(
      (await attachments(message)).map((file) => file.get(PidTagAttachLongFilename)),
    )
    expect(names).toEqual(['€.txt', 'grün.txt', '€.txt', 'grün.txt', 'a.txt', 'ATT00001.bin'])
  })

  it('that are messages become messages, in base64 too, up to a depth', async () => {
    const inner = 'Subject: inner\n\ntext\n'
    const { message } = await read(`Content-Type: multipart/mixed; boundary=b

--b
Content-Type: message/rfc822
Content-Transfer-Encoding: base64

${Buffer.from(mail(inner)).toString('base64')}
--b--
`)
    const [attachment] = await attachments(message)
    expect(await attachment!.get(PidTagAttachMethod)).toBe(AttachMethod.embeddedMessage)
    const embedded = await attachment!.openEmbeddedMessage()
    expect(await embedded.get(PidTagSubject)).toBe('inner')

    let deep = inner
    for (let i = 0; i < 40; i++) deep = `Content-Type: message/rfc822\n\n${deep}`
    expect((await read(deep)).report.problems).toEqual(['depth'])
  })

  it('are streamed: a large message needs little memory', async () => {
    const head = mail(
      'Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\n',
    )
    const line = mail(`${'A'.repeat(76)}\n`.repeat(800))
    let produced = 0
    async function* large(): AsyncGenerator<Uint8Array> {
      yield head
      for (; produced < 200; produced++) yield line
      yield mail('--b--\n')
    }
    // An attachment that only counts, and sees how far the source has been read meanwhile.
    let written = 0
    let ahead = 0
    const message = new MemoryMessage()
    const create = message.createAttachment.bind(message)
    message.createAttachment = async () => {
      const attachment = await create()
      const open = attachment.openStream.bind(attachment)
      attachment.openStream = async (tag, mode) => {
        const stream = await open(tag, mode)
        stream.write = async (bytes) => {
          written += bytes.length
          ahead = Math.max(ahead, produced * line.length - (written * 78) / 57)
          return bytes.length
        }
        return stream
      }
      return attachment
    }
    await readMime(large(), message)
    expect(written).toBe(200 * 800 * 57)
    expect(ahead).toBeLessThan(1024 * 1024)
  })

  it('beyond what is read are kept as one file', async () => {
    const parts = '--b\n\nx\n'.repeat(MAX_PARTS + 10)
    const { report, message } = await read(`Content-Type: multipart/mixed; boundary=b\n\n${parts}--b--\n`)
    expect(report.problems).toContain('limit')
    expect(report.originalKept).toBe(true)
    const files = await attachments(message)
    expect(await files.at(-1)!.get(PidTagAttachLongFilename)).toBe('rest-of-message.txt')
  })
})

describe('signed and encrypted messages', () => {
  it('go out byte for byte as they came', async () => {
    const original = corpus('mime_emails/raw_email_with_nested_attachment.eml')
    const { message, properties } = await read(original)
    expect(properties.get(PidTagMessageClass)).toBe('IPM.Note.SMIME.MultipartSigned')
    const [attachment] = await attachments(message)
    expect(await attachment!.get(PidTagAttachMimeTag)).toBe('multipart/signed')
    const bodyOf = (bytes: Uint8Array): string => {
      const text = Buffer.from(bytes).toString('latin1')
      return text.slice(text.indexOf('\r\n\r\n'))
    }
    expect(bodyOf(await bytesOf(writeMime(message)))).toBe(bodyOf(original))
  })

  it('that are encrypted are one attachment, whose bytes stay the same', async () => {
    const contents = Buffer.from('30800609 2a864886 f70d0107 03a08030'.replaceAll(' ', ''), 'hex')
    const { message, properties } = await read(`Subject: secret
Content-Type: application/x-pkcs7-mime; smime-type=enveloped-data; name=smime.p7m
Content-Transfer-Encoding: base64

${contents.toString('base64')}
`)
    expect(properties.get(PidTagMessageClass)).toBe('IPM.Note.SMIME')
    expect(await textOf(writeMime(message))).toContain(
      'Content-Type: application/x-pkcs7-mime; smime-type=enveloped-data;\r\n name=smime.p7m\r\n',
    )
    const again = await read(await bytesOf(writeMime(message)))
    const [attachment] = await attachments(again.message)
    expect(Buffer.from((await attachment!.get(PidTagAttachDataBinary))!)).toEqual(contents)
  })
})

describe('reports', () => {
  it('of failed delivery tell who did not get what, and why', async () => {
    const { message, properties } = await read(corpus('multipart_report_emails/report_530.eml'))
    expect(properties.get(PidTagMessageClass)).toBe('REPORT.IPM.Note.NDR')
    expect(properties.get(PidTagReportingMessageTransferAgent)).toBe('mail12.rrrr.com.au')
    expect(properties.get(PidTagReceivedByEmailAddress)).toBe('mikel@sssss.net')
    const [recipient] = await message.getRecipients()
    expect(recipient!.properties.get(PidTagEmailAddress)).toBe('edwin@zzzzzzz.com')
    expect(recipient!.properties.get(PidTagSupplementaryInfo)).toMatch(/#5\.\d\.\d/)
    expect(recipient!.properties.has(PidTagNonDeliveryReportDiagCode)).toBe(true)
    const again = await read(await bytesOf(writeMime(message)))
    expect(again.properties.get(PidTagMessageClass)).toBe('REPORT.IPM.Note.NDR')
    const [same] = await again.message.getRecipients()
    for (const tag of [PidTagEmailAddress, PidTagSupplementaryInfo, PidTagNonDeliveryReportDiagCode]) {
      expect(same!.properties.get<unknown>(tag)).toEqual(recipient!.properties.get<unknown>(tag))
    }
  })

  it('of reading are understood and written', async () => {
    const { message, properties } = await read(`From: you@example.org
To: ann@example.org
Subject: Read: Minutes
Date: Tue, 02 Jan 2024 11:00:00 +0100
Content-Type: multipart/report; report-type=disposition-notification; boundary=b

--b
Content-Type: text/plain

Your message was read.
--b
Content-Type: message/disposition-notification

Reporting-UA: x
Final-Recipient: rfc822; you@example.org
Original-Message-ID: <1@example.org>
Disposition: manual-action/MDN-sent-manually; displayed
--b
Content-Type: text/rfc822-headers

Subject: Minutes
Message-ID: <1@example.org>
--b--
`)
    expect(properties.get(PidTagMessageClass)).toBe('REPORT.IPM.Note.IPNRN')
    expect(properties.get(PidTagOriginalMessageId)).toBe('<1@example.org>')
    expect(properties.get(PidTagOriginalSubject)).toBe('Minutes')
    expect(properties.get(PidTagReportDisposition)).toBe('displayed')
    const written = await textOf(writeMime(message))
    expect(written).toContain('Disposition: manual-action/MDN-sent-manually; displayed\r\n')
    expect(written).toContain('Original-Message-ID: <1@example.org>\r\n')
    expect((await read(Buffer.from(written, 'latin1'))).properties.get(PidTagMessageClass)).toBe(
      'REPORT.IPM.Note.IPNRN',
    )
  })
})

describe('sources and messages that fail', () => {
  it('are told by the promise', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield mail('Subject: x\n\n')
      throw new Error('lost connection')
    }
    await expect(readMime(failing(), new MemoryMessage())).rejects.toThrow('lost connection')
    const message = new MemoryMessage()
    message.setProperties = async () => {
      throw new Error('disk full')
    }
    await expect(readMime(streamOf(mail('Subject: x\n\ny')), message)).rejects.toThrow('disk full')
  })
})
