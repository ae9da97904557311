/** How one object of the directory refers to others. */
export const LINK_KINDS = [
  /** From a group to its members. */
  'member',
  /** From somebody to their manager; at most one. */
  'manager',
  /** From a group or public folder to who looks after it. */
  'owner',
  /** From somebody to those who may send on their behalf (PidTagAddressBookPublicDelegates). */
  'delegate',
  /** From somebody to those who may send as them. */
  'sendAs',
  /** From whoever has a mailbox to those who may do everything in it, as if it were theirs. */
  'fullAccess',
  /** From whoever has a mailbox to those who get their mail in place of it. */
  'forwardTo',
  /** From whoever has a mailbox to those who get their mail as well. */
  'copyTo',
  /** From a group to those from whom alone it takes mail (PidTagAddressBookAuthorizedSenders). */
  'authorizedSender',
  /** From a group to those from whom it takes no mail (PidTagAddressBookUnauthorizedSenders). */
  'unauthorizedSender',
] as const
export type LinkKind = (typeof LINK_KINDS)[number]
