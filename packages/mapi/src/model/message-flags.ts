/** Bits of PidTagMessageFlags ([MS-OXCMSG] 2.2.1.6). */
export const MessageFlags = {
  /** Read; as PidTagRead. */
  Read: 0x00000001,
  /** Not changed since it was first saved (unsent) or delivered. */
  Unmodified: 0x00000002,
  /** Handed over to be sent. */
  Submitted: 0x00000004,
  /** Still being composed. */
  Unsent: 0x00000008,
  HasAttachments: 0x00000010,
  /** The user who sees it is the one who sent it. */
  FromMe: 0x00000020,
  /** A folder-associated message. */
  Associated: 0x00000040,
  /** Sent again; not defined by [MS-OXCMSG] any more. */
  Resend: 0x00000080,
  /** A read receipt is to be sent. */
  NotifyRead: 0x00000100,
  /** A non-read receipt is to be sent. */
  NotifyUnread: 0x00000200,
  /** Was read at least once. */
  EverRead: 0x00000400,
  /** Came over the Internet. */
  Internet: 0x00002000,
  /** Came from outside the organization, or from who cannot be trusted. */
  Untrusted: 0x00008000,
} as const

/** Bits of PidTagMessageStatus ([MS-OXCMSG] 2.2.1.8). */
export const MessageStatus = {
  /** Marked for downloading. */
  RemoteDownload: 0x00001000,
  /** A conflict resolve message ([MS-OXCFXICS] 3.1.5.6.2.1). */
  InConflict: 0x00000800,
  /** Marked for deleting on the server. */
  RemoteDelete: 0x00002000,
} as const

/** Bits of PidTagAccess ([MS-OXCPRPT] 2.2.1.1). */
export const AccessFlags = {
  Modify: 0x00000001,
  Read: 0x00000002,
  Delete: 0x00000004,
  CreateHierarchy: 0x00000008,
  CreateContents: 0x00000010,
  CreateAssociated: 0x00000020,
} as const

/** Values of PidTagAttachMethod ([MS-OXCMSG] 2.2.2.9): what an attachment is. */
export const AttachMethod = {
  /** Nothing yet. */
  none: 0,
  /** Its contents are in PidTagAttachDataBinary. */
  byValue: 1,
  /** A path that all recipients can reach. */
  byReference: 2,
  /** A path that only some recipients can reach. */
  byReferenceOnly: 4,
  /** A message. */
  embeddedMessage: 5,
  /** An OLE object, in PidTagAttachDataObject. */
  storage: 6,
  /** A place on the web. */
  byWebReference: 7,
} as const
