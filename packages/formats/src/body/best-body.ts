/** The formats a message's body is stored in: PidTagBody, PidTagRtfCompressed, PidTagHtml. */
export type BodyFormat = 'plain' | 'rtf' | 'html'

/** Values of PidTagNativeBody ([MS-OXCMSG] 2.2.1.58.2). */
export const NativeBody = {
  Undefined: 0,
  PlainText: 1,
  RtfCompressed: 2,
  Html: 3,
  ClearSigned: 4,
} as const

const FORMATS: ReadonlyMap<number, BodyFormat> = new Map([
  [NativeBody.PlainText, 'plain'],
  [NativeBody.RtfCompressed, 'rtf'],
  [NativeBody.Html, 'html'],
])

/** The value of PidTagNativeBody for a format. */
export function nativeBodyOf(format: BodyFormat | undefined): number {
  for (const [value, known] of FORMATS) if (known === format) return value
  return NativeBody.Undefined
}

/** What is there of a message's body. */
export interface StoredBodies {
  readonly plain: boolean
  readonly rtf: boolean
  readonly html: boolean
  /** PidTagRtfInSync; `false` if left out. */
  readonly rtfInSync?: boolean
  /** PidTagNativeBody, if somebody set it. */
  readonly nativeBody?: number
}

/**
 * The body that others are made from: the one that says most of what was written ([MS-OXBBODY] 2.1.3.1). `undefined` if
 * there is none.
 */
export function bestBody({
  plain,
  rtf,
  html,
  rtfInSync = false,
  nativeBody,
}: StoredBodies): BodyFormat | undefined {
  const stored = { plain, rtf, html }
  const native = nativeBody === undefined ? undefined : FORMATS.get(nativeBody)
  if (native !== undefined && stored[native]) return native
  // RTF that is not in sync is older than what lies beside it.
  if (rtf && (rtfInSync || !(html || plain))) return 'rtf'
  if (html) return 'html'
  return plain ? 'plain' : undefined
}
