import type { PropertyBag } from '@bourse/mapi'

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
  /** Makes what tells boundaries apart: up to 40 letters and digits, new each time. Random if left out. */
  readonly boundary?: () => string
}

/** The options with their defaults, and how deep the message is within others. */
export interface WriteContext {
  readonly options: WriteMimeOptions
  readonly boundary: () => string
  readonly depth: number
}
