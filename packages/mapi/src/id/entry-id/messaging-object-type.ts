/**
 * What a messaging object's entry ID names, its ObjectType ([MS-OXCDATA] 2.2.4). In brackets the
 * specification's alternate names.
 */
export const MessagingObjectType = {
  /** eitLTPrivateFolder */
  PrivateFolder: 0x0001,
  /** eitLTPublicFolder */
  PublicFolder: 0x0003,
  /** eitLTWackyFolder */
  MappedPublicFolder: 0x0005,
  /** eitLTPrivateMessage */
  PrivateMessage: 0x0007,
  /** eitLTPublicMessage */
  PublicMessage: 0x0009,
  /** eitLTWackyMessage */
  MappedPublicMessage: 0x000b,
  /** eitLTPublicFolderByName */
  PublicNewsgroupFolder: 0x000c,
} as const

/** Whether an ObjectType is one of those that a {@link FolderEntryId} has. */
export function isFolderType(type: number): boolean {
  return (
    type === MessagingObjectType.PrivateFolder ||
    type === MessagingObjectType.PublicFolder ||
    type === MessagingObjectType.MappedPublicFolder
  )
}

/** Whether an ObjectType is one of those that a {@link MessageEntryId} has. */
export function isMessageType(type: number): boolean {
  return (
    type === MessagingObjectType.PrivateMessage ||
    type === MessagingObjectType.PublicMessage ||
    type === MessagingObjectType.MappedPublicMessage
  )
}
