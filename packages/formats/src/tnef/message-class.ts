/** Message classes of Microsoft Mail, which attMessageClass holds, and those of today ([MS-OXTNEF] 2.1.3.3.1). */
const CLASSES: ReadonlyMap<string, string> = new Map([
  ['ipm.microsoft mail.note', 'IPM.Note'],
  ['ipm.microsoft mail.read receipt', 'REPORT.IPM.Note.IPNRN'],
  ['ipm.microsoft mail.non-delivery', 'REPORT.IPM.Note.NDR'],
  ['ipm.microsoft schedule.mtgreq', 'IPM.Schedule.Meeting.Request'],
  ['ipm.microsoft schedule.mtgrespp', 'IPM.Schedule.Meeting.Resp.Pos'],
  ['ipm.microsoft schedule.mtgrespn', 'IPM.Schedule.Meeting.Resp.Neg'],
  ['ipm.microsoft schedule.mtgrespa', 'IPM.Schedule.Meeting.Resp.Tent'],
  ['ipm.microsoft schedule.mtgcncl', 'IPM.Schedule.Meeting.Canceled'],
])

/** PidTagMessageClass for the value of attMessageClass. */
export function classFromTnef(value: string): string {
  return CLASSES.get(value.toLowerCase()) ?? value
}
