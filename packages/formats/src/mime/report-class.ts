/** What a report says: what became of a message's delivery, or whether it was read ([MS-OXOMSG] 2.2.2). */
export type ReportKind = 'delivery' | 'disposition'

/** Values of the Action field (RFC 3464 2.3.3), the most severe first, and what they add to the class of a report ([MS-OXCMAIL] 2.2.3.7.1.1). */
const ACTIONS: readonly (readonly [action: string, suffix: string])[] = [
  ['failed', 'NDR'],
  ['delayed', 'Delayed'],
  ['relayed', 'Relayed.DR'],
  ['expanded', 'Expanded.DR'],
  ['delivered', 'DR'],
]
/** The original was read ([MS-OXCMAIL] 2.2.3.7.2.1). */
const READ = 'IPNRN'
/** It was deleted or otherwise done with unread. */
const NOT_READ = 'IPNNRN'

const CLASS = /^REPORT\.(.*?)\.(NDR|Delayed|Relayed\.DR|Expanded\.DR|DR|IPNRN|IPNNRN)$/i

/** The parts of a report's message class; `undefined` for other classes. */
export function parseReportClass(messageClass: string):
  | {
      readonly kind: ReportKind
      /** PidTagMessageClass of the message that the report is about. */
      readonly originalClass: string
      /** Of a delivery report: the Action field. */
      readonly action: string
      /** Of a read report: whether the message was read. */
      readonly isRead: boolean
    }
  | undefined {
  const match = CLASS.exec(messageClass)
  if (match === null) return undefined
  const suffix = match[2]!.toLowerCase()
  const action = ACTIONS.find(([, name]) => name.toLowerCase() === suffix)?.[0]
  return {
    kind: action === undefined ? 'disposition' : 'delivery',
    originalClass: match[1]!,
    action: action ?? '',
    isRead: suffix === READ.toLowerCase(),
  }
}

/** How severe an action is: 0 is the most severe; `undefined` for what is no action. */
export function severity(action: string): number | undefined {
  const index = ACTIONS.findIndex(([name]) => name === action.trim().toLowerCase())
  return index < 0 ? undefined : index
}

/** The class of a delivery report with an action of a severity. */
export function deliveryReportClass(level: number): string {
  return `REPORT.IPM.Note.${ACTIONS[level]![1]}`
}

/** The class of a read report. */
export function readReportClass(isRead: boolean): string {
  return `REPORT.IPM.Note.${isRead ? READ : NOT_READ}`
}
