import {
  type Columns,
  type Folder,
  fileTime,
  type MessageStore,
  PidTagMessageDeliveryTime,
  PidTagSubject,
  type PropertyEntries,
  type PropertyTag,
  type Row,
  type Table,
} from '@bourse/mapi'

/** More rows than any table of these tests has. */
export const ALL = 1000

/** Saves a message with these properties; returns its ID. */
export async function addMessage(
  folder: Folder,
  properties: PropertyEntries,
  options: { readonly associated?: boolean } = {},
): Promise<bigint> {
  await using message = await folder.createMessage(options)
  await message.setProperties(properties)
  return message.save()
}

/** Saves a message for each subject, each delivered before the last one, so that tables show them in that order; returns their IDs. */
export async function addSubjects(folder: Folder, ...subjects: readonly string[]): Promise<bigint[]> {
  const ids: bigint[] = []
  for (const [i, subject] of subjects.entries()) {
    ids.push(
      await addMessage(folder, [
        [PidTagSubject, subject],
        [PidTagMessageDeliveryTime, fileTime(BigInt(1_000_000 - i))],
      ]),
    )
  }
  return ids
}

/** Changes properties of a message that is saved. */
export async function changeMessage(
  store: MessageStore,
  folder: Folder,
  id: bigint,
  properties: PropertyEntries,
): Promise<void> {
  await using message = await store.openMessage(folder.id, id, { mode: 'readWrite' })
  await message.setProperties(properties)
  await message.save()
}

/** The values of one column in all rows from the current position on. */
export async function column<V>(table: Table, tag: PropertyTag<V>): Promise<(V | undefined)[]> {
  const { rows } = await table.queryRows(ALL)
  return rows.map((row) => (row as Row<Columns>).get(tag) as V | undefined)
}

/** The same from the beginning. */
export async function columnFromStart<V>(table: Table, tag: PropertyTag<V>): Promise<(V | undefined)[]> {
  await table.seek('beginning', 0)
  return column(table, tag)
}

/** A contents table with one column, the subject. */
export async function subjectTable(
  folder: Folder,
  options?: { readonly associated?: boolean },
): Promise<Table<readonly [typeof PidTagSubject]>> {
  return (await folder.contentsTable(options)).setColumns([PidTagSubject])
}
