import {
  type Folder,
  isMapiError,
  type MessageStore,
  PidTagContainerClass,
  PidTagDisplayName,
  PidTagEntryId,
  PidTagFolderId,
  PidTagMessageClass,
  PropertyBag,
  type PropertyTag,
  startsWith,
  type Table,
} from '@bourse/mapi'
import { type Property, TagResolver } from '../mail/property.ts'
import { readRows } from '../mail/rows.ts'
import { CONTACT_PROPERTIES, entriesOf } from './entry.ts'

/** A folder of contacts in one of the stores. */
export interface ContactFolder {
  readonly store: MessageStore
  readonly id: bigint
  readonly entryId: Uint8Array
  readonly name: string
}

/** The contact folders of stores, in their order. A store that does not answer has none. */
export async function contactFolders(stores: AsyncIterable<MessageStore>): Promise<ContactFolder[]> {
  const folders: ContactFolder[] = []
  for await (const store of stores) {
    const root = store.logon.folders.ipmSubtree
    if (root === undefined) continue
    try {
      await using folder = await store.openFolder(root)
      folders.push(...(await contactFoldersBelow(store, folder)))
    } catch (error) {
      if (!isMapiError(error)) throw error
    }
  }
  return folders
}

async function contactFoldersBelow(store: MessageStore, folder: Folder): Promise<ContactFolder[]> {
  await using table = await folder.hierarchyTable({ recursive: true })
  const typed = await table.setColumns([
    PidTagFolderId,
    PidTagEntryId,
    PidTagDisplayName,
    PidTagContainerClass,
  ])
  const folders: ContactFolder[] = []
  for await (const row of readRows(typed)) {
    const [id, entryId, name = '', containerClass] = row.values()
    // Subclasses are lists that other programs keep, such as those of people whom somebody has written to.
    if (id === undefined || entryId === undefined || containerClass !== 'IPF.Contact') continue
    folders.push({ store, id, entryId, name })
  }
  return folders
}

/** The entries that the contacts of a folder make. */
export async function readEntries({ store, id }: ContactFolder): Promise<PropertyBag[]> {
  const tags = await new TagResolver(store).tags(CONTACT_PROPERTIES)
  const places = new Map<Property, number>(CONTACT_PROPERTIES.map((property, i) => [property, i]))
  await using folder = await store.openFolder(id)
  await using table = await folder.contentsTable()
  const typed = (await table.setColumns(tags)) as Table
  await typed.restrict(startsWith(PidTagMessageClass, 'IPM.Contact'))
  const entries: PropertyBag[] = []
  for await (const row of readRows(typed)) {
    const contact = new PropertyBag(tags.map((tag, i) => [tag as PropertyTag, row.cells[i]] as const))
    entries.push(...entriesOf((property) => contact.get(tags[places.get(property)!]!) as never))
  }
  return entries
}
