import { type PropertyTag, propertyTagCodec } from '@bourse/mapi'
import { ByteReader, ByteWriter, type CodecValue, constant, counted, struct, u32 } from '@bourse/mapi/bytes'

/** Kinds of control in a template ([MS-OXOABKT] 2.2.2.1.2 ControlType). */
export const ControlType = {
  Label: 0x0,
  Edit: 0x1,
  ListBox: 0x2,
  CheckBox: 0x5,
  GroupBox: 0x6,
  Button: 0x7,
  Page: 0x8,
  MultivaluedListBox: 0xb,
  MultivaluedDropDown: 0xc,
} as const

/** Bits of ControlFlags ([MS-OXOABKT] 2.2.2.1.2). */
export const ControlFlag = {
  MultiLine: 0x01,
  Editable: 0x02,
  Required: 0x04,
  /** Characters of more than one byte may be typed. */
  DoubleByte: 0x20,
} as const

/** CNTRL ([MS-OXOABKT] 2.2.2.1.3): what its parts mean depends on the kind of control. */
const control = struct('CNTRL', {
  /** The property that the control shows; 0 for controls that show none. */
  type: propertyTagCodec,
  /** Of edit boxes: the most characters. */
  size: u32,
  /** Offset of a null-terminated 8-bit string from the beginning of the TRowSet. */
  stringOffset: u32,
})

/** TRow ([MS-OXOABKT] 2.2.2.1.2), 36 bytes: one control, in dialog units. */
const row = struct('TRow', {
  x: u32,
  width: u32,
  y: u32,
  height: u32,
  controlType: u32,
  controlFlags: u32,
  control,
})

/** TRowSet ([MS-OXOABKT] 2.2.2.1.1): the controls of a dialog, page by page. Their strings follow. */
const rowSet = struct('TRowSet', { type: constant(u32, 1), rows: counted(u32, row) })

const ROW_SIZE = row.minSize

/** A control of a template. */
export interface TemplateControl {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /** One of {@link ControlType}. */
  readonly controlType: number
  /** Bits of {@link ControlFlag}. */
  readonly controlFlags: number
  readonly tag: PropertyTag<unknown>
  readonly size: number
  /** Label, or for edit boxes which characters may be typed (`*` for any); one character per byte. */
  readonly text: string
}

/** The value of PidTagTemplateData: a TRowSet and the strings of its controls, each string once. */
export function encodeTemplate(controls: readonly TemplateControl[]): Uint8Array<ArrayBuffer> {
  const strings = new ByteWriter()
  const base = rowSet.minSize + controls.length * ROW_SIZE
  const offsets = new Map<string, number>()
  for (const { text } of controls) {
    if (offsets.has(text)) continue
    offsets.set(text, base + strings.length)
    strings.latin1z(text)
  }
  const writer = new ByteWriter()
  rowSet.encode(writer, {
    rows: controls.map(({ x, width, y, height, controlType, controlFlags, tag, size, text }) => ({
      x,
      width,
      y,
      height,
      controlType,
      controlFlags,
      control: { type: tag as PropertyTag, size, stringOffset: offsets.get(text)! },
    })),
  } as CodecValue<typeof rowSet>)
  writer.bytes(strings.finish())
  return writer.finish()
}

/** The controls that the value of PidTagTemplateData describes. Throws `DecodeError`. */
export function decodeTemplate(bytes: Uint8Array): readonly TemplateControl[] {
  const { rows } = rowSet.decode(new ByteReader(bytes))
  return rows.map(
    ({ x, width, y, height, controlType, controlFlags, control: { type, size, stringOffset } }) => {
      const reader = new ByteReader(bytes)
      reader.take(stringOffset)
      const text = reader.latin1z()
      return { x, y, width, height, controlType, controlFlags, tag: type, size, text }
    },
  )
}
