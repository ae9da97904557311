import {
  type Message,
  PidTagOriginatorDeliveryReportRequested,
  PidTagOriginatorNonDeliveryReportRequested,
  type PropertyBag,
} from '@bourse/mapi'

/** What the sender of a message wants to know of a recipient. */
export interface WantedReports {
  /** That it was delivered. */
  readonly delivery: boolean
  /** That it cannot be. */
  readonly failure: boolean
}

/**
 * What the sender of a message wants to know, by PidTagRowid of the recipient ([MS-OXOMSG] 2.2.1): failures unless they say that they do not, and deliveries only if
 * they say so. What a recipient's properties say goes before what the message's do.
 */
export async function wantedReports(message: Message): Promise<(rowId: number | undefined) => WantedReports> {
  const bag = await message.getProperties([
    PidTagOriginatorDeliveryReportRequested,
    PidTagOriginatorNonDeliveryReportRequested,
  ])
  const ofMessage = wantedIn(bag, { delivery: false, failure: true })
  const byRow = new Map<number | undefined, WantedReports>()
  for (const { rowId, properties } of await message.getRecipients())
    byRow.set(rowId, wantedIn(properties, ofMessage))
  return (rowId) => byRow.get(rowId) ?? ofMessage
}

function wantedIn(properties: PropertyBag, otherwise: WantedReports): WantedReports {
  return {
    delivery: properties.get(PidTagOriginatorDeliveryReportRequested) ?? otherwise.delivery,
    failure: properties.get(PidTagOriginatorNonDeliveryReportRequested) ?? otherwise.failure,
  }
}
