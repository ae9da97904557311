import {
  type AutomaticReplies,
  exists,
  fileTime,
  type Guid,
  getAutomaticReplies,
  globcntOf,
  type Message,
  type MessageStore,
  namedTags,
  nowAsFileTime,
  oofReplyWith,
  PidLidEmail2EmailAddress,
  PidTagAutoForwarded,
  PidTagAutoResponseSuppress,
  PidTagBody,
  PidTagDisplayName,
  PidTagInReplyToId,
  PidTagInternetMessageId,
  PidTagInternetReferences,
  PidTagListUnsubscribe,
  PidTagMessageCcMe,
  PidTagMessageClass,
  PidTagMessageToMe,
  PidTagOutOfOfficeState,
  PidTagRuleActions,
  PidTagRuleCondition,
  PidTagRuleProvider,
  PidTagRuleSequence,
  PidTagRuleState,
  PidTagSenderEmailAddress,
  PidTagSentRepresentingEmailAddress,
  PidTagSentRepresentingName,
  PidTagSentRepresentingSmtpAddress,
  PidTagSmtpAddress,
  PidTagSubject,
  type PropertyTag,
  type PropertyValue,
  PS_INTERNET_HEADERS,
  PtypString,
  RuleState,
  replyWith,
  setAutomaticReplies,
  TICKS_PER_DAY,
} from '@bourse/mapi'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { beginDelivery } from '../../src/delivery/delivery.ts'
import type { MailOrigin } from '../../src/delivery/out-of-office-sender.ts'
import { waitingMessages } from '../../src/delivery/outgoing.ts'
import { setQuotas } from '../../src/mailbox/quotas.ts'
import { checkMailbox } from '../../src/maintenance/check.ts'
import { dnOf, type EngineFixture, openEngineFixture } from '../support/fixture.ts'

const NO_GUID = '00000000-0000-0000-0000-000000000000' as Guid
const AUTO_SUBMITTED = {
  kind: 'name',
  set: PS_INTERNET_HEADERS,
  name: 'auto-submitted',
  type: PtypString,
} as const
const INTERNAL: MailOrigin = { isInternal: true }

const AWAY: AutomaticReplies = {
  state: 'enabled',
  externalAudience: 'all',
  internalReply: '<p>Ask <b>Bob</b>.</p>',
  externalReply: 'Back in May.',
}

type Entry = readonly [PropertyTag, PropertyValue]

interface Mail {
  readonly from?: string
  readonly subject?: string
  readonly header?: Readonly<Record<string, string>>
  readonly extra?: readonly Entry[]
  readonly origin?: MailOrigin
}

/** What was answered. */
interface Answer {
  readonly to: string | undefined
  readonly subject: string | undefined
  readonly text: string
}

