/** Values of PidTagImportance ([MS-OXCMSG] 2.2.1.11) as the Importance field names them ([MS-OXCMAIL] 2.1.3.2.5). */
export const IMPORTANCE: readonly string[] = ['Low', 'Normal', 'High']

/** Values of PidTagSensitivity ([MS-OXCMSG] 2.2.1.13) as the Sensitivity field names them ([MS-OXCMAIL] 2.1.3.2.6). */
export const SENSITIVITY: readonly string[] = ['Normal', 'Personal', 'Private', 'Company-Confidential']

const PRIORITIES: ReadonlyMap<string, number> = new Map([
  ['non-urgent', 0],
  ['nonurgent', 0],
  ['normal', 1],
  ['urgent', 2],
])

/**
 * PidTagImportance of a header's Importance, Priority, X-Priority or X-MSMail-Priority field, the first that says
 * something ([MS-OXCMAIL] 2.2.3.2.5). `field` gives the value of a field by its name in lower case.
 */
export function readImportance(field: (key: string) => string | undefined): number | undefined {
  const byName = (key: string): number | undefined => {
    const index = IMPORTANCE.findIndex((name) => name.toLowerCase() === field(key)?.toLowerCase())
    return index < 0 ? undefined : index
  }
  const priority = PRIORITIES.get(field('priority')?.toLowerCase() ?? '')
  const digit = /^[1-5]/.exec(field('x-priority') ?? '')?.[0]
  const xPriority = digit === undefined ? undefined : digit < '3' ? 2 : digit > '3' ? 0 : 1
  return byName('importance') ?? priority ?? xPriority ?? byName('x-msmail-priority')
}

/** PidTagSensitivity of a Sensitivity field's value. */
export function readSensitivity(value: string | undefined): number | undefined {
  const index = SENSITIVITY.findIndex((name) => name.toLowerCase() === value?.trim().toLowerCase())
  return index < 0 ? undefined : index
}

/** Bits of PidTagAutoResponseSuppress ([MS-OXOMSG] 2.2.1.77) and what X-Auto-Response-Suppress calls them ([MS-OXCMAIL] 2.1.3.2.20). */
const SUPPRESSIONS: readonly (readonly [bit: number, name: string])[] = [
  [0x01, 'DR'],
  [0x02, 'NDR'],
  [0x04, 'RN'],
  [0x08, 'NRN'],
  [0x10, 'OOF'],
  [0x20, 'AutoReply'],
]
const ALL = -1

/** PidTagAutoResponseSuppress of an X-Auto-Response-Suppress field's value. */
export function readSuppression(value: string): number | undefined {
  const names = value.split(',').map((name) => name.trim().toLowerCase())
  if (names.includes('all')) return ALL
  if (names.includes('none')) return 0
  const bits = SUPPRESSIONS.filter(([, name]) => names.includes(name.toLowerCase()))
  return bits.length === 0 ? undefined : bits.reduce((sum, [bit]) => sum | bit, 0)
}

/** The value of X-Auto-Response-Suppress for PidTagAutoResponseSuppress. */
export function formatSuppression(value: number): string {
  if (value === ALL) return 'All'
  const names = SUPPRESSIONS.filter(([bit]) => value & bit).map(([, name]) => name)
  return names.length === 0 ? 'None' : names.join(', ')
}
