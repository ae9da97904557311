import {
  AddressType,
  addressBookInstanceKey,
  addressSearchKey,
  guidBytes,
  PidTagAccount,
  PidTagAddressBookContainerId,
  PidTagAddressBookDisplayNamePrintable,
  PidTagAddressBookDisplayTypeExtended,
  PidTagAddressBookDistributionListExternalMemberCount,
  PidTagAddressBookDistributionListMemberCount,
  PidTagAddressBookFolderPathname,
  PidTagAddressBookHierarchicalIsHierarchicalGroup,
  PidTagAddressBookHomeMessageDatabase,
  PidTagAddressBookObjectDistinguishedName,
  PidTagAddressBookObjectGuid,
  PidTagAddressBookProxyAddresses,
  PidTagAddressBookTargetAddress,
  PidTagAddressType,
  PidTagContainerContents,
  PidTagContainerFlags,
  PidTagDisplayName,
  PidTagDisplayType,
  PidTagDisplayTypeEx,
  PidTagEmailAddress,
  PidTagEntryId,
  PidTagInitialDetailsPane,
  PidTagInstanceKey,
  PidTagMappingSignature,
  PidTagObjectType,
  PidTagRecordKey,
  PidTagSearchKey,
  PidTagSendRichInfo,
  PidTagSmtpAddress,
  PidTagTemplateid,
  PidTagTransmittableDisplayName,
  PROVIDER_ADDRESS_BOOK,
  type PropertyTag,
  type PropertyValue,
  PtypString8,
  tagId,
  withType,
} from '@bourse/mapi'
import { countLeaves } from '../groups/count-leaves.ts'
import type { DirectoryIndex } from '../index/directory-index.ts'
import type { DirectoryObject, ObjectSummary } from '../model/directory-object.ts'
import { DISPLAY_TYPES, DISPLAY_TYPES_EX, hasMailbox, isGroup, OBJECT_TYPES } from '../model/kind.ts'
import { mailboxDatabaseDn } from '../model/legacy-dn.ts'
import { permanentEntryId } from './entry-ids.ts'

/** Name of the server in distinguished names where an organization has only one. */
export const DEFAULT_SERVER_NAME = 'bourse'

/** Bits of PidTagContainerFlags ([MS-OXOABK] 2.2.2.1). */
export const ContainerFlag = { AB_RECIPIENTS: 1, AB_SUBCONTAINERS: 2, AB_UNMODIFIABLE: 8 } as const

/** A property that follows from others. */
export type ComputedProperty = {
  /** In its native type ([MS-OXNSPI] 3.1.4.3.1). */
  readonly tag: PropertyTag
} & (
  | {
      /** Needs no more than what is in memory of every object. */
      readonly from: 'summary'
      compute(summary: ObjectSummary, index: DirectoryIndex): PropertyValue | undefined
    }
  | {
      readonly from: 'object'
      compute(object: DirectoryObject, index: DirectoryIndex): PropertyValue | undefined
    }
)

function fromSummary<V>(
  tag: PropertyTag<V>,
  compute: (summary: ObjectSummary, index: DirectoryIndex) => V | undefined,
): ComputedProperty {
  return { tag: tag as PropertyTag, from: 'summary', compute: compute as never }
}

function fromObject<V>(
  tag: PropertyTag<V>,
  compute: (object: DirectoryObject, index: DirectoryIndex) => V | undefined,
): ComputedProperty {
  return { tag: tag as PropertyTag, from: 'object', compute: compute as never }
}

/** A property whose native type is PtypString8. Its values are ASCII. */
function native8(tag: PropertyTag<string>): PropertyTag<string> {
  return withType<string>(tag, PtypString8)
}

