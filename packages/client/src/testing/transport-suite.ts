import { MemoryMessage } from '@bourse/formats/memory'
import {
  ErrorCode,
  type Message,
  PidTagAddressType,
  PidTagBody,
  PidTagDisplayName,
  PidTagEmailAddress,
  PidTagSenderAddressType,
  PidTagSenderEmailAddress,
  PidTagSenderName,
  PidTagSubject,
  PropertyBag,
  type Recipient,
  RecipientType,
  type Transport,
  type TransportProvider,
} from '@bourse/mapi'
import { expectRejects, expectSame, expectThat, type TestFramework } from './framework.ts'
import type { ProviderOptions } from './provider-options.ts'
import { openWith, testProvider } from './provider-tests.ts'

/** An address as it is written in `TYPE:address`, such as `SMTP:bob@example.com`. */
type TypedAddress = string

export interface TransportSuiteOptions extends ProviderOptions {
  /** Two addresses that messages can be sent to. */
  readonly recipients: readonly [TypedAddress, TypedAddress]
  /** An address that is refused for good, if there is one. */
  readonly refused?: TypedAddress
  /** Who has got messages with this subject, so far; addresses without their type. */
  readonly received: (subject: string) => Promise<readonly string[]>
}

/**
 * Tests that a provider does what the subsystem expects of transports. Call it within a test file:
 *
 * ```ts
 * import { testTransportProvider } from '@bourse/client/testing'
 * import { describe, it } from 'vitest'
 *
 * testTransportProvider({ describe, it }, myProvider, { settings, recipients, received })
 * ```
 */
export function testTransportProvider(
  framework: TestFramework,
  provider: TransportProvider,
  options: TransportSuiteOptions,
): void {
  const { describe, it } = framework
  const [first, second] = options.recipients.map((address, rowId) => recipientOf(address, rowId))
  const open = () => openWith<Transport>(provider, options)

  describe(`the transport provider ${provider.name}`, () => {
    testProvider(framework, provider, options)

    it('says which types of addresses it takes', async () => {
      await using use = await open()
      const { addressTypes } = use.opened
      expectThat(addressTypes.length > 0, 'There should be an address type.')
      for (const type of addressTypes)
        expectThat(type === type.toUpperCase(), `"${type}" should be in upper case.`)
      for (const address of options.recipients) {
        const type = typeOf(address)
        expectThat(
          addressTypes.includes(type) || addressTypes.includes('*'),
          `It should take ${type} addresses.`,
        )
      }
    })

    it('sends to those it is told to, and says what became of each', async () => {
      await using use = await open()
      const subject = newSubject()
      const message = await messageTo(subject, first!, second!)
      const outcomes = await use.opened.send(message, [first!])
      expectSame(
        outcomes.map(({ recipient }) => recipient.rowId),
        [first!.rowId],
        'The recipients of the outcomes',
      )
      expectSame(outcomes[0]?.outcome.kind, 'sent', 'What became of it')
      expectSame(await options.received(subject), [addressOf(first!)], 'Who has got it')
    })

    it('sends to several at once', async () => {
      await using use = await open()
      const subject = newSubject()
      const outcomes = await use.opened.send(await messageTo(subject, first!, second!), [first!, second!])
      expectSame(
        outcomes.map(({ outcome }) => outcome.kind),
        ['sent', 'sent'],
        'What became of it',
      )
      const received = [...(await options.received(subject))].sort()
      expectSame(received, [addressOf(first!), addressOf(second!)].sort(), 'Who has got it')
    })

    it('leaves the message as it is', async () => {
      await using use = await open()
      const message = await messageTo(newSubject(), first!)
      const before = await contentsOf(message)
      await use.opened.send(message, [first!])
      expectSame(await contentsOf(message), before, 'The message')
    })

    it('sends nothing when it is told to stop before it has begun', async () => {
      await using use = await open()
      const subject = newSubject()
      const sending = use.opened.send(await messageTo(subject, first!), [first!], {
        signal: AbortSignal.abort(),
      })
      await expectRejects(sending, 'Sending', ErrorCode.UserCanceled)
      expectSame(await options.received(subject), [], 'Who has got it')
    })

    if (options.refused !== undefined) {
      const refused = recipientOf(options.refused, 1)
      it('says why it does not send to somebody, and sends to the others', async () => {
        await using use = await open()
        const outcomes = await use.opened.send(await messageTo(newSubject(), first!, refused), [
          first!,
          refused,
        ])
        const byRow = new Map(outcomes.map(({ recipient, outcome }) => [recipient.rowId, outcome]))
        expectSame(byRow.get(first!.rowId)?.kind, 'sent', 'What became of the first')
        const outcome = byRow.get(refused.rowId)
        expectThat(outcome?.kind === 'failed', 'The other one should have failed.')
        expectThat(outcome.reason.length > 0, 'It should say why.')
      })
    }
  })
}

function newSubject(): string {
  return `Conformance ${crypto.randomUUID()}`
}

function typeOf(address: TypedAddress): string {
  return address.slice(0, address.indexOf(':'))
}

function recipientOf(address: TypedAddress, rowId: number): Recipient {
  const email = address.slice(address.indexOf(':') + 1)
  const properties = new PropertyBag()
    .set(PidTagDisplayName, email)
    .set(PidTagAddressType, typeOf(address))
    .set(PidTagEmailAddress, email)
  return { rowId, type: RecipientType.To, properties }
}

function addressOf({ properties }: Recipient): string {
  return properties.get(PidTagEmailAddress) ?? ''
}

async function messageTo(subject: string, ...recipients: readonly Recipient[]): Promise<Message> {
  const message = new MemoryMessage()
  await message.setProperties([
    [PidTagSubject, subject],
    [PidTagBody, 'What transports do with a message.'],
    [PidTagSenderName, 'Ann'],
    [PidTagSenderAddressType, 'SMTP'],
    [PidTagSenderEmailAddress, 'ann@example.com'],
  ])
  await message.modifyRecipients(recipients.map((recipient) => ({ rowId: recipient.rowId, recipient })))
  return message
}

async function contentsOf(message: Message): Promise<unknown> {
  const recipients = await message.getRecipients()
  return [
    [...(await message.getAllProperties())],
    recipients.map(({ rowId, properties }) => [rowId, [...properties]]),
  ]
}
