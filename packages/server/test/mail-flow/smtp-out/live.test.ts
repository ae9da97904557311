import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { logon } from '@bourse/client'
import { dkimVerify } from 'mailauth/lib/dkim/verify.js'
import { describe, expect, it } from 'vitest'
import { openSigningKeys } from '../../../src/mail-flow/smtp-out/index.ts'
import { PASSWORD, startLiveServer } from '../../support/live-server.ts'
import { ScriptedServer } from './scripted-server.ts'

describe('a server that sends mail to the outside', { timeout: 120_000 }, () => {
  it('sends what users write, signed with its own key', async () => {
    await using elsewhere = await ScriptedServer.start({ extensions: ['PIPELINING', '8BITMIME', 'DSN'] })
    await using live = await startLiveServer(
      `workers: 1
mail:
  hostName: mail.example.com
  outgoing: { via: smarthost, smarthost: { host: 127.0.0.1, port: ${elsewhere.port}, tls: none } }
`,
      `organization: Example
domains: [example.com]
users:
  - { name: alice, displayName: Alice Adams, initialPassword: ${PASSWORD} }
`,
    )
    await using session = await logon({ address: 'alice@example.com', password: PASSWORD, server: live.url })
    const draft = await session.compose({
      to: ['erin@elsewhere.test'],
      subject: 'Grüße',
      text: 'Wie geht es dir?',
    })
    await draft.send()
    await expect.poll(() => elsewhere.messages.length, { timeout: 60_000 }).toBe(1)
    const { data, recipients, commands } = elsewhere.messages[0]!
    expect(recipients).toEqual(['erin@elsewhere.test'])
    expect(commands[0]).toContain('MAIL FROM:<alice@example.com>')
    expect(elsewhere.commands[0]).toBe('EHLO mail.example.com')

    const keys = await openSigningKeys({ sign: true, selector: 'bourse', keys: [] }, join(live.data, 'keys'))
    expect(readFileSync(join(live.data, 'keys', 'dkim-bourse.pem'), 'utf8')).toContain('PRIVATE KEY')
    const [key] = keys.forDomain('example.com')
    const { results } = await dkimVerify(Buffer.from(data, 'latin1'), {
      resolver: async () => [[key!.record]],
    })
    expect(results.map(({ status }) => status.result)).toEqual(['pass'])
  })
})
