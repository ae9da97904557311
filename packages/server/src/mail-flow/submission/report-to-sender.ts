import type { Mailbox } from '@bourse/store'
import type { IncomingMessage } from '../delivery/incoming-message.ts'
import { fillDeliveryReceipt } from '../reports/delivery-receipt.ts'
import { fillNonDeliveryReport, type SentMessage } from '../reports/non-delivery.ts'
import type { Receiver, RoutingFailure } from '../routing/route.ts'
import type { BeginDelivery } from './deliver-copy.ts'
import { wantedReports } from './wanted-reports.ts'

/** What became of a message. */
export interface Outcome {
  /** Who has it, in the organization. */
  readonly delivered: readonly Receiver[]
  /** Who cannot be reached. */
  readonly failures: readonly RoutingFailure[]
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
  const reported = failures.filter(({ rowId }) => wanted(rowId).failure)
  if (reported.length > 0) {
    await put('report', async (incoming) =>
      fillNonDeliveryReport(await incoming.message(), await incoming.store(), original, reported),
    )
  }
  const receipted = delivered.filter(({ rowId }) => wanted(rowId).delivery)
  if (receipted.length > 0) {
    await put('receipt', async (incoming) =>
      fillDeliveryReceipt(await incoming.message(), message, receipted),
    )
  }
}
