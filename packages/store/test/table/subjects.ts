import { PropertyBag, type PropertyTag, type PropertyValue } from '@bourse/mapi'
import type { PropertySource } from '../../src/record/property-source.ts'
import { propertyValueOf } from '../../src/table/message-reader.ts'
import type { Subject } from '../../src/table/subject.ts'

/** Tags and values, as tests write them. */
export type Entries = readonly (readonly [PropertyTag<unknown>, PropertyValue])[]

export function sourceOf(entries: Entries): PropertySource {
  const bag = new PropertyBag(entries)
  return { cell: (tag) => bag.cell(tag), tagOf: (id) => bag.tagOf(id), tags: () => bag.tags() }
}

/** Something with these properties, recipients and attachments. */
export function subjectOf(
  entries: Entries,
  parts: { readonly recipients?: readonly Entries[]; readonly attachments?: readonly Entries[] } = {},
): Subject {
  const source = sourceOf(entries)
  const { recipients, attachments } = parts
  return {
    value: (tag) => propertyValueOf(source, tag, 1252),
    ...(recipients && { recipients: () => recipients.map((one) => subjectOf(one)) }),
    ...(attachments && { attachments: () => attachments.map((one) => subjectOf(one)) }),
  }
}
