import type { Transport } from '@bourse/mapi'
import type { QueuedRecipient } from './entry.ts'

/** A transport of the session, and what its service is called. */
export interface NamedTransport {
  readonly service: string
  readonly transport: Transport
}

/** A transport that could not be opened, and why: one sentence. */
export interface FailedTransport {
  readonly service: string
  readonly reason: string
}

/** The transports of a session as they are now. */
export interface TransportSituation {
  /** Those that are open, in the profile's order. */
  readonly open: readonly NamedTransport[]
  /** Those that could not be opened: service and reason, a sentence. */
  readonly failed: readonly FailedTransport[]
}

/** Opens all transports that can be opened. */
export async function situationOf(
  transports: AsyncIterable<NamedTransport | FailedTransport>,
): Promise<TransportSituation> {
  const open: NamedTransport[] = []
  const failed: FailedTransport[] = []
  for await (const one of transports) {
    if ('transport' in one) open.push(one)
    else failed.push(one)
  }
  return { open, failed }
}

/** Which transport gets which recipients, and who is left over. */
export interface DeliveryPlan {
  readonly groups: readonly {
    readonly target: NamedTransport
    readonly recipients: readonly QueuedRecipient[]
  }[]
  /** Recipients that no open transport takes. */
  readonly unroutable: readonly QueuedRecipient[]
}

/**
 * Gives each recipient to the first transport in the profile's order that takes its address type or, if there is none, to the first that
 * takes its Internet address.
 */
export function planDelivery(
  recipients: readonly QueuedRecipient[],
  transports: readonly NamedTransport[],
): DeliveryPlan {
  const groups = new Map<NamedTransport, QueuedRecipient[]>()
  const unroutable: QueuedRecipient[] = []
  for (const recipient of recipients) {
    const target =
      transports.find(({ transport }) => takes(transport, recipient.addressType)) ??
      (recipient.smtpAddress === undefined
        ? undefined
        : transports.find(({ transport }) => takes(transport, 'SMTP')))
    if (target === undefined) unroutable.push(recipient)
    else groups.set(target, [...(groups.get(target) ?? []), recipient])
  }
  return {
    groups: transports.flatMap((target) => {
      const own = groups.get(target)
      return own === undefined ? [] : [{ target, recipients: own }]
    }),
    unroutable,
  }
}

/** Whether a transport sends to an address type. */
export function takes(transport: Transport, addressType: string): boolean {
  return transport.addressTypes.some((type) => type === '*' || type.toUpperCase() === addressType)
}
