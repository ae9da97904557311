import {
  type AddressBookContainer,
  AddressBookEntryType,
  type AddressBookOrder,
  addressBookInstanceKey,
  type Cell,
  type Columns,
  type EntryId,
  ErrorCode,
  encodeEntryId,
  PidTagAddressBookContainerId,
  PidTagAddressBookHierarchicalRootDepartment,
  PidTagAddressBookIsMaster,
  PidTagAddressBookParentEntryId,
  PidTagContainerFlags,
  PidTagDepth,
  PidTagDisplayName,
  PidTagDisplayType,
  PidTagEntryId,
  PidTagInstanceKey,
  PidTagObjectType,
  PidTagRecordKey,
  PropertyBag,
  PropertyError,
  type PropertyTag,
  type PropertyValue,
  RowTable,
  type Table,
  tagId,
  tagType,
} from '@bourse/mapi'
import { ContainerFlag } from '../entry/computed-properties.ts'
import { type HeldProperty, heldAs } from '../entry/entry-properties.ts'
import type { Container } from '../index/containers.ts'
import { ObjectType } from '../model/kind.ts'
import { entrySource } from './entry-source.ts'
import type { AddressBookView } from './view.ts'

/** Permanent entry ID of a container: DT_CONTAINER and the distinguished name of the list ([MS-OXNSPI] 3.1.4.1.3). */
export function containerEntryId(dn: string): Uint8Array<ArrayBuffer> {
  return encodeEntryId({ kind: 'addressBook', type: AddressBookEntryType.Container, x500Dn: dn } as EntryId)
}

type Compute = (
  container: Container,
  parent: Container | undefined,
  view: AddressBookView,
) => PropertyValue | undefined

/** The properties of containers ([MS-OXOABK] 2.2.2). */
const PROPERTIES: ReadonlyMap<PropertyTag, Compute> = new Map(
  (
    [
      [PidTagEntryId, ({ dn }) => containerEntryId(dn)],
      [
        PidTagContainerFlags,
        ({ hasChildren }) =>
          ContainerFlag.AB_RECIPIENTS |
          ContainerFlag.AB_UNMODIFIABLE |
          (hasChildren ? ContainerFlag.AB_SUBCONTAINERS : 0),
      ],
      [PidTagDepth, ({ depth }) => depth],
      [PidTagAddressBookContainerId, ({ id }) => id],
      [PidTagDisplayName, ({ displayName }) => displayName],
      [PidTagAddressBookIsMaster, () => false],
      [PidTagAddressBookParentEntryId, (_container, parent) => parent && containerEntryId(parent.dn)],
      [PidTagObjectType, () => ObjectType.Container],
      [PidTagDisplayType, () => AddressBookEntryType.Container],
      [PidTagInstanceKey, ({ id }) => addressBookInstanceKey(id)],
      [PidTagRecordKey, ({ dn }) => containerEntryId(dn)],
      [
        PidTagAddressBookHierarchicalRootDepartment,
        (_container, _parent, { base: { index } }) => {
          const { rootDepartmentId } = index.settings
          return rootDepartmentId === undefined ? undefined : index.summaries.get(rootDepartmentId)?.legacyDn
        },
      ],
    ] as readonly (readonly [PropertyTag<unknown>, Compute])[]
  ).map(([tag, compute]) => [tag as PropertyTag, compute]),
)

/** All properties that containers can have. */
export const CONTAINER_TAGS: readonly PropertyTag[] = [...PROPERTIES.keys()]

const TAG_BY_ID: ReadonlyMap<number, PropertyTag> = new Map(CONTAINER_TAGS.map((tag) => [tagId(tag), tag]))

/** The property of a container with an ID, `undefined` if it has none. */
export function containerProperty(
  container: Container,
  hierarchy: readonly Container[],
  id: number,
  view: AddressBookView,
): HeldProperty | undefined {
  const tag = TAG_BY_ID.get(id)
  if (tag === undefined) return undefined
  const parent = hierarchy.find((other) => other.id === container.parentId)
  const value = PROPERTIES.get(tag)!(container, parent, view)
  return value === undefined ? undefined : { kind: 'value', tag, value }
}

/** The cells of a container, with `NotFound` where it has no value. */
export function containerCells(
  container: Container,
  hierarchy: readonly Container[],
  columns: Columns,
  view: AddressBookView,
): readonly Cell[] {
  return columns.map((tag) => {
    const held = containerProperty(container, hierarchy, tagId(tag), view)
    const value = held && heldAs(held, tagType(tag), view.string8)
    return value ?? new PropertyError(ErrorCode.NotFound)
  })
}

/** A list of the address book, opened by one user. */
export class DirectoryContainer implements AddressBookContainer {
  readonly entryId: Uint8Array
  /** PidTagAddressBookContainerId. */
  readonly id: number
  readonly #view: AddressBookView

  constructor(view: AddressBookView, container: Container) {
    this.#view = view
    this.id = container.id
    this.entryId = containerEntryId(container.dn)
  }

  async getProperties(tags: readonly PropertyTag<unknown>[]): Promise<PropertyBag> {
    await this.#view.base.refresh()
    const hierarchy = await this.#view.base.containers.hierarchy()
    const container = hierarchy.find(({ id }) => id === this.id)
    if (container === undefined)
      return new PropertyBag(tags.map((tag) => [tag, new PropertyError(ErrorCode.NotFound)]))
    const cells = containerCells(container, hierarchy, tags, this.#view)
    return new PropertyBag(tags.map((tag, i) => [tag, cells[i]]))
  }

  async contentsTable(order: AddressBookOrder = 'displayName'): Promise<Table> {
    const view = this.#view
    const source = entrySource(view, order, async (wanted) => {
      const container = await view.base.containers.get(this.id)
      return container === undefined ? [] : view.base.containers.contents(container, wanted, view.localeId)
    })
    return new RowTable(source)
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
