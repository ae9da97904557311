import {
  PidTagAddressBookAuthorizedSenders,
  PidTagAddressBookHierarchicalChildDepartments,
  PidTagAddressBookHierarchicalDepartmentMembers,
  PidTagAddressBookHierarchicalParentDepartment,
  PidTagAddressBookHierarchicalShowInDepartments,
  PidTagAddressBookIsMemberOfDistributionList,
  PidTagAddressBookManager,
  PidTagAddressBookMember,
  PidTagAddressBookOwner,
  PidTagAddressBookOwnerBackLink,
  PidTagAddressBookPublicDelegates,
  PidTagAddressBookReports,
  PidTagAddressBookUnauthorizedSenders,
  type PropertyTag,
  PtypObject,
  tagId,
  withType,
} from '@bourse/mapi'
import type { DirectoryIndex } from '../index/directory-index.ts'
import type { ObjectSummary } from '../model/directory-object.ts'
import type { LinkKind } from '../model/link-kind.ts'

/**
 * A property that lists other objects ([MS-OXOABK] 2.2.5, 2.2.6, 2.2.7). As an embedded table (PtypObject) it only says that
 * there are some; as a string or several it gives their distinguished names.
 */
export interface LinkProperty {
  /** As an embedded table. */
  readonly tag: PropertyTag
  ids(object: ObjectSummary, index: DirectoryIndex): readonly number[]
}

function link(
  tag: PropertyTag<unknown>,
  ids: (object: ObjectSummary, index: DirectoryIndex) => readonly number[],
): LinkProperty {
  return { tag: withType(tag, PtypObject), ids }
}

function forward(tag: PropertyTag<unknown>, kind: LinkKind): LinkProperty {
  return link(tag, ({ id }, { links }) => links.targets(kind, id))
}

function backward(tag: PropertyTag<unknown>, kind: LinkKind): LinkProperty {
  return link(tag, ({ id }, { links }) => links.sources(kind, id))
}

function isDepartment(index: DirectoryIndex): (id: number) => boolean {
  return (id) => index.summaries.get(id)?.isDepartment === true
}

const PROPERTIES: readonly LinkProperty[] = [
  forward(PidTagAddressBookManager, 'manager'),
  backward(PidTagAddressBookReports, 'manager'),
  forward(PidTagAddressBookMember, 'member'),
  backward(PidTagAddressBookIsMemberOfDistributionList, 'member'),
  forward(PidTagAddressBookOwner, 'owner'),
  backward(PidTagAddressBookOwnerBackLink, 'owner'),
  forward(PidTagAddressBookPublicDelegates, 'delegate'),
  forward(PidTagAddressBookAuthorizedSenders, 'authorizedSender'),
  forward(PidTagAddressBookUnauthorizedSenders, 'unauthorizedSender'),
  // Departments are groups whose members are smaller departments and people.
  link(PidTagAddressBookHierarchicalParentDepartment, (object, index) =>
    object.isDepartment ? index.links.sources('member', object.id).filter(isDepartment(index)) : [],
  ),
  link(PidTagAddressBookHierarchicalChildDepartments, (object, index) =>
    object.isDepartment ? index.links.targets('member', object.id).filter(isDepartment(index)) : [],
  ),
  link(PidTagAddressBookHierarchicalDepartmentMembers, (object, index) => {
    const isOne = isDepartment(index)
    return object.isDepartment ? index.links.targets('member', object.id).filter((id) => !isOne(id)) : []
  }),
  link(PidTagAddressBookHierarchicalShowInDepartments, (object, index) =>
    object.isDepartment ? [] : index.links.sources('member', object.id).filter(isDepartment(index)),
  ),
]

/** The properties that list objects, by property ID. */
export const LINK_PROPERTIES: ReadonlyMap<number, LinkProperty> = new Map(
  PROPERTIES.map((property) => [tagId(property.tag), property]),
)

/** The kind of link that a property may be changed through (NspiModLinkAtt, [MS-OXNSPI] 3.1.4.1.15). */
export const MODIFIABLE_LINKS: ReadonlyMap<number, LinkKind> = new Map([
  [tagId(PidTagAddressBookMember), 'member'],
  [tagId(PidTagAddressBookPublicDelegates), 'delegate'],
])