describe('automatic replies', () => {
  let fixture: EngineFixture
  let store: MessageStore
  let deliveries: number

  beforeEach(async () => {
    fixture = await openEngineFixture()
    store = await fixture.store()
    deliveries = 0
  })

  afterEach(async () => {
    const { problems } = await checkMailbox(fixture.mailbox, { contents: true })
    await fixture.dispose()
    expect(problems).toEqual([])
  })

  async function deliver(mail: Mail = {}): Promise<void> {
    const { from = 'erin@elsewhere.test', subject = 'Hello', header = {}, extra = [] } = mail
    const names = Object.keys(header).map((name) => ({ ...AUTO_SUBMITTED, name }))
    const tags = await namedTags(store, names, { create: true })
    const isInternal = mail.origin?.isInternal === true
    const { message, save } = await beginDelivery(
      fixture.logon('admin'),
      globcntOf(store.logon.folders.inbox!),
      `key ${deliveries++}`,
      mail.origin ?? { reversePath: from },
    )
    await message.setProperties([
      [PidTagSubject, subject],
      [PidTagBody, 'Text'],
      [PidTagInternetMessageId, `<${deliveries}@elsewhere.test>`],
      [PidTagInternetReferences, '<first@elsewhere.test>'],
      [PidTagSentRepresentingName, from],
      [PidTagSentRepresentingEmailAddress, isInternal ? dnOf(from) : from],
      ...(isInternal ? [] : [[PidTagSentRepresentingSmtpAddress, from] as const]),
      [PidTagMessageToMe, true],
      [PidTagMessageCcMe, false],
      ...Object.values(header).map((value, i): Entry => [tags[i] as PropertyTag, value]),
      ...extra,
    ])
    expect(await save()).toBe(true)
  }

  async function waiting(): Promise<Message[]> {
    const found = await waitingMessages(fixture.mailbox)
    const { mailbox } = fixture
    return Promise.all(found.map(({ fid, mid }) => store.openMessage(mailbox.id(fid), mailbox.id(mid))))
  }

  async function answers(): Promise<Answer[]> {
    const list: Answer[] = []
    for (const message of await waiting()) {
      const [recipient] = await message.getRecipients()
      list.push({
        to: recipient?.properties.get(PidTagSmtpAddress) ?? recipient?.properties.get(PidTagDisplayName),
        subject: await message.get(PidTagSubject),
        text: ((await message.get(PidTagBody)) ?? '').trim(),
      })
    }
    return list
  }

  const answered = async (): Promise<readonly (string | undefined)[]> => (await answers()).map(({ to }) => to)

  it('say what they are to the world and to Exchange, and which message they answer', async () => {
    await setAutomaticReplies(store, AWAY)
    await deliver({ subject: 'Lunch?' })
    expect(await answers()).toEqual([
      { to: 'erin@elsewhere.test', subject: 'Automatic reply: Lunch?', text: 'Back in May.' },
    ])
    const [reply] = await waiting()
    const [autoSubmitted] = await namedTags(store, [AUTO_SUBMITTED])
    expect(await reply!.get(autoSubmitted)).toBe('auto-replied')
    expect(await reply!.get(PidTagAutoResponseSuppress)).toBe(-1)
    expect(await reply!.get(PidTagInReplyToId)).toBe('<1@elsewhere.test>')
    expect(await reply!.get(PidTagInternetReferences)).toBe('<first@elsewhere.test> <1@elsewhere.test>')
    expect(await reply!.get(PidTagMessageClass)).toBe('IPM.Note.Rules.OofTemplate.Microsoft')
    expect(await reply!.get(PidTagSenderEmailAddress)).toBe(dnOf('owner'))
  })

  it('are kept in the mailbox', async () => {
    expect(await getAutomaticReplies(store)).toEqual({
      state: 'disabled',
      externalAudience: 'none',
      internalReply: '',
      externalReply: '',
    })
    const from = fileTime(nowAsFileTime() + TICKS_PER_DAY)
    const planned: AutomaticReplies = {
      ...AWAY,
      state: 'scheduled',
      from,
      until: fileTime(from + TICKS_PER_DAY),
      externalAudience: 'known',
      internalReply: `<p>${'Long '.repeat(5000)}</p>`,
    }
    await setAutomaticReplies(store, planned)
    expect(await getAutomaticReplies(await fixture.store())).toEqual(planned)
    await setAutomaticReplies(store, AWAY)
    expect(await getAutomaticReplies(store)).toEqual(AWAY)
  })

  it('tell people of the organization something else', async () => {
    await setAutomaticReplies(store, AWAY)
    await deliver({ from: 'bob', origin: INTERNAL })
    expect(await answers()).toEqual([{ to: 'bob', subject: 'Automatic reply: Hello', text: 'Ask Bob.' }])
  })

  it('do not take who only says so for one of the organization', async () => {
    await setAutomaticReplies(store, { ...AWAY, externalAudience: 'none' })
    await deliver({ extra: [[PidTagSentRepresentingEmailAddress, dnOf('bob')]] })
    expect(await answers()).toEqual([])
  })

  it('go to where the message came from', async () => {
    await setAutomaticReplies(store, AWAY)
    await deliver({ from: 'erin@elsewhere.test', origin: { reversePath: 'erin+back@elsewhere.test' } })
    expect(await answered()).toEqual(['erin+back@elsewhere.test'])
  })

  it('are sent once to each sender, until they are switched on again', async () => {
    await setAutomaticReplies(store, AWAY)
    await deliver()
    await deliver({ from: 'Erin@Elsewhere.test' })
    await deliver({ from: 'frank@elsewhere.test' })
    expect(await answered()).toEqual(['erin@elsewhere.test', 'frank@elsewhere.test'])
    // Another text is no other absence.
    await setAutomaticReplies(store, { ...AWAY, externalReply: 'Back in June.' })
    await deliver()
    expect(await answers()).toHaveLength(2)
    await setAutomaticReplies(store, { ...AWAY, state: 'disabled' })
    await deliver()
    expect(await answers()).toHaveLength(2)
    await setAutomaticReplies(store, AWAY)
    await deliver()
    expect(await answers()).toHaveLength(3)
  })

  it('are remembered when the mailbox was closed', async () => {
    await setAutomaticReplies(store, AWAY)
    await deliver()
    const { guid } = fixture.mailbox.info
    await fixture.engine.closeMailbox(guid)
    const reopened = await fixture.engine.openMailbox(guid)
    const rows = await reopened.read((tx) => tx.all('SELECT rule_id, sender FROM out_of_office_reply'))
    expect(rows).toEqual([{ rule_id: 0, sender: 'erin@elsewhere.test' }])
    fixture = { ...fixture, mailbox: reopened }
  })

  it('are not remembered, nor sent, when the message could not be delivered', async () => {
    await setAutomaticReplies(store, AWAY)
    const { mailbox } = fixture
    await mailbox.write((tx) => setQuotas(tx, { receive: 1 }))
    await expect(deliver()).rejects.toThrow('ShutoffQuotaExceeded')
    expect(await answers()).toEqual([])
    await mailbox.write((tx) => setQuotas(tx, {}))
    await deliver()
    expect(await answers()).toHaveLength(1)
  })

  it('are there in mailboxes of an older version too', async () => {
    await setAutomaticReplies(store, AWAY)
    await fixture.mailbox.write(async (tx) => {
      await tx.run('DROP TABLE out_of_office_reply')
      await tx.run('PRAGMA user_version = 1')
    })
    const { guid } = fixture.mailbox.info
    await fixture.engine.closeMailbox(guid)
    const mailbox = await fixture.engine.openMailbox(guid)
    expect(await mailbox.read((tx) => tx.all('SELECT * FROM out_of_office_reply'))).toEqual([])
    fixture = { ...fixture, mailbox }
  })

  it('forget whom they have answered when PidTagOutOfOfficeState is set, to whatever value', async () => {
    await setAutomaticReplies(store, AWAY)
    await deliver()
    await store.setProperties([[PidTagOutOfOfficeState, true]])
    await deliver()
    expect(await answers()).toHaveLength(2)
  })

  it('MS-OXCSTOR_R3068004, MS-OXCSTOR_R3072 are what PidTagOutOfOfficeState says, and the other way round', async () => {
    expect(await store.get(PidTagOutOfOfficeState)).toBe(false)
    await setAutomaticReplies(store, AWAY)
    expect(await store.get(PidTagOutOfOfficeState)).toBe(true)
    await store.setProperties([[PidTagOutOfOfficeState, false]])
    expect((await getAutomaticReplies(store)).state).toBe('disabled')
    await deliver()
    expect(await answers()).toEqual([])
    await store.setProperties([[PidTagOutOfOfficeState, true]])
    expect((await getAutomaticReplies(store)).state).toBe('enabled')
    await deliver()
    expect(await answers()).toHaveLength(1)
  })

  it('MS-OXCSTOR_R129 are told of at logon', async () => {
    const { guid } = fixture.mailbox.info
    const isOutOfOffice = async (): Promise<boolean> => {
      await using logged = await fixture.engine.logOn(guid, fixture.logon().principal)
      return logged.logon.isOutOfOffice
    }
    expect(await isOutOfOffice()).toBe(false)
    await setAutomaticReplies(store, AWAY)
    expect(await isOutOfOffice()).toBe(true)
  })

  it('are sent in their time only', async () => {
    const now = nowAsFileTime()
    const at = (from: bigint, until: bigint): AutomaticReplies => ({
      ...AWAY,
      state: 'scheduled',
      from: fileTime(now + from * TICKS_PER_DAY),
      until: fileTime(now + until * TICKS_PER_DAY),
    })
    for (const [from, until, isNow] of [
      [-2n, -1n, false],
      [1n, 2n, false],
      [-1n, 1n, true],
    ] as const) {
      await setAutomaticReplies(store, at(from, until))
      expect(await store.get(PidTagOutOfOfficeState)).toBe(isNow)
      await deliver()
      expect(await answers()).toHaveLength(isNow ? 1 : 0)
    }
    await expect(setAutomaticReplies(store, at(1n, 1n))).rejects.toThrow('begins before it ends')
  })

  it('answer those from outside whom the owner knows, if so set', async () => {
    await setAutomaticReplies(store, { ...AWAY, externalAudience: 'known' })
    await deliver()
    expect(await answers()).toEqual([])
    const [email] = await namedTags(store, [PidLidEmail2EmailAddress], { create: true })
    const contacts = fixture.mailbox.id(fixture.mailbox.info.folders.contacts!)
    await using contact = await store.createMessage(contacts)
    await contact.setProperties([
      [PidTagMessageClass, 'IPM.Contact'],
      [email, 'ERIN@elsewhere.test'],
    ])
    await contact.save()
    await deliver()
    await deliver({ from: 'frank@elsewhere.test' })
    expect(await answered()).toEqual(['erin@elsewhere.test'])
  })

  it('answer with nothing where there is no text', async () => {
    await setAutomaticReplies(store, { ...AWAY, internalReply: '<html><body> <p>&nbsp;</p></body></html>' })
    await deliver({ from: 'bob', origin: INTERNAL })
    expect(await answers()).toEqual([])
  })

  const UNANSWERED: readonly (readonly [string, Mail])[] = [
    ['reports', { extra: [[PidTagMessageClass, 'REPORT.IPM.Note.NDR']] }],
    ['mail without a reverse path', { origin: { reversePath: '' } }],
    ['mail of programs', { header: { 'auto-submitted': 'auto-generated' } }],
    ['other automatic replies', { header: { 'auto-submitted': 'auto-replied; owner-email="a@b"' } }],
    ['mail to lists', { header: { 'list-id': '<news.elsewhere.test>' } }],
    ['mail that can be unsubscribed from', { extra: [[PidTagListUnsubscribe, '<mailto:x@y>']] }],
    ['bulk mail', { header: { precedence: 'bulk' } }],
    ['junk', { header: { precedence: 'Junk' } }],
    ['mail to lists of the old kind', { header: { precedence: 'list' } }],
    ['what was forwarded by a rule', { extra: [[PidTagAutoForwarded, true]] }],
    ['who wants none (X-Auto-Response-Suppress)', { extra: [[PidTagAutoResponseSuppress, 0x10]] }],
    [
      'who is not written to by name',
      {
        extra: [
          [PidTagMessageToMe, false],
          [PidTagMessageCcMe, false],
        ],
      },
    ],
    ['themselves', { from: 'owner', origin: INTERNAL }],
    ...[
      'MAILER-DAEMON@elsewhere.test',
      'no-reply@elsewhere.test',
      'noreply+17@elsewhere.test',
      'do_not_reply@elsewhere.test',
      'news-bounces@elsewhere.test',
      'bounce+alice=example.com@elsewhere.test',
      'owner-news@elsewhere.test',
      'news-request@elsewhere.test',
    ].map((from) => [from, { from }] as const),
  ]

  it.each(UNANSWERED)('do not answer %s', async (_, mail) => {
    await setAutomaticReplies(store, AWAY)
    await deliver(mail)
    expect(await answers()).toEqual([])
  })

  it('answer people whose names are only like those of programs, and who say that they wrote themselves', async () => {
    await setAutomaticReplies(store, AWAY)
    await deliver({ from: 'norah.eply@elsewhere.test' })
    await deliver({
      from: 'owner@elsewhere.test',
      header: { 'auto-submitted': 'no', precedence: 'first-class' },
    })
    await deliver({
      from: 'frank@elsewhere.test',
      extra: [
        [PidTagMessageToMe, false],
        [PidTagMessageCcMe, true],
      ],
    })
    expect(await answers()).toHaveLength(3)
  })

  it('go by nobody but those who may change the mailbox', async () => {
    await expect(setAutomaticReplies(await fixture.store('stranger'), AWAY)).rejects.toThrow('AccessDenied')
    await expect(setAutomaticReplies(await fixture.publicStore('admin'), AWAY)).rejects.toThrow(
      'NotSupported',
    )
  })

  describe('of rules', () => {
    async function oofRule(state: number, kind: 'oofReply' | 'reply' = 'oofReply'): Promise<void> {
      await using inbox = await store.openFolder(store.logon.folders.inbox!)
      await using template = await inbox.createMessage({ associated: true })
      await template.setProperties([
        [PidTagMessageClass, 'IPM.Note.Rules.OofTemplate.Microsoft'],
        [PidTagSubject, 'I am away'],
        [PidTagBody, 'From a rule'],
      ])
      const messageId = await template.save()
      const target = { kind: 'ids', folderId: inbox.id, messageId } as const
      await using rules = await inbox.rules()
      await rules.modify([
        {
          operation: 'add',
          properties: [
            [PidTagRuleProvider, 'MSFT:TDX OOF Rules'],
            [PidTagRuleSequence, 1],
            [PidTagRuleState, state],
            [PidTagRuleCondition, exists(PidTagSubject)],
            [
              PidTagRuleActions,
              [kind === 'reply' ? replyWith(target, NO_GUID) : oofReplyWith(target, NO_GUID)],
            ],
          ],
        },
      ])
    }

    const ONCE = RuleState.ST_ONLY_WHEN_OOF | RuleState.ST_KEEP_OOF_HIST

    it('MS-OXORULE_R255, MS-OXORULE_R922, MS-OXORULE_R906, MS-OXORULE_R553 are those of the template', async () => {
      await oofRule(RuleState.ST_ONLY_WHEN_OOF)
      await deliver()
      expect(await answers()).toEqual([])
      await store.setProperties([[PidTagOutOfOfficeState, true]])
      await deliver()
      await deliver()
      expect(await answers()).toEqual([
        { to: 'erin@elsewhere.test', subject: 'I am away', text: 'From a rule' },
        { to: 'erin@elsewhere.test', subject: 'I am away', text: 'From a rule' },
      ])
      const [reply] = await waiting()
      const [autoSubmitted] = await namedTags(store, [AUTO_SUBMITTED])
      expect(await reply!.get(autoSubmitted)).toBe('auto-replied')
      expect(await reply!.get(PidTagMessageClass)).toBe('IPM.Note.rules.OOFTemplate')
    })

    it('MS-OXORULE_R556, MS-OXORULE_R557, MS-OXORULE_R558, MS-OXORULE_R583 are sent once to each sender', async () => {
      await oofRule(ONCE)
      await store.setProperties([[PidTagOutOfOfficeState, true]])
      await deliver()
      await deliver()
      await deliver({ from: 'frank@elsewhere.test' })
      expect(await answered()).toEqual(['erin@elsewhere.test', 'frank@elsewhere.test'])
    })

    it('MS-OXORULE_R585, MS-OXCSTOR_R663 are sent again in the next absence, and when that begins anew', async () => {
      await oofRule(ONCE)
      for (const [state, count] of [
        [true, 1],
        [true, 2],
        [false, 2],
        [true, 3],
      ] as const) {
        await store.setProperties([[PidTagOutOfOfficeState, state]])
        await deliver()
        expect(await answers()).toHaveLength(count)
      }
    })

    it('take the place of those of the mailbox', async () => {
      await setAutomaticReplies(store, AWAY)
      await oofRule(ONCE)
      await deliver()
      await deliver()
      expect((await answers()).map(({ text }) => text)).toEqual(['From a rule'])
    })

    it('MS-OXORULE_R533 are as careful', async () => {
      await oofRule(ONCE)
      await store.setProperties([[PidTagOutOfOfficeState, true]])
      for (const [, mail] of UNANSWERED) await deliver(mail)
      expect(await answers()).toEqual([])
      await deliver({ from: 'erin@elsewhere.test' })
      expect(await answers()).toHaveLength(1)
    })

    it('answer no program, whatever action they have', async () => {
      await oofRule(RuleState.ST_ENABLED, 'reply')
      await deliver({ header: { 'auto-submitted': 'auto-generated' } })
      expect(await answers()).toEqual([])
      await deliver()
      const [reply] = await waiting()
      const [autoSubmitted] = await namedTags(store, [AUTO_SUBMITTED])
      expect(await reply!.get(autoSubmitted)).toBe('auto-replied')
    })
  })
})
