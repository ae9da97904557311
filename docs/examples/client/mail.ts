/** The snippets about mail of docs/guide.md. Each function is one of them, and each is run by client.test.ts. */
import {
  after,
  and,
  contains,
  desc,
  equals,
  hasAttachment,
  isUnread,
  type MailFolder,
  type MailSession,
  or,
} from '@bourse/client'
import {
  PidLidReminderSet,
  PidTagImportance,
  PidTagMessageDeliveryTime,
  PidTagMessageSize,
  PidTagSenderName,
  PidTagSubject,
} from '@bourse/mapi'

export async function list(session: MailSession): Promise<string[]> {
  const lines: string[] = []
  // #region list
  const inbox = await session.store.inbox()
  for await (const message of inbox.messages({
    select: [PidTagSubject, PidTagMessageSize],
    where: isUnread(),
    orderBy: desc(PidTagMessageDeliveryTime),
    limit: 20,
  })) {
    const subject = message.get(PidTagSubject) // string | undefined
    const size = message.get(PidTagMessageSize) // number | undefined
    lines.push(`${subject} (${size} bytes)`)
  }
  // #endregion
  return lines
}

export async function find(inbox: MailFolder): Promise<number> {
  // #region find
  const yesterday = Temporal.Now.zonedDateTimeISO().subtract({ days: 1 })
  const where = and(
    or(contains(PidTagSubject, 'invoice'), hasAttachment('.pdf')),
    after(PidTagMessageDeliveryTime, yesterday),
    equals(PidLidReminderSet, true), // a named property: its tag is looked up where it is needed
  )
  const count = await inbox.count(where)
  // #endregion
  return count
}

export async function read(inbox: MailFolder): Promise<string[]> {
  const saved: string[] = []
  // #region read
  for await (const listed of inbox.messages({ limit: 1 })) {
    await using message = await listed.open()
    const { name, address } = await message.from()
    const text = await message.text() // or html(): converted if it was written otherwise
    for (const attachment of await message.attachments()) {
      for await (const piece of attachment.stream()) {
        saved.push(`${attachment.name}: ${piece.length} bytes`)
      }
    }
    saved.push(`${name} <${address}>: ${text}`)
    await message.markRead()
  }
  // #endregion
  return saved
}

export async function properties(inbox: MailFolder): Promise<unknown> {
  const [id] = await inbox.messageIds()
  await using message = await inbox.openMessage(id!)
  // #region properties
  const values = await message.read([PidTagSubject, PidTagImportance, PidLidReminderSet])
  values.get(PidTagImportance) // number | undefined
  await message.set(PidLidReminderSet, true)
  await message.save()
  // #endregion
  return values.values()
}

export async function write(session: MailSession): Promise<void> {
  // #region write
  const draft = await session.compose({
    to: ['Bob Baker', 'Ann Admin <admin@example.com>'],
    subject: 'Minutes',
    html: '<p>See below.</p>',
    attachments: [{ name: 'minutes.txt', content: 'Nothing was decided.' }],
    importance: 'high',
  })
  await draft.save() // among the drafts, to go on later
  await draft.send()
  // #endregion
}

export async function answer(inbox: MailFolder): Promise<string[]> {
  const [id] = await inbox.messageIds(equals(PidTagSubject, 'Question'))
  await using message = await inbox.openMessage(id!)
  // #region answer
  const reply = await message.reply({ text: 'Yes.' }) // or replyAll()
  await reply.send()
  const passedOn = await message.forward({ to: 'carl@example.com', text: 'For you to know.' })
  await passedOn.save()
  // #endregion
  return [await passedOn.subject(), await passedOn.text()]
}

export async function organize(session: MailSession): Promise<string[]> {
  // #region organize
  const inbox = await session.store.inbox()
  const projects = await inbox.createFolder('Projects', { openExisting: true })
  for await (const message of inbox.messages({ where: contains(PidTagSubject, 'project') })) {
    await message.moveTo(projects)
  }
  const same = await session.store.folder('Inbox/Projects')
  await same.rename('Work')
  for await (const folder of inbox.folders()) {
    console.log(folder.name, folder.messageCount, folder.unreadCount)
  }
  // #endregion
  return Array.fromAsync(same.messages(), (message) => message.get(PidTagSubject) ?? '')
}

export async function remove(inbox: MailFolder): Promise<void> {
  // #region remove
  for await (const message of inbox.messages({ where: equals(PidTagSenderName, 'Spammer') })) {
    await message.delete() // into Deleted Items
  }
  const bin = await inbox.store.deletedItems()
  await bin.deleteMessages(await bin.messageIds(), { mode: 'recoverable' }) // or 'forever'
  // #endregion
}

export async function flag(inbox: MailFolder): Promise<void> {
  const [id] = await inbox.messageIds()
  await using message = await inbox.openMessage(id!)
  // #region flag
  await message.flag({ due: Temporal.Now.plainDateISO().add({ days: 2 }), request: 'Call back' })
  await message.completeFlag()
  // #endregion
}

export async function watch(
  inbox: MailFolder,
  signal: AbortSignal,
  tell: (line: string) => void,
): Promise<void> {
  // #region watch
  const watch = inbox.watch({ events: ['newMail', 'created'], signal })
  await watch.ready // nothing that happens from here on is missed
  for await (const change of watch) {
    await using message = await change.open()
    tell(`${change.kind}: ${await message.subject()}`)
  }
  // #endregion
}

export async function rules(session: MailSession): Promise<number> {
  // #region rules
  const rules = await session.store.rules()
  await rules.add({
    name: 'Reports',
    when: { from: 'ann@example.com', subject: 'report' },
    do: { copyTo: 'Drafts', markRead: true },
  })
  for (const rule of await rules.list()) {
    console.log(rule.name, rule.isEnabled, rule.when, rule.do)
    if (rule.hasFailed) await rules.change(rule, { isEnabled: false })
  }
  // #endregion
  const made = await rules.list()
  for (const rule of made) await rules.remove(rule)
  return made.length
}

export async function beneath(session: MailSession): Promise<number> {
  // #region beneath
  const inbox = await session.store.inbox()
  await using rules = await inbox.raw.rules() // Folder of @bourse/mapi
  await using table = await rules.table()
  const { rowCount } = await table.queryPosition()
  // #endregion
  return rowCount
}

export async function away(session: MailSession): Promise<boolean> {
  // #region away
  await session.store.setAutomaticReplies({
    state: 'scheduled', // or 'enabled', 'disabled'
    from: Temporal.Now.instant(),
    until: Temporal.Now.zonedDateTimeISO().add({ weeks: 2 }),
    internalReply: '<p>Bob knows what I know.</p>',
    externalReply: 'I am away until further notice.',
    externalAudience: 'known', // those in the contacts and the address book
  })
  const { isAway, until } = await session.store.automaticReplies()
  // #endregion
  return isAway && until !== undefined
}
