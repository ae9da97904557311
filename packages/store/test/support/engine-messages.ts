import type { PropertyTag, PropertyValue } from '@bourse/mapi'
import { insertFolder } from '../../src/folder/insert.ts'
import { insertMessage } from '../../src/message/index.ts'
import type { StoredValue } from '../../src/record/packed-properties.ts'
import type { EngineFixture } from './fixture.ts'

/** Tags and values, as tests write them. */
export type MessageEntries = readonly (readonly [PropertyTag<unknown>, PropertyValue])[]

let folders = 0

/** A new folder below the inbox; returns its counter. */
export function newFolder({ mailbox }: EngineFixture, parent?: number): Promise<number> {
  folders++
  return mailbox.write((tx) =>
    insertFolder(tx, mailbox, parent ?? mailbox.info.folders.inbox!, { name: `Folder ${folders}` }),
  )
}

export function propertiesOf(entries: MessageEntries): Map<PropertyTag<unknown>, StoredValue> {
  return new Map(entries as readonly (readonly [PropertyTag<unknown>, StoredValue])[])
}

/** Stores messages in one transaction; returns their counters. */
export function insertAll(
  { mailbox }: EngineFixture,
  fid: number,
  messages: readonly MessageEntries[],
): Promise<number[]> {
  return mailbox.write(async (tx) => {
    const mids: number[] = []
    for (const entries of messages) {
      mids.push(await insertMessage(tx, mailbox, fid, { properties: propertiesOf(entries) }))
    }
    return mids
  })
}
