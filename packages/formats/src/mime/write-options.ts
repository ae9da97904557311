import type { PropertyBag, Recipient } from '@bourse/mapi'
import type { Mailbox } from './addresses.ts'

/** How a MIME message is written. */
export interface WriteMimeOptions {
  /** Whether blind carbon copy recipients are named in a Bcc field. `false` if left out. */
  readonly bcc?: boolean
  /** Whether all properties go along, as TNEF in `winmail.dat`, for recipients who understand it ([MS-OXTNEF]). `false` if left out. */
  readonly tnef?: boolean
  /** Whether a draft says that it is one, in X-Unsent: for files, not for mail that is sent. `false` if left out. */
  readonly unsent?: boolean
  /**
   * The Internet address of somebody who has an address of another type: gets PidTagAddressType, PidTagEmailAddress and what else is known. Asked only where
   * PidTagSmtpAddress is missing.
   */
  readonly smtpAddress?: (properties: PropertyBag) => Promise<string | undefined>
  /** The domain of addresses that encapsulate others, for which there is no Internet address ([MS-OXCMAIL] 2.1.3.1.2). `encapsulated.invalid` if left out. */
  readonly encapsulationDomain?: string
  /**
   * Whom the message itself is sent by, for mail that goes out now: what it says itself may be what somebody claims. When it was to be sent
   * (Deferred-Delivery) is left out then.
   */
  readonly sentBy?: {
    readonly from: Mailbox /** Who sends it, if that is somebody else. */
    readonly sender?: Mailbox
  }
  /** Whom the message itself says that it goes to; its recipients if left out. */
  readonly recipients?: readonly Recipient[]
  /** Fields to put before the others, each with its line end. None if left out. */
  readonly extraFields?: readonly string[]
  /** Makes what tells boundaries apart: up to 40 letters and digits, new each time. Random if left out. */
  readonly boundary?: () => string
}

/** The options with their defaults, and how deep the message is within others. */
export interface WriteContext {
  readonly options: WriteMimeOptions
  readonly boundary: () => string
  readonly depth: number
}
