import {
  type Message,
  PidTagOriginatorDeliveryReportRequested,
  PidTagOriginatorNonDeliveryReportRequested,
} from '@bourse/mapi'
import type { Mailbox } from '@bourse/store'
import type { IncomingMessage } from '../delivery/incoming-message.ts'
import { fillDeliveryReceipt } from '../reports/delivery-receipt.ts'
import { fillNonDeliveryReport, type SentMessage } from '../reports/non-delivery.ts'
import type { Person, Receiver, RoutingFailure } from '../routing/route.ts'
import type { BeginDelivery } from './deliver-copy.ts'

/** What became of a message. */
export interface Outcome {
  /** Who has it, in the organization. */
  readonly delivered: readonly Person[]
  /** Who cannot be reached. */
  readonly failures: readonly RoutingFailure[]
}

/** What its sender wants to know of a message: failures unless they say that they do not ([MS-OXOMSG] 2.2.1). */
export async function wantedReports(
  message: Message,
): Promise<{ readonly delivery: boolean; readonly failure: boolean }> {
  return {
    delivery: (await message.get(PidTagOriginatorDeliveryReportRequested)) === true,
    failure: (await message.get(PidTagOriginatorNonDeliveryReportRequested)) !== false,
  }
}

/** Puts what became of a message into the Inbox that it was sent from, as far as its sender wants to know ([MS-OXOMSG] 2.2.2). */
export async function reportToSender(
  { info }: Mailbox,
  original: SentMessage & { readonly key: string },
  { delivered, failures }: Outcome,
  begin: BeginDelivery,
): Promise<void> {
  const { message, key } = original
  const sender: Receiver = {
    mailbox: info.guid,
    displayName: info.displayName,
    address: '',
    legacyDn: info.ownerDn,
    entryId: new Uint8Array(0),
  }
  const put = async (name: string, fill: (incoming: IncomingMessage) => Promise<void>): Promise<void> => {
    await using incoming = await begin(sender, `${key}/${name}`, { isInternal: true })
    if (incoming === undefined) return
    await fill(incoming)
    await incoming.deliver()
  }
  const wanted = await wantedReports(message)
  if (wanted.failure && failures.length > 0) {
    await put('report', async (incoming) =>
      fillNonDeliveryReport(await incoming.message(), await incoming.store(), original, failures),
    )
  }
  if (wanted.delivery && delivered.length > 0) {
    await put('receipt', async (incoming) =>
      fillDeliveryReceipt(await incoming.message(), message, delivered),
    )
  }
}
