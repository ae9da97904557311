/** The snippets about appointments, contacts, tasks and notes of docs/guide.md, which are run by client.test.ts. */
import { asc, type MailSession, startsWith } from '@bourse/client'
import { PidTagSurname } from '@bourse/mapi'

export async function appointments(session: MailSession): Promise<string[]> {
  const lines: string[] = []
  // #region appointments
  const calendar = await session.store.calendar()
  const start = Temporal.ZonedDateTime.from('2026-03-02T09:00[Europe/Berlin]')
  await calendar.create({ subject: 'Dentist', location: 'Town', start, reminder: 60 })
  const standup = await calendar.create({
    subject: 'Standup',
    start,
    end: start.add({ minutes: 15 }),
    recurrence: { every: 'week', on: ['monday', 'thursday'], count: 10 },
  })

  // One occurrence only: it becomes an exception of the series.
  await calendar.changeOccurrence(standup.id, Temporal.PlainDate.from('2026-03-05'), {
    start: start.add({ days: 4, hours: 1 }),
  })
  await calendar.deleteOccurrence(standup.id, Temporal.PlainDate.from('2026-03-09'))

  // All occurrences that are in a fortnight, and all single appointments.
  for await (const entry of calendar.between(start.startOfDay(), start.add({ weeks: 2 }))) {
    lines.push(`${entry.start.toPlainDateTime()} ${entry.subject}`)
  }
  // #endregion
  return lines
}

export async function contacts(session: MailSession): Promise<(string | undefined)[]> {
  // #region contacts
  const contacts = await session.store.contacts()
  const ann = await contacts.create({
    givenName: 'Ann',
    surname: 'Adams',
    emails: [{ address: 'ann@example.com' }],
    phones: { mobile: '+49 151 1234567' },
    birthday: Temporal.PlainDate.from('1990-02-03'),
  })
  await ann.change({ company: 'Example' })
  const found = contacts.list({ where: startsWith(PidTagSurname, 'A'), orderBy: asc(PidTagSurname) })
  const names = await Array.fromAsync(found, (contact) => contact.displayName)
  // #endregion
  return names
}

export async function tasks(session: MailSession): Promise<number> {
  // #region tasks
  const tasks = await session.store.tasks()
  const task = await tasks.create({ subject: 'Taxes', due: Temporal.PlainDate.from('2026-05-31') })
  const done = await task.change({ status: 'complete' })
  // #endregion
  return done.percentComplete
}

export async function notes(session: MailSession): Promise<string> {
  // #region notes
  const notes = await session.store.notes()
  const note = await notes.create({ text: 'Milk\nBread', color: 'green' })
  await note.delete()
  // #endregion
  return note.subject
}
