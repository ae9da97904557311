import {
  authenticatedFetch,
  connect,
  type ExchangeStore,
  logOn,
  openAddressBook,
  type RopSession,
} from '@bourse/client/exchange'
import {
  type Notification,
  PidTagAddressType,
  PidTagBody,
  PidTagDisplayName,
  PidTagEmailAddress,
  PidTagMid,
  PidTagSubject,
  PropertyBag,
  RecipientType,
} from '@bourse/mapi'

/** What the test calls in the page; each returns plain values. */
const page = {
  session: undefined as RopSession | undefined,
  store: undefined as ExchangeStore | undefined,
  notifications: [] as Notification[],

  async logOn(user: string, password: string, userDn: string): Promise<boolean> {
    page.session = await connect({
      url: `${location.origin}/mapi/emsmdb/`,
      fetch: authenticatedFetch({ kind: 'basic', user, password }),
      userDn,
      reconnectDelay: 10,
    })
    page.store = await logOn(page.session, { mailboxDn: userDn })
    return page.store.logon.isOwner
  },

  async resolve(user: string, password: string, name: string): Promise<string | undefined> {
    await using book = await openAddressBook({
      url: `${location.origin}/mapi/nspi/`,
      fetch: authenticatedFetch({ kind: 'basic', user, password }),
    })
    const [found] = await book.resolveNames([name], [PidTagDisplayName])
    return found?.kind === 'resolved' ? found.entry.get(PidTagDisplayName) : undefined
  },

  async list(): Promise<readonly string[]> {
    const inbox = await page.store!.openFolder(page.store!.logon.folders.inbox!)
    await using table = await inbox.contentsTable()
    const subjects: string[] = []
    for await (const row of await table.setColumns([PidTagSubject])) subjects.push(row.get(PidTagSubject)!)
    return subjects
  },

  async readBody(subject: string): Promise<string | undefined> {
    const { inbox } = page.store!.logon.folders
    const folder = await page.store!.openFolder(inbox!)
    await using table = await folder.contentsTable()
    for await (const row of await table.setColumns([PidTagSubject, PidTagMid])) {
      if (row.get(PidTagSubject) !== subject) continue
      await using message = await page.store!.openMessage(inbox!, row.get(PidTagMid)!)
      return message.get(PidTagBody)
    }
    return undefined
  },

  async watch(): Promise<void> {
    await page.store!.subscribe(
      { events: ['created', 'newMail'], folderId: page.store!.logon.folders.inbox! },
      (notifications) => page.notifications.push(...notifications),
    )
  },

  kinds: (): readonly string[] => page.notifications.map(({ kind }) => kind),

  async send(to: string, subject: string): Promise<void> {
    await using message = await page.store!.createMessage(page.store!.logon.folders.outbox!)
    await message.setProperties([
      [PidTagSubject, subject],
      [PidTagBody, 'Sent from a browser.'],
    ])
    const properties = new PropertyBag([
      [PidTagAddressType, 'SMTP'],
      [PidTagEmailAddress, to],
      [PidTagDisplayName, to],
    ])
    await message.modifyRecipients([
      { rowId: 0, recipient: { rowId: 0, type: RecipientType.To, properties } },
    ])
    await message.submit()
  },

  close: () => page.session!.close(),
}

export type Page = typeof page

Object.assign(globalThis, { page })
