import {
  contains,
  type Message,
  type NamedProperty,
  namedTags,
  nowAsFileTime,
  or,
  PidLidEmail1EmailAddress,
  PidLidEmail1OriginalDisplayName,
  PidLidEmail2EmailAddress,
  PidLidEmail2OriginalDisplayName,
  PidLidEmail3EmailAddress,
  PidLidEmail3OriginalDisplayName,
  PidTagMid,
  PidTagSentRepresentingEmailAddress,
  PidTagSentRepresentingSmtpAddress,
} from '@bourse/mapi'
import type { Logon } from '../access/logon.ts'
import { answersNow } from '../mailbox/out-of-office.ts'
import { StoreObject } from '../object/store-object.ts'
import type { MailOrigin } from './out-of-office-sender.ts'

/** Where a contact's addresses are ([MS-OXOCNTC] 2.2.1.2): of people of the organization the SMTP address is the original display name. */
const ADDRESSES: readonly NamedProperty<string>[] = [
  PidLidEmail1EmailAddress,
  PidLidEmail2EmailAddress,
  PidLidEmail3EmailAddress,
  PidLidEmail1OriginalDisplayName,
  PidLidEmail2OriginalDisplayName,
  PidLidEmail3OriginalDisplayName,
]

/**
 * Whether the sender of a message that is arriving is known, where it depends on that whether they are answered: if the owner of the mailbox is away
 * and answers those from outside whom they know.
 */
export async function isKnownWhereThatMatters(
  logon: Logon,
  message: Message,
  { isInternal, reversePath }: MailOrigin,
): Promise<boolean> {
  if (isInternal === true) return true
  const { mailbox } = logon
  const answers = await mailbox.read((tx) => answersNow(tx, mailbox, nowAsFileTime()))
  if (answers?.externalAudience !== 'known') return false
  const from = await message.getProperties([
    PidTagSentRepresentingSmtpAddress,
    PidTagSentRepresentingEmailAddress,
  ])
  const address =
    reversePath ??
    from.get(PidTagSentRepresentingSmtpAddress) ??
    from.get(PidTagSentRepresentingEmailAddress) ??
    ''
  return isKnownSender(logon, address)
}

/** Whether an SMTP address is known to the owner of a mailbox: one of the contacts there, or of the address book ([MS-OXWOOF] 2.2.5.1). */
async function isKnownSender(logon: Logon, address: string): Promise<boolean> {
  if (address === '') return false
  return (
    (await logon.mailbox.services.displayNameOf(address)) !== undefined || (await isContact(logon, address))
  )
}

async function isContact(logon: Logon, address: string): Promise<boolean> {
  const { mailbox } = logon
  const fid = mailbox.info.folders.contacts
  if (fid === undefined) return false
  const store = new StoreObject(logon)
  const tags = (await namedTags(store, ADDRESSES)).filter((tag) => tag >>> 16 !== 0)
  if (tags.length === 0) return false
  await using folder = await store.openFolder(mailbox.id(fid))
  await using table = await folder.contentsTable()
  const typed = await table.setColumns([PidTagMid])
  await typed.restrict(or(...tags.map((tag) => contains(tag, address, { match: 'full' }))))
  return (await typed.queryRows(1)).rows.length > 0
}
