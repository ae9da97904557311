import { htmlToText } from '@bourse/formats/body'
import {
  fileTimeToInstant,
  PidLidNoteColor,
  PidLidNoteHeight,
  PidLidNoteWidth,
  PidLidNoteX,
  PidLidNoteY,
  PidLidSideEffects,
  PidTagIconIndex,
  PidTagLastModificationTime,
  PidTagSubject,
} from '@bourse/mapi'
import {
  COMMON_PROPERTIES,
  type CommonFields,
  type Importance,
  readCommon,
  readSubject,
  type Sensitivity,
  SIDE_EFFECTS,
  writeCommon,
  writeSubjectFields,
} from '../items/common-fields.ts'
import type { Item, ItemBody, ItemKind } from '../items/item.ts'
import { ItemFolder } from '../items/item-folder.ts'
import type { MailFolder } from '../mail/folder.ts'

export type NoteColor = 'blue' | 'green' | 'pink' | 'yellow' | 'white'

/** In the order of the values of PidLidNoteColor ([MS-OXONOTE] 2.2.1.1). */
const COLORS: readonly NoteColor[] = ['blue', 'green', 'pink', 'yellow', 'white']

/** PidTagIconIndex of a blue note; the other colors follow ([MS-OXONOTE] 2.2.2.3). */
const ICON = 0x300

/** The size of a new note, in pixels, and where it stands. */
const SIZE = { width: 200, height: 166, x: 80, y: 80 } as const

/** What a note tells without being opened. Its text is `text()`. */
export interface NoteFields extends CommonFields {
  /** The first line of the text. */
  readonly subject: string
  readonly color: NoteColor
  readonly modified: Temporal.Instant | undefined
}

/** What a new note is, or what of one changes. Its subject follows from its text. */
export interface NoteContent extends ItemBody {
  readonly color?: NoteColor
  readonly categories?: readonly string[]
  readonly importance?: Importance
  readonly sensitivity?: Sensitivity
}

export type Note = Item<NoteFields, NoteContent>

/**
 * The notes of a folder ([MS-OXONOTE]):
 *
 * ```ts
 * const notes = await session.store.notes()
 * await notes.create({ text: 'Milk\nBread', color: 'green' })
 * ```
 */
export type Notes = ItemFolder<NoteFields, NoteContent>

/** The notes of any folder. */
export function notesIn(folder: MailFolder): Notes {
  return new ItemFolder(folder, note)
}

const note: ItemKind<NoteFields, NoteContent> = {
  messageClass: 'IPM.StickyNote',
  properties: [PidTagSubject, PidLidNoteColor, PidTagLastModificationTime, ...COMMON_PROPERTIES],
  read(values) {
    const modified = values.get(PidTagLastModificationTime)
    return {
      ...readCommon(values),
      subject: readSubject(values),
      color: COLORS[values.get(PidLidNoteColor) ?? -1] ?? 'yellow',
      modified: modified === undefined ? undefined : fileTimeToInstant(modified),
    }
  },
  write(fields) {
    const { subject = '', color = 'yellow' } = fields
    const value = COLORS.indexOf(color)
    return [
      ...writeCommon(fields),
      ...writeSubjectFields(subject),
      [PidLidNoteColor, value],
      [PidTagIconIndex, ICON + value],
    ]
  },
  prepare({ text, html, ...fields }) {
    const body = text ?? (html === undefined ? undefined : htmlToText(html))
    if (body === undefined) return { fields }
    return { fields: { ...fields, subject: firstLine(body) }, text: body }
  },
  async create() {
    return [
      [PidLidNoteWidth, SIZE.width],
      [PidLidNoteHeight, SIZE.height],
      [PidLidNoteX, SIZE.x],
      [PidLidNoteY, SIZE.y],
      [PidLidSideEffects, SIDE_EFFECTS],
    ]
  },
}

/** PidTagNormalizedSubject is the text up to its first line break ([MS-OXONOTE] 2.2.2.2). */
function firstLine(text: string): string {
  return /^[^\r\n]*/.exec(text.trimStart())![0].slice(0, 250)
}
