import type { Guid } from '@bourse/mapi'

/** Somebody to whom a message is to go, as the message names them. */
export interface Addressee {
  /** PidTagRowid. */
  readonly rowId: number
  readonly displayName: string
  /** Legacy DN, SMTP address or other address, whichever the message has; the first that is known counts. */
  readonly addresses: readonly string[]
}

/** What the directory is asked about a message that a mailbox sends. */
export interface RouteQuestion {
  /** Legacy DN of who sends it. */
  readonly senderKey: string
  /** Addresses of who it is from, if that is somebody else. */
  readonly from: readonly string[]
  readonly addressees: readonly Addressee[]
  /** How large the message is, in bytes. */
  readonly size: number
}

/** Somebody whom the directory knows. */
export interface Person {
  readonly displayName: string
  /** SMTP address; empty if there is none. */
  readonly address: string
  readonly legacyDn: string
  readonly entryId: Uint8Array
}

/** Somebody of the organization who gets a message. */
export interface Receiver extends Person {
  /** PidTagRowid of the recipient by whom they get it, be it a group that they are in; left out for who gets a report. */
  readonly rowId?: number
  readonly mailbox: Guid
  /** Further SMTP addresses under which a message may name them. */
  readonly aliases?: readonly string[]
  /** Of a public folder that gets mail: its path, `/Projects/Alpha`. */
  readonly folderPath?: string
}

/** Why somebody does not get a message. */
export interface RoutingFailure {
  readonly rowId: number
  readonly displayName: string
  readonly address: string
  /** Enhanced status code of RFC 3463. */
  readonly status: string
  /** One sentence for the sender. */
  readonly reason: string
}

/** Where a message goes. */
export interface Route {
  /** How it may be sent in the name of who it is from; `undefined`: not at all. */
  readonly right: 'sendAs' | 'onBehalf' | undefined
  /** Who sends it. */
  readonly sender: Person | undefined
  /** Who it is from: the same, if nobody else is named. */
  readonly from: Person | undefined
  /** Everybody once, groups replaced by their members. */
  readonly receivers: readonly Receiver[]
  /** Addresses outside of the organization, each once; none if no mail is sent there. */
  readonly outside: readonly {
    readonly rowId: number
    readonly displayName: string
    readonly address: string
  }[]
  readonly failures: readonly RoutingFailure[]
}
