import { type FileTime, type Message, PropertyBag } from '@bourse/mapi'
import type { PropertyNames } from '../property-names.ts'
import type { Mailbox } from './addresses.ts'
import type { Header } from './header-block.ts'
import type { MimeProblem } from './problem.ts'

/** How a MIME message is read. */
export interface ReadMimeOptions {
  /** Maps the names of named properties, usually the message's store. Without it named properties are left out. */
  readonly names?: PropertyNames
  /**
   * The properties of who has an address (PidTagDisplayName, PidTagAddressType, PidTagEmailAddress, PidTagEntryId …), if the address book knows;
   * `undefined` for a stranger.
   */
  readonly resolveAddress?: (mailbox: Mailbox) => Promise<PropertyBag | undefined>
  /** PidTagMessageDeliveryTime. If left out, the time of the topmost Received field, or else of Date. */
  readonly deliveryTime?: FileTime
  /**
   * Whether the message as it came is kept in PidTagMimeSkeleton: `'whenBroken'` if left out. Larger ones than `MAX_ORIGINAL_BYTES` are kept with
   * `'always'` only.
   */
  readonly original?: 'never' | 'whenBroken' | 'always'
}

/** What is known while a message is read. */
export interface ReadContext {
  readonly options: ReadMimeOptions
  readonly problems: Set<MimeProblem>
  /** How many messages this one is attached to, one within the other. */
  readonly depth: number
}

/** A message on its way: its header, and what has been found so far. */
export interface Reading {
  readonly context: ReadContext
  readonly message: Message
  readonly header: Header
  /** What is set when everything has been read. */
  readonly properties: PropertyBag
  plain: string | undefined
  /** HTML as it came, and its code page if that is known. */
  html: { readonly bytes: Uint8Array; readonly codePage: number } | undefined
  /** PidTagMessageClass. */
  messageClass: string | undefined
  /** What a TNEF part (`winmail.dat`) has set on the message already. */
  tnef: PropertyBag | undefined
  /** How many attachments got a name because they had none. */
  unnamed: number
  attachments: number
}

/** The beginning of {@link Reading}. */
export function startReading(message: Message, header: Header, context: ReadContext): Reading {
  return {
    context,
    message,
    header,
    properties: new PropertyBag(),
    plain: undefined,
    html: undefined,
    messageClass: undefined,
    tnef: undefined,
    unnamed: 0,
    attachments: 0,
  }
}
