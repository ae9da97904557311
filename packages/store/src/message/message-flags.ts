/** Bits of PidTagMessageFlags ([MS-OXCMSG] 2.2.1.6). */
export const MessageFlag = {
  /** mfRead: marked as read. */
  Read: 0x00000001,
  /** mfUnmodified: not changed since it was first saved, or delivered. */
  Unmodified: 0x00000002,
  /** mfSubmitted: on its way to be sent. */
  Submitted: 0x00000004,
  /** mfUnsent: still being composed. */
  Unsent: 0x00000008,
  /** mfHasAttach: has an attachment. */
  HasAttach: 0x00000010,
  /** mfFromMe: sent by the user who received it. */
  FromMe: 0x00000020,
  /** mfFAI: folder-associated. */
  FolderAssociated: 0x00000040,
  /** mfResend: asks to be sent again, after a report that it could not be delivered. */
  Resend: 0x00000080,
  /** mfNotifyRead: a read receipt is due when it is read. */
  NotifyRead: 0x00000100,
  /** mfNotifyUnread: a non-read receipt is due when it is deleted unread. */
  NotifyUnread: 0x00000200,
  /** mfEverRead: has been read at least once. */
  EverRead: 0x00000400,
  /** mfInternet: came over the Internet. */
  Internet: 0x00002000,
  /** mfUntrusted: came over an external link. */
  Untrusted: 0x00008000,
} as const

/** The flags that a client may set until the message is first saved ([MS-OXCMSG] 2.2.1.6). */
export const CLIENT_MESSAGE_FLAGS = MessageFlag.Read | MessageFlag.Unsent | MessageFlag.Resend

/** The flags that follow from other columns of a message, and so are not among those that are kept. */
export const DERIVED_MESSAGE_FLAGS = MessageFlag.Read | MessageFlag.HasAttach | MessageFlag.FolderAssociated

/** Bits of PidTagMessageStatus ([MS-OXCMSG] 2.2.1.8). */
export const MessageStatus = {
  /** msInConflict: the outcome of a conflict. */
  InConflict: 0x00000800,
  /** msRemoteDownload: to be downloaded from the remote store. */
  RemoteDownload: 0x00001000,
  /** msRemoteDelete: to be deleted at the remote store without being downloaded. */
  RemoteDelete: 0x00002000,
} as const
