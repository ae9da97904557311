import { join } from 'node:path'
import { logon, type MailFolder, type MailSession } from '@bourse/client'
import {
  and,
  atLeast,
  EXTENDED_RULE_MESSAGE_CLASS,
  equals,
  extendedRuleActions,
  extendedRuleCondition,
  folderByEntryId,
  moveTo,
  not,
  PidTagContentFilterSpamConfidenceLevel,
  PidTagEntryId,
  PidTagExtendedRuleMessageActions,
  PidTagExtendedRuleMessageCondition,
  PidTagMessageClass,
  PidTagRuleMessageName,
  PidTagRuleMessageProvider,
  PidTagRuleMessageSequence,
  PidTagRuleMessageState,
  PidTagSenderSmtpAddress,
  PidTagSubject,
  PidTagTransportMessageHeaders,
  RuleState,
} from '@bourse/mapi'
import { encodeWith } from '@bourse/mapi/bytes'
import { createTransport } from 'nodemailer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseSettings } from '../../src/config/index.ts'
import { loadCertificate } from '../../src/http/index.ts'
import { silentLog } from '../../src/log/index.ts'
import { MAX_SIGNATURES } from '../../src/mail-flow/checks/index.ts'
import { SmtpFront } from '../../src/mail-flow/smtp-in/index.ts'
import { type LiveServer, PASSWORD, startLiveServer } from '../support/live-server.ts'
import { fakeDns } from './support/fake-dns.ts'
import { type FakeRspamd, startFakeRspamd } from './support/fake-rspamd.ts'
import { signed, signingKey } from './support/signed-mail.ts'

const ORGANIZATION = `
organization: Example
domains: [example.com]
users:
  - { name: alice, displayName: Alice Adams, initialPassword: ${PASSWORD} }
publicFolders:
  - { path: /News, name: news, address: news@example.com, permissions: { default: reviewer } }
`

const KEY = signingKey()
const DNS = fakeDns({
  'TXT good.test': ['v=spf1 ip4:127.0.0.1 -all'],
  'TXT _dmarc.good.test': ['v=DMARC1; p=reject'],
  'TXT s._domainkey.good.test': [KEY.record],
  'TXT strict.test': ['v=spf1 -all'],
  'TXT _dmarc.strict.test': ['v=DMARC1; p=reject'],
  'TXT _dmarc.careful.test': ['v=DMARC1; p=quarantine'],
  'TXT broken.test': 'ESERVFAIL',
  'TXT _dmarc.broken.test': ['v=DMARC1; p=reject'],
})

