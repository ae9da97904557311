/** What somebody may do with a folder: the bits of PidTagMemberRights ([MS-OXCPERM] 2.2.7). */
export const Rights = {
  /** Read any message. */
  ReadAny: 0x0001,
  /** Create messages. */
  Create: 0x0002,
  /** Change messages that they created. */
  EditOwned: 0x0008,
  /** Delete messages that they created. */
  DeleteOwned: 0x0010,
  /** Change any message. */
  EditAny: 0x0020,
  /** Delete any message. */
  DeleteAny: 0x0040,
  /** Create subfolders. */
  CreateSubFolder: 0x0080,
  /** Everything that concerns the folder itself: its properties, rules and permissions, and deleting it. */
  FolderOwner: 0x0100,
  /** Is told of trouble with the folder. Grants nothing. */
  FolderContact: 0x0200,
  /** See the folder in its parent. */
  FolderVisible: 0x0400,
  /** See in the calendar when its owner is busy. */
  FreeBusySimple: 0x0800,
  /** See in the calendar also subject and place. */
  FreeBusyDetailed: 0x1000,
} as const

/** All rights on a folder; the free/busy ones mean something in calendars only. */
export const ALL_RIGHTS =
  Rights.ReadAny |
  Rights.Create |
  Rights.EditOwned |
  Rights.DeleteOwned |
  Rights.EditAny |
  Rights.DeleteAny |
  Rights.CreateSubFolder |
  Rights.FolderOwner |
  Rights.FolderContact |
  Rights.FolderVisible

/** All rights that exist. */
export const RIGHTS_MASK = ALL_RIGHTS | Rights.FreeBusySimple | Rights.FreeBusyDetailed
