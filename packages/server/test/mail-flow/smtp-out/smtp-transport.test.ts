import fc from 'fast-check'
import { generate } from 'selfsigned'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Misbehaviour, type Script, ScriptedServer } from './scripted-server.ts'
import { inShort, LETTER, Messages, transportTo, type Zone } from './surroundings.ts'

const ONE: Zone = { 'elsewhere.test': { mx: [[10, 'mx.test']] }, 'mx.test': { a: ['127.0.0.1'] } }
/** Two servers on the same port of two loopback addresses. */
const TWO: Zone = {
  'elsewhere.test': {
    mx: [
      [10, 'first.test'],
      [20, 'second.test'],
    ],
  },
  'first.test': { a: ['127.0.0.2'] },
  'second.test': { a: ['127.0.0.1'] },
}
const ERIN = 'erin@elsewhere.test'
const FRED = 'fred@elsewhere.test'
/** More than the buffers of the network hold. */
const LONG = LETTER + `${'x'.repeat(70)}\r\n`.repeat(40_000)
const SHORT = 'timeouts: { greeting: 200ms, command: 200ms, block: 200ms, end: 200ms }'

describe('sending by SMTP', { timeout: 30_000 }, () => {
  const messages = new Messages()
  let tls: { key: string; cert: string }
  let ofOther: { key: string; cert: string }

  beforeAll(async () => {
    tls = await certificateFor('mx.test')
    ofOther = await certificateFor('other.test')
  })
  afterAll(() => messages[Symbol.dispose]())

  /** TLS that the server offers, but cannot do with anybody: its cipher is for other keys. */
  const incompatible = () => ({
    ...tls,
    maxVersion: 'TLSv1.2' as const,
    ciphers: 'ECDHE-RSA-AES128-GCM-SHA256',
  })

  /** Sends one message to a server with a script. */
  async function send(
    script: Script,
    recipients: Parameters<Messages['attempt']>[0] = [ERIN],
    {
      outgoing = '',
      zone = ONE,
      ...more
    }: Parameters<Messages['attempt']>[1] & {
      readonly outgoing?: string
      readonly zone?: Zone
    } = {},
  ) {
    await using server = await ScriptedServer.start(script)
    await using transport = transportTo(server.port, zone, outgoing, {
      certificateAuthority: [tls.cert, ofOther.cert],
    })
    const outcomes = await transport.deliver(messages.attempt(recipients, more))
    const { messages: taken, commands, connections } = server
    return { outcomes, results: inShort(outcomes), taken, commands, connections }
  }

  it('brings a message byte for byte, and says who took it', async () => {
    const { outcomes, taken, commands } = await send({})
    expect(outcomes).toEqual([
      {
        address: ERIN,
        result: 'delivered',
        status: '2.0.0',
        diagnostic: '250 2.0.0 Taken',
        remoteHost: 'mx.test',
      },
    ])
    expect(taken).toMatchObject([{ data: LETTER, recipients: [ERIN], isSecure: false }])
    expect(commands.slice(0, 4)).toEqual([
      'EHLO mail.example.com',
      'MAIL FROM:<alice@example.com>',
      'RCPT TO:<erin@elsewhere.test>',
      'DATA',
    ])
  })

  it('brings reports, which are from nobody', async () => {
    const { commands } = await send({}, [ERIN], { from: '' })
    expect(commands).toContain('MAIL FROM:<>')
  })

  it('is understood by a server of another make', async () => {
    const bodies: string[] = []
    const server = new SMTPServer({
      ...tls,
      authOptional: true,
      onData(stream, _session, done) {
        let body = ''
        stream.on('data', (chunk) => {
          body += chunk
        })
        stream.on('end', () => {
          bodies.push(body)
          done()
        })
      },
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.server.address() as { port: number }
    await using transport = transportTo(port, ONE)
    expect(inShort(await transport.deliver(messages.attempt([ERIN, FRED])))).toEqual([
      'delivered 2.0.0',
      'delivered 2.0.0',
    ])
    expect(bodies).toEqual([LETTER])
    await transport[Symbol.asyncDispose]()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  })

  describe('per recipient', () => {
    it.each([[[]], [['PIPELINING']]])(
      'keeps apart who is accepted, deferred and refused: %j',
      async (extensions) => {
        const answers: Record<string, string> = {
          'RCPT TO:<later@elsewhere.test>': '450-4.2.1 Busy,\r\n450 4.2.1 come back',
          'RCPT TO:<never@elsewhere.test>': '550 5.1.1 Nobody here',
          'RCPT TO:<old@elsewhere.test>': '551 moved',
        }
        const recipients = ['later@elsewhere.test', ERIN, 'never@elsewhere.test', 'old@elsewhere.test', FRED]
        const { outcomes, taken } = await send(
          { extensions, reply: (command) => answers[command] },
          recipients,
        )
        expect(inShort(outcomes)).toEqual([
          'deferred 4.2.1',
          'delivered 2.0.0',
          'failed 5.1.1',
          'failed 5.0.0',
          'delivered 2.0.0',
        ])
        expect(outcomes[0]!.diagnostic).toBe('450 4.2.1 Busy, come back')
        expect(taken).toMatchObject([{ recipients: [ERIN, FRED] }])
      },
    )

    it.each([[[]], [['PIPELINING']]])('tells when all are refused: %j', async (extensions) => {
      const reply = (command: string) =>
        command.startsWith('RCPT') ? (command.includes('erin') ? '550 5.1.1 No' : '450 4.2.0 No') : undefined
      expect((await send({ extensions, reply }, [ERIN, FRED])).results).toEqual([
        'failed 5.1.1',
        'deferred 4.2.0',
      ])
    })

    it('has one outcome for each, also for those that are named twice or are no addresses', async () => {
      const { outcomes, taken } = await send({}, [
        ERIN,
        ERIN,
        'nobody',
        'a\r\nb@elsewhere.test',
        '<x>@elsewhere.test',
      ])
      expect(inShort(outcomes)).toEqual([
        'delivered 2.0.0',
        'delivered 2.0.0',
        'failed 5.1.3',
        'failed 5.1.3',
        'failed 5.1.3',
      ])
      expect(taken).toMatchObject([{ recipients: [ERIN] }])
    })

    it('sends again for those who were too many at once', async () => {
      let count = 0
      const reply = (command: string) => {
        if (command.startsWith('MAIL')) count = 0
        return command.startsWith('RCPT') && ++count > 2 ? '452 4.5.3 Too many' : undefined
      }
      const five = Array.from({ length: 5 }, (_, i) => `u${i}@elsewhere.test`)
      const { results, taken, connections } = await send({ reply }, five)
      expect(results).toEqual(Array(5).fill('delivered 2.0.0'))
      expect(taken.map(({ recipients }) => recipients.length)).toEqual([2, 2, 1])
      expect(connections).toBe(1)
    })

    it('does not send for ever for those whose mailbox is full', async () => {
      const reply = (command: string) => (command.includes('<fred') ? '452 4.5.3 Too many' : undefined)
      const { results } = await send({ reply }, [ERIN, FRED])
      expect(results).toEqual(['delivered 2.0.0', 'deferred 4.5.3'])
    })

    it('sends a message of its own for so many recipients', async () => {
      const five = Array.from({ length: 5 }, (_, i) => `u${i}@elsewhere.test`)
      const { taken } = await send({}, five, { outgoing: 'recipientsPerMessage: 2' })
      expect(taken.map(({ recipients }) => recipients.length)).toEqual([2, 2, 1])
    })
  })

  describe('answers', () => {
    const at =
      (verb: string, answer: string | Misbehaviour) =>
      (command: string): string | Misbehaviour | undefined =>
        command.startsWith(verb) ? answer : undefined

    /** Who is silent is not waited for long. */
    const timesFor = (answer: string | Misbehaviour) => (answer === 'silence' ? { outgoing: SHORT } : {})

    it.each<[string, string | Misbehaviour, string]>([
      ['MAIL', '451 4.7.1 Greylisted', 'deferred 4.7.1'],
      ['MAIL', '553 5.1.8 No such sender', 'failed 5.1.8'],
      ['MAIL', '421 4.3.2 Going down', 'deferred 4.3.2'],
      ['MAIL', 'drop', 'deferred 4.4.2'],
      ['MAIL', 'silence', 'deferred 4.4.2'],
      ['RCPT', '421 4.3.2 Going down', 'deferred 4.3.2'],
      ['RCPT', 'drop', 'deferred 4.4.2'],
      ['RCPT', '299', 'delivered 2.0.0'],
      ['RCPT', '700 What', 'deferred 4.5.0'],
      ['RCPT', '550 4.2.1 Contradiction', 'failed 5.0.0'],
      ['DATA', '451 4.3.0 Later', 'deferred 4.3.0'],
      ['DATA', '554 5.7.1 No', 'failed 5.7.1'],
      ['DATA', 'drop', 'deferred 4.4.2'],
      ['DATA', '421 4.3.2 Going down', 'deferred 4.3.2'],
      ['.', '451 4.3.0 Later', 'deferred 4.3.0'],
      ['.', '554 5.7.1 Spam', 'failed 5.7.1'],
      ['.', '552 5.2.2 Full', 'failed 5.2.2'],
      ['.', '421 4.3.2 Going down', 'deferred 4.3.2'],
      ['.', 'drop', 'deferred 4.4.2'],
      ['.', 'silence', 'deferred 4.4.2'],
      ['EHLO', 'drop', 'deferred 4.4.2'],
      ['EHLO', '421 4.3.2 Going down', 'deferred 4.3.2'],
      ['EHLO', '502 What?', 'delivered 2.0.0'],
    ])('to %s: %s', async (verb, answer, expected) => {
      for (const extensions of [[], ['PIPELINING']])
        expect(
          (await send({ extensions, reply: at(verb, answer) }, [ERIN], timesFor(answer))).results,
        ).toEqual([expected])
    })

    it.each<[string | Misbehaviour, string]>([
      ['421 4.3.2 Busy', 'deferred 4.3.2'],
      ['450 Busy', 'deferred 4.0.0'],
      ['554 5.7.1 Not you', 'failed 5.7.1'],
      ['521 No mail', 'failed 5.0.0'],
      ['250 Hello', 'deferred 4.5.0'],
      ['SSH-2.0-Server', 'deferred 4.5.0'],
      ['drop', 'deferred 4.4.2'],
      ['silence', 'deferred 4.4.1'],
    ])('as a greeting: %s', async (greeting, expected) => {
      expect((await send({ greeting }, [ERIN], timesFor(greeting))).results).toEqual([expected])
    })

    it('takes no answer for one that comes before the message has', async () => {
      const reply = '552 5.3.4 Too large'
      expect((await send({ interrupt: { after: 1000, reply } }, [ERIN], { content: LONG })).results).toEqual([
        'failed 5.3.4',
      ])
      expect(
        (await send({ interrupt: { after: 1000, reply: '250 Thanks' } }, [ERIN], { content: LONG })).results,
      ).toEqual(['deferred 4.4.2'])
    })

    it('comes back when the connection breaks within the message', async () => {
      expect((await send({ dropAfter: 5000 }, [ERIN], { content: LONG })).results).toEqual(['deferred 4.4.2'])
    })

    it('waits while a server takes what it is sent', async () => {
      const { results, taken } = await send({}, [ERIN], { content: LONG })
      expect(results).toEqual(['delivered 2.0.0'])
      expect(taken[0]!.data.length).toBe(LONG.length)
    })

    it('is not waited for for ever where a server takes no more of the message', async () => {
      const content = Buffer.alloc(30_000_000, `${'x'.repeat(76)}\r\n`)
      const { results, taken } = await send({ stallAfter: 1000 }, [ERIN], {
        content,
        outgoing: 'timeouts: { block: 300ms }',
      })
      expect(results).toEqual(['deferred 4.4.2'])
      expect(taken).toEqual([])
    })

    it('are no reason to trust a server that says things unasked', async () => {
      const reply = (command: string) =>
        command.startsWith('MAIL') ? '250 Ok\r\n250 Ok\r\n250 Ok' : undefined
      const { results } = await send({ reply })
      expect(results[0]).not.toMatch(/^failed/)
    })
  })

  describe('several servers', () => {
    /** Both on one port. */
    async function sendToTwo(first: Script | undefined, second: Script = {}, recipients = [ERIN]) {
      const content = first?.dropAfter === undefined ? LETTER : LONG
      await using two = await ScriptedServer.start(second, 0, '127.0.0.1')
      await using one =
        first === undefined ? undefined : await ScriptedServer.start(first, two.port, '127.0.0.2')
      await using transport = transportTo(two.port, TWO, 'timeouts: { greeting: 1s }')
      const outcomes = await transport.deliver(messages.attempt(recipients, { content }))
      return { results: inShort(outcomes), first: one?.messages ?? [], second: two.messages, outcomes }
    }

    it.each<[string, Script | undefined]>([
      ['cannot be reached', undefined],
      ['is busy', { greeting: '421 4.3.2 Busy' }],
      ['takes no mail', { greeting: '554 5.3.2 No mail here' }],
      ['says nothing', { greeting: 'silence' }],
      ['hangs up', { greeting: 'drop' }],
      ['hangs up at MAIL', { reply: (command) => (command.startsWith('MAIL') ? 'drop' : undefined) }],
      [
        'goes down at RCPT',
        { reply: (command) => (command.startsWith('RCPT') ? '421 4.3.2 Down' : undefined) },
      ],
      ['hangs up at DATA', { reply: (command) => (command.startsWith('DATA') ? 'drop' : undefined) }],
      ['breaks off within the message', { dropAfter: 1 }],
      [
        'goes down after the message',
        { reply: (command) => (command === '.' ? '421 4.3.2 Down' : undefined) },
      ],
    ])('goes to the next where the first one %s', async (_what, first) => {
      const { outcomes, second } = await sendToTwo(first)
      expect(outcomes).toMatchObject([{ result: 'delivered', remoteHost: 'second.test' }])
      expect(second).toHaveLength(1)
    })

    it('does not go to the next where the first has said no', async () => {
      const reply = (command: string) => (command.startsWith('RCPT') ? '450 4.2.1 Later' : undefined)
      const { results, second } = await sendToTwo({ reply })
      expect(results).toEqual(['deferred 4.2.1'])
      expect(second).toEqual([])
    })

    it('does not go to the next where the first may have taken it', async () => {
      const { results, second } = await sendToTwo({
        reply: (command) => (command === '.' ? 'drop' : undefined),
      })
      expect(results).toEqual(['deferred 4.4.2'])
      expect(second).toEqual([])
    })

    it('goes to the next with those only on whom there is no answer', async () => {
      const reply = (command: string) =>
        command.includes('<erin')
          ? '550 5.1.1 Nobody'
          : command.includes('<fred')
            ? '421 4.3.2 Down'
            : undefined
      const { results, second } = await sendToTwo({ reply }, {}, [ERIN, FRED])
      expect(results).toEqual(['failed 5.1.1', 'delivered 2.0.0'])
      expect(second).toMatchObject([{ recipients: [FRED] }])
    })

    it('fails only if all say that it is for good', async () => {
      const no: Script = { greeting: '554 5.3.2 No mail here' }
      expect((await sendToTwo(no, no)).results).toEqual(['failed 5.3.2'])
      expect((await sendToTwo(no, { greeting: '421 4.3.2 Busy' })).results).toEqual(['deferred 4.3.2'])
      expect((await sendToTwo({ greeting: '421 4.3.2 Busy' }, no)).results).toEqual(['deferred 4.3.2'])
    })

    it('tries all addresses of one server', async () => {
      const zone: Zone = {
        'elsewhere.test': { mx: [[10, 'mx.test']] },
        'mx.test': { a: ['127.0.0.3', '127.0.0.4', '127.0.0.1', '127.0.0.5'] },
      }
      expect((await send({}, [ERIN], { zone })).results).toEqual(['delivered 2.0.0'])
    })
  })

  describe('what a server can do', () => {
    it('does not send what is too large', async () => {
      const { outcomes, commands } = await send({ extensions: ['SIZE 50'] })
      expect(outcomes).toMatchObject([{ result: 'failed', status: '5.3.4', remoteHost: 'mx.test' }])
      expect(commands).not.toContain('DATA')
      expect((await send({ extensions: ['SIZE 5000'] })).commands).toContain(
        `MAIL FROM:<alice@example.com> SIZE=${LETTER.length}`,
      )
    })

    it('sends 8-bit text only where it is taken', async () => {
      const content = Buffer.from(`${LETTER}Grüße\r\n`)
      expect((await send({}, [ERIN], { content })).results).toEqual(['failed 5.6.3'])
      const { commands, taken } = await send({ extensions: ['8BITMIME'] }, [ERIN], { content })
      expect(commands).toContain('MAIL FROM:<alice@example.com> BODY=8BITMIME')
      expect(Buffer.from(taken[0]!.data, 'latin1').equals(content)).toBe(true)
    })

    it('sends headers in UTF-8 only where they are taken', async () => {
      const content = Buffer.from(`Subject: Grüße\r\n${LETTER}`)
      expect((await send({ extensions: ['8BITMIME'] }, [ERIN], { content })).results).toEqual([
        'failed 5.6.9',
      ])
      const { commands } = await send({ extensions: ['8BITMIME', 'SMTPUTF8'] }, [ERIN], { content })
      expect(commands).toContain('MAIL FROM:<alice@example.com> BODY=8BITMIME SMTPUTF8')
    })

    it('takes headers in other character sets for what they are, broken', async () => {
      const content = Buffer.from(`Subject: Gr\xfc\xdfe\r\n${LETTER}`, 'latin1')
      expect((await send({ extensions: ['8BITMIME'] }, [ERIN], { content })).results).toEqual([
        'delivered 2.0.0',
      ])
    })

    it('sends to addresses that are not ASCII only where they are known', async () => {
      const recipients = [ERIN, 'jörg@elsewhere.test']
      expect((await send({}, recipients)).results).toEqual(['delivered 2.0.0', 'failed 5.6.7'])
      const { results, commands } = await send({ extensions: ['SMTPUTF8'] }, recipients)
      expect(results).toEqual(['delivered 2.0.0', 'delivered 2.0.0'])
      expect(commands).toContain('MAIL FROM:<alice@example.com> SMTPUTF8')
      expect((await send({}, [ERIN], { from: 'älice@example.com' })).results).toEqual(['failed 5.6.7'])
    })

    it('writes domains in ASCII', async () => {
      const { commands } = await send({}, ['erin@bücher.test'], {
        domain: 'xn--bcher-kva.test',
        zone: { 'xn--bcher-kva.test': { a: ['127.0.0.1'] } },
      })
      expect(commands).toContain('RCPT TO:<erin@xn--bcher-kva.test>')
    })

    it('passes on what the sender wants to be told, each of their own, where the server can tell', async () => {
      const recipients = [
        {
          address: ERIN,
          notify: ['success', 'failure'] as const,
          originalRecipient: 'rfc822;e+2Brin@x.test',
        },
        { address: FRED, notify: [] },
        { address: 'gina@elsewhere.test' },
      ]
      const more = { envelopeId: 'QQ+3D314159', returned: 'headers' as const }
      for (const extensions of [['DSN'], ['DSN', 'PIPELINING']]) {
        await using server = await ScriptedServer.start({ extensions })
        await using transport = transportTo(server.port, ONE)
        const outcomes = await transport.deliver(messages.attempt(recipients, more))
        expect(outcomes.map(({ reportsItself }) => reportsItself)).toEqual([true, true, true])
        expect(server.messages[0]!.commands).toEqual([
          'MAIL FROM:<alice@example.com> RET=HDRS ENVID=QQ+3D314159',
          'RCPT TO:<erin@elsewhere.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;e+2Brin@x.test',
          'RCPT TO:<fred@elsewhere.test> NOTIFY=NEVER',
          'RCPT TO:<gina@elsewhere.test>',
        ])
      }
      const odd = [{ address: ERIN, originalRecipient: 'rfc822;e rin' }]
      const { commands } = await send({ extensions: ['DSN'] }, odd, { envelopeId: 'a=b' })
      expect(commands.slice(1, 3)).toEqual(['MAIL FROM:<alice@example.com>', 'RCPT TO:<erin@elsewhere.test>'])
      await using server = await ScriptedServer.start()
      await using transport = transportTo(server.port, ONE)
      const outcomes = await transport.deliver(messages.attempt(recipients, more))
      expect(outcomes.map(({ reportsItself }) => reportsItself)).toEqual([undefined, undefined, undefined])
      expect(server.messages[0]!.commands[0]).toBe('MAIL FROM:<alice@example.com>')
    })
  })

  describe('TLS', () => {
    it('is used where the server has it, with any certificate', async () => {
      const { taken } = await send({ tls: ofOther })
      expect(taken).toMatchObject([{ isSecure: true }])
    })

    it('is done without where it does not work', async () => {
      expect((await send({ tls: incompatible() })).taken).toMatchObject([{ isSecure: false }])
      const refuse = (command: string) => (command === 'STARTTLS' ? '454 4.7.0 Not now' : undefined)
      expect((await send({ tls, reply: refuse })).taken).toMatchObject([{ isSecure: false }])
      const hangUp = (command: string) => (command === 'STARTTLS' ? 'drop' : undefined)
      expect((await send({ tls, reply: hangUp })).results).toEqual(['deferred 4.4.2'])
      const lie = (command: string) => (command === 'STARTTLS' ? '220 Go on\r\n500 Oh' : undefined)
      expect((await send({ extensions: ['STARTTLS'], reply: lie })).taken).toMatchObject([
        { isSecure: false },
      ])
    })

    it('is not used where that is wanted', async () => {
      expect((await send({ tls }, [ERIN], { outgoing: 'tls: none' })).taken).toMatchObject([
        { isSecure: false },
      ])
    })

    it.each(['tls: required', 'tlsRequired: [Elsewhere.test]'])('is insisted on: %s', async (outgoing) => {
      expect((await send({ tls: ofOther }, [ERIN], { outgoing })).taken).toMatchObject([{ isSecure: true }])
      const { outcomes, taken } = await send({}, [ERIN], { outgoing })
      expect(inShort(outcomes)).toEqual(['deferred 4.7.4'])
      expect(taken).toEqual([])
      const broken = { tls: incompatible() }
      expect((await send(broken, [ERIN], { outgoing })).results).toEqual(['deferred 4.7.5'])
    })

    it.each(['tls: verified', 'tlsVerified: [elsewhere.test]'])(
      'wants the right certificate: %s',
      async (outgoing) => {
        expect((await send({ tls }, [ERIN], { outgoing })).taken).toMatchObject([{ isSecure: true }])
        const { outcomes, taken } = await send({ tls: ofOther }, [ERIN], { outgoing })
        expect(inShort(outcomes)).toEqual(['deferred 4.7.5'])
        expect(outcomes[0]!.diagnostic).toContain('other.test')
        expect(taken).toEqual([])
      },
    )
  })

  describe('connections', () => {
    it('are used again for the next message, up to their share', async () => {
      await using server = await ScriptedServer.start({ extensions: ['PIPELINING'] })
      await using transport = transportTo(server.port, ONE, 'messagesPerConnection: 3')
      for (let i = 0; i < 7; i++)
        expect(inShort(await transport.deliver(messages.attempt([ERIN])))).toEqual(['delivered 2.0.0'])
      expect(server.messages.map(({ connection }) => connection)).toEqual([1, 1, 1, 2, 2, 2, 3])
    })

    it('are used again after a refusal', async () => {
      const reply = (command: string) => (command.includes('<fred') ? '550 5.1.1 Nobody' : undefined)
      await using server = await ScriptedServer.start({ reply })
      await using transport = transportTo(server.port, ONE)
      for (const [to, expected] of [
        [FRED, 'failed 5.1.1'],
        [ERIN, 'delivered 2.0.0'],
        [FRED, 'failed 5.1.1'],
      ] as const)
        expect(inShort(await transport.deliver(messages.attempt([to])))).toEqual([expected])
      expect(server.connections).toBe(1)
    })

    it('are replaced when the server has ended them meanwhile', async () => {
      const reply = (command: string, connection: number) =>
        command === 'RSET' && connection < 3 ? (connection === 1 ? 'drop' : '421 4.4.2 Too late') : undefined
      await using server = await ScriptedServer.start({ reply })
      await using transport = transportTo(server.port, ONE)
      for (let i = 0; i < 4; i++)
        expect(inShort(await transport.deliver(messages.attempt([ERIN])))).toEqual(['delivered 2.0.0'])
      expect(server.messages.map(({ connection }) => connection)).toEqual([1, 2, 3, 3])
    })

    it('end when nothing more is sent', async () => {
      await using server = await ScriptedServer.start()
      await using transport = transportTo(server.port, ONE, 'idleTimeout: 20ms')
      await transport.deliver(messages.attempt([ERIN]))
      await expect.poll(() => server.open).toBe(0)
      expect(server.commands.at(-1)).toBe('QUIT')
    })

    it('end with the transport', async () => {
      await using server = await ScriptedServer.start()
      const transport = transportTo(server.port, ONE)
      await transport.deliver(messages.attempt([ERIN]))
      await transport[Symbol.asyncDispose]()
      await expect.poll(() => server.open).toBe(0)
      expect(inShort(await transport.deliver(messages.attempt([ERIN])))).toEqual(['deferred 4.3.2'])
    })

    it('are as many as one server may have', async () => {
      let now = 0
      let most = 0
      const reply = (command: string) => {
        if (command.startsWith('MAIL')) most = Math.max(most, ++now)
        if (command === '.') now--
        return undefined
      }
      await using server = await ScriptedServer.start({ reply })
      await using transport = transportTo(server.port, ONE, 'connections: 2')
      const all = Array.from({ length: 12 }, () => transport.deliver(messages.attempt([ERIN])))
      expect((await Promise.all(all)).flatMap(inShort)).toEqual(Array(12).fill('delivered 2.0.0'))
      expect(most).toBe(2)
      expect(server.connections).toBe(2)
    })
  })

  describe('what goes wrong here', () => {
    it('is no fault of the recipient', async () => {
      const attempt = messages.attempt([ERIN])
      await using server = await ScriptedServer.start()
      await using transport = transportTo(server.port, ONE)
      expect(inShort(await transport.deliver({ ...attempt, path: `${attempt.path}.gone` }))).toEqual([
        'deferred 4.3.0',
      ])
      expect(server.connections).toBe(0)
    })

    it('never leaves half a message behind', async () => {
      await using server = await ScriptedServer.start()
      const signer = { sign: async () => 'X: y\r\n' }
      await using transport = transportTo(server.port, ONE, '', { signer })
      const attempt = messages.attempt([ERIN])
      await transport.deliver(attempt)
      expect(server.messages[0]!.data).toBe(`X: y\r\n${LETTER}`)
    })

    it.each<[string, Script]>([
      ['the greeting', { greeting: 'silence' }],
      ['an answer', { reply: (command) => (command.startsWith('RCPT') ? 'silence' : undefined) }],
      ['the answer to the message', { reply: (command) => (command === '.' ? 'silence' : undefined) }],
    ])('ends at once when the server stops, also while it waits for %s', async (_what, script) => {
      await using server = await ScriptedServer.start(script)
      await using transport = transportTo(server.port, ONE)
      const stop = new AbortController()
      const outcomes = transport.deliver(messages.attempt([ERIN, FRED], { signal: stop.signal }))
      await expect.poll(() => server.connections).toBe(1)
      await new Promise((resolve) => setTimeout(resolve, 50))
      stop.abort()
      expect(inShort(await outcomes)).toEqual(['deferred 4.3.2', 'deferred 4.3.2'])
      await expect.poll(() => server.open).toBe(0)
    })

    it('ends at once while it waits for DNS, or for its turn', async () => {
      const stop = new AbortController()
      const resolver = { ...NOTHING, resolveMx: () => new Promise<never>(() => {}) }
      await using transport = transportTo(1, ONE, '', { resolver })
      const outcomes = transport.deliver(messages.attempt([ERIN], { signal: stop.signal }))
      setTimeout(() => stop.abort(), 20)
      expect(inShort(await outcomes)).toEqual(['deferred 4.3.2'])
      await using server = await ScriptedServer.start({ greeting: 'silence' })
      await using other = transportTo(server.port, ONE, 'connections: 1')
      const again = new AbortController()
      const both = [1, 2].map(() => other.deliver(messages.attempt([ERIN], { signal: again.signal })))
      await expect.poll(() => server.connections).toBe(1)
      again.abort()
      expect((await Promise.all(both)).flatMap(inShort)).toEqual(['deferred 4.3.2', 'deferred 4.3.2'])
    })

    it('is told of a connection that is refused', async () => {
      const server = await ScriptedServer.start()
      const { port } = server
      await server[Symbol.asyncDispose]()
      await using transport = transportTo(port, ONE)
      expect(inShort(await transport.deliver(messages.attempt([ERIN])))).toEqual(['deferred 4.4.1'])
    })

    it('tells what DNS says', async () => {
      await using transport = transportTo(1, {})
      expect(await transport.deliver(messages.attempt([ERIN, FRED]))).toMatchObject([
        {
          address: ERIN,
          result: 'failed',
          status: '5.1.2',
          diagnostic: 'There is no domain elsewhere.test.',
        },
        { address: FRED, result: 'failed', status: '5.1.2' },
      ])
    })
  })

  it('has one outcome for each recipient, whatever the server says', async () => {
    const answer = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(undefined) },
      fc.constantFrom(
        '250 Ok',
        '251-a\r\n251 b',
        '354 Go on',
        '421 4.3.2 Down',
        '450 4.2.1 Later',
        '452 4.5.3 Many',
        '550 5.1.1 No',
        '552 Full',
        '250 Ok\r\n250 Ok',
        '999 ?',
        'Hello',
        '',
        '550-unfinished',
        'drop' as const,
      ),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(answer, { minLength: 1, maxLength: 12 }),
        fc.subarray(['PIPELINING', 'SIZE 100000', 'DSN', '8BITMIME']),
        fc.integer({ min: 1, max: 4 }),
        async (answers, extensions, count) => {
          const recipients = Array.from({ length: count }, (_, i) => `u${i}@elsewhere.test`)
          let next = 0
          await using server = await ScriptedServer.start({
            extensions,
            reply: () => answers[next++ % answers.length],
          })
          await using transport = transportTo(
            server.port,
            ONE,
            'timeouts: { connect: 50ms, greeting: 50ms, command: 50ms, block: 50ms, end: 50ms }',
          )
          const outcomes = await transport.deliver(messages.attempt(recipients))
          expect(outcomes.map(({ address }) => address)).toEqual(recipients)
          for (const { result, status } of outcomes) {
            expect(status).toMatch(/^[245]\.\d{1,3}\.\d{1,3}$/)
            expect({ delivered: '2', deferred: '4', failed: '5' }[result]).toBe(status[0])
          }
          // Nobody counts as having it whom the server has not taken it for.
          const taken = new Set(server.messages.flatMap((message) => message.recipients))
          for (const { address, result } of outcomes)
            if (result === 'delivered') expect(taken).toContain(address)
        },
      ),
      { numRuns: 150 },
    )
  })
})

const NOTHING = {
  resolveMx: async () => [],
  resolve4: async () => [],
  resolve6: async () => [],
  resolveTxt: async () => [],
}

/** A certificate that is signed by itself. */
async function certificateFor(name: string): Promise<{ key: string; cert: string }> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: name }], {
    algorithm: 'sha256',
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: name }] }],
  })
  return { key, cert }
}
