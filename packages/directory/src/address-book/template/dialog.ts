import { type PropertyTag, PtypString, PtypString8, tagType, withType } from '@bourse/mapi'
import type { String8Converter } from '../../text/string8.ts'
import { ControlFlag, ControlType, encodeTemplate, type TemplateControl } from './layout.ts'

/** Sizes in dialog units. */
const LINE_HEIGHT = 12
const LINE_GAP = 3
const LABEL_WIDTH = 60
const COLUMN_WIDTH = 176
const FIELD_WIDTH = COLUMN_WIDTH - LABEL_WIDTH - 8
const MARGIN = 6
const PAGE_WIDTH = 2 * COLUMN_WIDTH

/** The most characters of what can be entered. */
const MAX_CHARACTERS = 256

/** No property. */
const NO_TAG = 0 as PropertyTag<unknown>

/** Any character. */
const ANY = '*'

/** A field of a dialog: a label and an edit box. */
export interface Field {
  /** The character after `&` is the shortcut. */
  readonly label: string
  readonly tag: PropertyTag<unknown>
  /** Whether it can be changed. */
  readonly editable?: boolean
  readonly required?: boolean
  readonly maxCharacters?: number
}

/** A page of a dialog: fields in two columns, line by line, or one list. */
export type Page =
  | { readonly title: string; readonly fields: readonly Field[] }
  | {
      readonly title: string
      readonly list: PropertyTag<unknown>
      readonly label: string
      readonly isMultivalued: boolean
    }

/** The value of PidTagTemplateData for a dialog of pages, with its labels in a code page. */
export function dialogTemplate(
  pages: readonly Page[],
  { encode }: String8Converter,
): Uint8Array<ArrayBuffer> {
  const controls = pages.flatMap((page) => [
    control(ControlType.Page, { x: 0, y: 0, width: 0, height: 0 }, { text: page.title }),
    ...('fields' in page ? fieldControls(page.fields) : listControls(page)),
  ])
  return encodeTemplate(controls.map((each) => ({ ...each, text: encode(each.text) })))
}

function fieldControls(fields: readonly Field[]): readonly TemplateControl[] {
  return fields.flatMap(({ label, tag, editable, required, maxCharacters = MAX_CHARACTERS }, i) => {
    const x = MARGIN + (i % 2) * COLUMN_WIDTH
    const y = MARGIN + Math.floor(i / 2) * (LINE_HEIGHT + LINE_GAP)
    const flags =
      (editable ? ControlFlag.Editable | ControlFlag.DoubleByte : 0) | (required ? ControlFlag.Required : 0)
    return [
      control(ControlType.Label, { x, y, width: LABEL_WIDTH, height: LINE_HEIGHT }, { text: label }),
      control(
        ControlType.Edit,
        { x: x + LABEL_WIDTH, y, width: FIELD_WIDTH, height: LINE_HEIGHT },
        { tag: string8Tag(tag), text: ANY, flags, size: maxCharacters },
      ),
    ]
  })
}

function listControls(
  page: Extract<Page, { readonly list: PropertyTag<unknown> }>,
): readonly TemplateControl[] {
  const { list, label, isMultivalued } = page
  const type = isMultivalued ? ControlType.MultivaluedListBox : ControlType.ListBox
  const width = PAGE_WIDTH - 2 * MARGIN
  return [
    control(ControlType.Label, { x: MARGIN, y: MARGIN, width, height: LINE_HEIGHT }, { text: label }),
    control(type, { x: MARGIN, y: MARGIN + LINE_HEIGHT, width, height: 130 }, { tag: list, text: ANY }),
  ]
}

interface Place {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

function control(
  controlType: number,
  place: Place,
  content: {
    readonly tag?: PropertyTag<unknown>
    readonly flags?: number
    readonly size?: number
    readonly text?: string
  },
): TemplateControl {
  const { tag = NO_TAG, flags = 0, size = 0, text = '' } = content
  return { ...place, controlType, controlFlags: flags, tag, size, text }
}

/** Edit boxes show 8-bit strings. */
function string8Tag(tag: PropertyTag<unknown>): PropertyTag<unknown> {
  return tagType(tag) === PtypString ? withType(tag, PtypString8) : tag
}
