import {
  PidTagDisplayBcc,
  PidTagDisplayCc,
  PidTagDisplayName,
  PidTagDisplayTo,
  PidTagRecipientDisplayName,
  PidTagRecipientType,
  PidTagTransmittableDisplayName,
  type PropertyTag,
  RecipientType,
  recipientKind,
} from '@bourse/mapi'
import type { RecipientRecord, StoredProperties } from '../record/message-record.ts'

/** Stands between the names of recipients ([MS-OXOMSG] 2.2.1.9). */
const SEPARATOR = '; '

const TAGS: readonly (readonly [kind: number, tag: PropertyTag<string>])[] = [
  [RecipientType.To, PidTagDisplayTo],
  [RecipientType.Cc, PidTagDisplayCc],
  [RecipientType.Bcc, PidTagDisplayBcc],
]

/** PidTagDisplayTo, PidTagDisplayCc and PidTagDisplayBcc ([MS-OXOMSG] 2.2.1.7 to 2.2.1.9): the recipients' names, kind by kind. */
export function displayNames(recipients: readonly RecipientRecord[]): [PropertyTag<string>, string][] {
  return TAGS.map(([kind, tag]) => {
    let text = ''
    for (const { properties } of recipients) {
      if (recipientKindOf(properties) !== kind) continue
      text += (text === '' ? '' : SEPARATOR) + nameOf(properties)
    }
    return [tag, text]
  })
}

/** Whether a tag is one of those that {@link displayNames} gives. */
export function isDisplayName(tag: PropertyTag<unknown>): boolean {
  return tag === PidTagDisplayTo || tag === PidTagDisplayCc || tag === PidTagDisplayBcc
}

/** What a recipient is to its message: one of {@link RecipientType}. */
export function recipientKindOf(properties: StoredProperties): number {
  const type = properties.get(PidTagRecipientType)
  return typeof type === 'number' ? recipientKind(type) : RecipientType.To
}

function nameOf(properties: StoredProperties): string {
  for (const tag of [PidTagDisplayName, PidTagRecipientDisplayName, PidTagTransmittableDisplayName]) {
    const name = properties.get(tag)
    if (typeof name === 'string') return name
  }
  return ''
}