describe('mail from the internet', { timeout: 120_000 }, () => {
  let live: LiveServer
  let rspamd: FakeRspamd
  let alice: MailSession

  beforeAll(async () => {
    live = await startLiveServer('workers: 1', ORGANIZATION)
    rspamd = await startFakeRspamd()
    alice = await logon({ address: 'alice@example.com', password: PASSWORD, server: live.url })
  }, 120_000)

  afterAll(async () => {
    await alice[Symbol.asyncDispose]()
    await rspamd[Symbol.asyncDispose]()
    await live[Symbol.asyncDispose]()
  })

  /** A server for mail from outside with these settings of `mail.incoming`, to which this machine is like any other. */
  async function startFront(checks: string, filter = '{}') {
    const { server, data } = live
    const yaml = `mail: { incoming: { checks: { trusted: [], ${checks} }, filter: ${filter} } }`
    const front = await SmtpFront.start({
      hostName: 'mx.example.com',
      addresses: [{ host: '127.0.0.1', port: 0 }],
      settings: parseSettings(`data: x\n${yaml}`, '/x/bourse.yaml').mail.incoming,
      tls: await loadCertificate({ certificate: undefined, key: undefined }, data),
      spool: join(data, 'spool'),
      log: silentLog,
      directory: server.directory,
      publicFolders: server.publicFolders,
      room: (receiver) => server.pool.room(receiver),
      deliver: (delivery) => server.pool.deliverMime(delivery),
      dns: DNS,
      observe() {},
    })
    const port = Number(new URL(front.urls[0]!).port)
    return {
      async send(raw: string, from = 'erin@good.test', to = 'alice@example.com') {
        const transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true })
        try {
          return await transport.sendMail({ envelope: { from, to }, raw })
        } finally {
          transport.close()
        }
      },
      [Symbol.asyncDispose]: () => front.stop(0),
    }
  }

  async function find(
    folder: MailFolder,
    subject: string,
  ): Promise<{ header: string; level?: number } | undefined> {
    for await (const each of folder.messages({ select: [PidTagSubject] })) {
      if (each.get(PidTagSubject) !== subject) continue
      await using message = await folder.openMessage(each.id)
      const level = await message.get(PidTagContentFilterSpamConfidenceLevel)
      const header = (await message.get(PidTagTransportMessageHeaders))!
      return { header, ...(level === undefined ? {} : { level }) }
    }
    return undefined
  }

  const inInbox = async (subject: string) => find(await alice.store.inbox(), subject)
  const inJunk = async (subject: string) => find(await alice.store.folder('Junk Email'), subject)
  const mailFrom = (domain: string, subject: string, more = ''): string =>
    `${more}From: erin@${domain}\r\nTo: alice@example.com\r\nSubject: ${subject}\r\n\r\nx\r\n`

  it('tells where it is from, above how it came', async () => {
    await using front = await startFront('')
    await front.send(await signed(mailFrom('good.test', 'Good'), 'good.test', KEY))
    const { header, level } = (await inInbox('Good'))!
    expect(header).toMatch(
      /^Return-Path: <erin@good\.test>\r\nAuthentication-Results: mx\.example\.com;\r\n dkim=pass [\s\S]*?;\r\n spf=pass [\s\S]*?;\r\n dmarc=pass [\s\S]*?\r\nReceived: /,
    )
    expect(level).toBeUndefined()
  })

  it.each([10, 100_000])('cannot tell so itself (body of %d bytes)', async (size) => {
    await using front = await startFront('')
    const forged =
      'Authentication-Results: mx.example.com; dmarc=pass\r\nX-MS-Exchange-Organization-SCL: -1\r\n'
    const others = 'Authentication-Results: mx.other.test; dmarc=pass\r\n'
    const subject = `Forged ${size}`
    await front.send(mailFrom('good.test', subject, forged + others) + 'y\r\n'.repeat(size / 3))
    const { header, level } = (await inInbox(subject))!
    expect(header.match(/^Authentication-Results: mx\.example\.com/gm)).toHaveLength(1)
    expect(header).toContain('X-Foreign-Auth-Results: mx.example.com; dmarc=pass')
    expect(header).toContain(others)
    expect(level).toBeUndefined()
  })

  it('may have more signatures than anybody looks at', async () => {
    await using front = await startFront('')
    const others = `DKIM-Signature: v=1; d=other.test; s=s; b=x\r\n`
    const message = (subject: string) => signed(mailFrom('good.test', subject), 'good.test', KEY)
    await front.send(others.repeat(MAX_SIGNATURES - 1) + (await message('Last of them')))
    expect((await inInbox('Last of them'))!.header).toContain('dkim=pass')
    await front.send(others.repeat(MAX_SIGNATURES) + (await message('One too many')))
    const { header } = (await inInbox('One too many'))!
    expect(header).toMatch(/^X-DKIM-Skipped: .*d=good\.test/m)
    expect(header).not.toContain('dkim=pass')
  })

  it('goes to the folder of junk if it is not from where it says, and its domain wants that or more', async () => {
    await using front = await startFront('')
    await front.send(mailFrom('strict.test', 'Strict'))
    await front.send(mailFrom('careful.test', 'Careful'))
    for (const subject of ['Strict', 'Careful']) {
      expect((await inJunk(subject))!.level).toBe(6)
      expect((await inJunk(subject))!.header).toContain('dmarc=fail')
      expect(await inInbox(subject)).toBeUndefined()
    }
    // Mail to public folders goes where it is to go.
    await front.send(mailFrom('strict.test', 'News'), 'erin@good.test', 'news@example.com')
  })

  it('is refused, or taken as any other, if the settings say so', async () => {
    await using strict = await startFront('onReject: refuse')
    await expect(strict.send(mailFrom('strict.test', 'Refused'))).rejects.toMatchObject({
      response: expect.stringMatching(/^550 5\.7\.1 .*DMARC/),
    })
    await strict.send(mailFrom('careful.test', 'Not refused'))
    expect(await inJunk('Not refused')).toBeDefined()
    await using lax = await startFront('onReject: accept')
    await lax.send(mailFrom('strict.test', 'Taken'))
    expect((await inInbox('Taken'))!.header).toContain('dmarc=fail')
    await using off = await startFront('enabled: false, onReject: refuse')
    await off.send(mailFrom('strict.test', 'Unchecked'))
    expect((await inInbox('Unchecked'))!.header).not.toContain('Authentication-Results')
  })

  it('is taken while DNS gives no answer', async () => {
    await using front = await startFront('onReject: refuse')
    await front.send(mailFrom('broken.test', 'Broken'), 'erin@broken.test')
    expect((await inInbox('Broken'))!.header).toContain('spf=temperror')
  })

  it('is what a filter makes of it', async () => {
    await using front = await startFront(
      'enabled: false',
      `{ url: "${rspamd.url}", whenUnreachable: postpone }`,
    )
    const added = { milter: { add_headers: { 'X-Spam-Bar': '+++' } } }
    rspamd.answer = { action: 'no action', ...added }
    await front.send(mailFrom('good.test', 'Ham'))
    expect((await inInbox('Ham'))!.header).toContain('X-Spam-Bar: +++\r\n')
    rspamd.answer = { action: 'add header', score: 8, required_score: 10, ...added }
    await front.send(mailFrom('good.test', 'Spam'))
    expect(await inJunk('Spam')).toMatchObject({
      level: 7,
      header: expect.stringContaining('X-Spam-Bar: +++\r\n'),
    })
    expect(rspamd.requests.at(-1)!.recipients).toEqual(['alice@example.com'])
    rspamd.answer = { action: 'reject', messages: { smtp_message: 'Viagra' } }
    await expect(front.send(mailFrom('good.test', 'No'))).rejects.toMatchObject({
      response: '550 5.7.1 Viagra',
    })
    rspamd.answer = { action: 'soft reject' }
    await expect(front.send(mailFrom('good.test', 'No'))).rejects.toMatchObject({
      response: expect.stringMatching(/^451 4\.7\.1 /),
    })
    rspamd.answer = 'nonsense'
    await expect(front.send(mailFrom('good.test', 'No'))).rejects.toMatchObject({
      response: expect.stringMatching(/^451 4\.7\.1 /),
    })
    expect([await inInbox('No'), await inJunk('No')]).toEqual([undefined, undefined])
  })

  it('is left to the rule for junk, if the owner of the mailbox has one, which knows whom they trust', async () => {
    const { id: junkId } = await alice.store.folder('Junk Email')
    await using junk = await alice.store.raw.openFolder(junkId)
    const target = moveTo(folderByEntryId((await junk.get(PidTagEntryId))!))
    const condition = and(
      atLeast(PidTagContentFilterSpamConfidenceLevel, 4),
      not(equals(PidTagSenderSmtpAddress, 'erin@careful.test')),
    )
    await using inbox = await alice.store.raw.openFolder(alice.store.raw.logon.folders.inbox!)
    await using rule = await inbox.createMessage({ associated: true })
    const none = { namedProperties: [] }
    await rule.setProperties([
      [PidTagMessageClass, EXTENDED_RULE_MESSAGE_CLASS],
      [PidTagRuleMessageName, 'Junk E-mail Rule'],
      [PidTagRuleMessageProvider, 'JunkEmailRule'],
      [PidTagRuleMessageSequence, 0],
      [PidTagRuleMessageState, RuleState.ST_ENABLED | RuleState.ST_EXIT_LEVEL],
      [PidTagExtendedRuleMessageActions, encodeWith(extendedRuleActions, { ...none, actions: [target] })],
      [
        PidTagExtendedRuleMessageCondition,
        encodeWith(extendedRuleCondition, { ...none, restriction: condition }),
      ],
    ])
    const id = await rule.save()
    await using front = await startFront('')
    await front.send(mailFrom('strict.test', 'Not trusted'))
    await front.send(mailFrom('careful.test', 'Trusted'))
    expect((await inJunk('Not trusted'))!.level).toBe(6)
    expect((await inInbox('Trusted'))!.level).toBe(6)
    expect([await inInbox('Not trusted'), await inJunk('Trusted')]).toEqual([undefined, undefined])
    await inbox.deleteMessages([id])
  })
})
