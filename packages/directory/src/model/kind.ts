import { AddressBookEntryType } from '@bourse/mapi'

/** What an object of the directory is. */
export const OBJECT_KINDS = [
  /** A person, or anything else with a mailbox. */
  'user',
  'room',
  'equipment',
  /** A group with a list of members. */
  'group',
  /** A group of all objects that meet a condition. */
  'dynamicGroup',
  /** Somebody outside. */
  'contact',
  /** A public folder that has an address. */
  'publicFolder',
  /** A container of the address book. */
  'addressList',
] as const
export type ObjectKind = (typeof OBJECT_KINDS)[number]

/** The kinds that mail can be sent to: all but containers. */
export type RecipientKind = Exclude<ObjectKind, 'addressList'>
export const RECIPIENT_KINDS = OBJECT_KINDS.filter((kind): kind is RecipientKind => kind !== 'addressList')

/** Kinds that have a mailbox. */
const WITH_MAILBOX: ReadonlySet<ObjectKind> = new Set(['user', 'room', 'equipment'])
const GROUPS: ReadonlySet<ObjectKind> = new Set(['group', 'dynamicGroup'])

export function hasMailbox(kind: ObjectKind): boolean {
  return WITH_MAILBOX.has(kind)
}

export function isGroup(kind: ObjectKind): boolean {
  return GROUPS.has(kind)
}

/** PidTagDisplayType ([MS-OXOABK] 2.2.3.11), the type in entry IDs as well. */
export const DISPLAY_TYPES: Readonly<Record<ObjectKind, number>> = {
  user: AddressBookEntryType.LocalMailUser,
  room: AddressBookEntryType.LocalMailUser,
  equipment: AddressBookEntryType.LocalMailUser,
  group: AddressBookEntryType.DistributionList,
  dynamicGroup: AddressBookEntryType.AutomatedMailbox,
  contact: AddressBookEntryType.RemoteMailUser,
  publicFolder: AddressBookEntryType.BulletinBoard,
  addressList: AddressBookEntryType.Container,
}

/** s: folders can be shared with the object ([MS-OXOABK] 2.2.3.12). */
const ACL_CAPABLE = 0x4000_0000
const ROOM = 0x07
const EQUIPMENT = 0x08
/** A group that can be named in permissions. */
const SECURITY_GROUP = 0x09

/** PidTagDisplayTypeEx ([MS-OXOABK] 2.2.3.12). */
export const DISPLAY_TYPES_EX: Readonly<Record<ObjectKind, number>> = {
  user: ACL_CAPABLE | AddressBookEntryType.LocalMailUser,
  room: ACL_CAPABLE | ROOM,
  equipment: ACL_CAPABLE | EQUIPMENT,
  group: ACL_CAPABLE | SECURITY_GROUP,
  dynamicGroup: AddressBookEntryType.AutomatedMailbox,
  contact: AddressBookEntryType.RemoteMailUser,
  publicFolder: AddressBookEntryType.BulletinBoard,
  addressList: AddressBookEntryType.Container,
}

/** Values of PidTagObjectType ([MS-OXOABK] 2.2.3.10; the container's from the MAPI reference). */
export const ObjectType = { Folder: 3, Container: 4, MailUser: 6, DistributionList: 8 } as const

export const OBJECT_TYPES: Readonly<Record<ObjectKind, number>> = {
  user: ObjectType.MailUser,
  room: ObjectType.MailUser,
  equipment: ObjectType.MailUser,
  group: ObjectType.DistributionList,
  dynamicGroup: ObjectType.DistributionList,
  contact: ObjectType.MailUser,
  publicFolder: ObjectType.Folder,
  addressList: ObjectType.Container,
}