const PROPERTIES: readonly ComputedProperty[] = [
  // Of every object ([MS-OXNSPI] 3.1.4.2, [MS-OXOABK] 2.2.3)
  fromSummary(PidTagDisplayName, ({ displayName }) => displayName),
  fromSummary(PidTagEntryId, permanentEntryId),
  fromSummary(PidTagTemplateid, permanentEntryId),
  fromSummary(PidTagRecordKey, permanentEntryId),
  fromSummary(PidTagSearchKey, ({ legacyDn }) => addressSearchKey(AddressType.Exchange, legacyDn)),
  fromSummary(PidTagInstanceKey, ({ id }) => addressBookInstanceKey(id)),
  fromSummary(native8(PidTagAddressBookDisplayNamePrintable), ({ displayName }) => printable(displayName)),
  fromSummary(PidTagTransmittableDisplayName, ({ displayName }) => displayName),
  fromSummary(PidTagObjectType, ({ kind }) => OBJECT_TYPES[kind]),
  fromSummary(PidTagDisplayType, ({ kind }) => DISPLAY_TYPES[kind]),
  fromSummary(PidTagDisplayTypeEx, ({ kind }) => DISPLAY_TYPES_EX[kind]),
  fromSummary(PidTagAddressBookDisplayTypeExtended, ({ kind }) => DISPLAY_TYPES_EX[kind]),
  fromSummary(PidTagAddressType, () => AddressType.Exchange),
  fromSummary(PidTagEmailAddress, ({ legacyDn }) => legacyDn),
  fromSummary(PidTagAddressBookObjectDistinguishedName, ({ legacyDn }) => legacyDn),
  fromSummary(PidTagAddressBookObjectGuid, ({ guid }) => guidBytes(guid)),
  fromSummary(PidTagMappingSignature, () => guidBytes(PROVIDER_ADDRESS_BOOK)),
  fromSummary(PidTagInitialDetailsPane, () => 0),
  // Of entries, their own Minimal Entry ID, as Exchange has it.
  fromSummary(PidTagAddressBookContainerId, ({ id }) => id),
  fromSummary(PidTagSendRichInfo, ({ kind }) => kind !== 'contact'),
  fromSummary(PidTagAccount, ({ name }) => name),

  // Addresses (2.2.3.21 to 2.2.3.23)
  fromObject(PidTagSmtpAddress, ({ smtpAddress }) => smtpAddress),
  fromObject(PidTagAddressBookProxyAddresses, ({ addresses }) =>
    addresses.length === 0 ? undefined : addresses,
  ),
  fromObject(PidTagAddressBookTargetAddress, ({ kind, smtpAddress }) =>
    kind === 'contact' && smtpAddress !== undefined ? `SMTP:${smtpAddress}` : undefined,
  ),

  // Mailboxes (2.2.4.37)
  fromObject(PidTagAddressBookHomeMessageDatabase, ({ kind, mailbox }, { settings }) =>
    hasMailbox(kind) && mailbox !== undefined
      ? mailboxDatabaseDn(settings.name, mailbox.server ?? DEFAULT_SERVER_NAME)
      : undefined,
  ),

  // Groups (2.2.6, 2.2.7)
  fromSummary(PidTagContainerFlags, ({ kind }) =>
    isGroup(kind) ? ContainerFlag.AB_RECIPIENTS | ContainerFlag.AB_UNMODIFIABLE : undefined,
  ),
  fromSummary(PidTagContainerContents, ({ kind }) => (isGroup(kind) ? new Uint8Array(0) : undefined)),
  fromSummary(PidTagAddressBookHierarchicalIsHierarchicalGroup, ({ kind, isDepartment }) =>
    kind === 'group' ? isDepartment : undefined,
  ),
  fromSummary(PidTagAddressBookDistributionListMemberCount, ({ kind, id }, index) =>
    kind === 'group' ? countLeaves(index, id, () => true) : undefined,
  ),
  fromSummary(PidTagAddressBookDistributionListExternalMemberCount, ({ kind, id }, index) =>
    kind === 'group' ? countLeaves(index, id, (member) => member.kind === 'contact') : undefined,
  ),

  // Public folders (2.2.8)
  fromObject(PidTagAddressBookFolderPathname, ({ folderPath }) => folderPath),
]

/** The computed properties by property ID. */
export const COMPUTED_PROPERTIES: ReadonlyMap<number, ComputedProperty> = new Map(
  PROPERTIES.map((property) => [tagId(property.tag), property]),
)

/** Text in ASCII ([MS-OXOABK] 2.2.3.7): accents are left out, other characters beyond ASCII become question marks. */
function printable(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^\x20-\x7e]/gu, '?')
}
