import {
  type Message,
  type MessageStore,
  PidTagAutoResponseSuppress,
  PidTagMessageClass,
  PS_INTERNET_HEADERS,
  PtypString,
  propertyTag,
} from '@bourse/mapi'

/** Classes of messages that nobody has written: reports, and the answers of rules and of who is out of office. */
const AUTOMATIC_CLASS = /^(?:REPORT\.|IPM\.Note\.Rules\.(?:Oof|Reply)Template\.)/i
/** PidTagAutoResponseSuppress of a message that nothing at all is to answer ([MS-OXOMSG] 2.2.1.77): so rules mark what they send. */
const SUPPRESS_ALL = -1
/** The header field that says that nobody has written a message (RFC 3834 5). */
const AUTO_SUBMITTED = { kind: 'name', set: PS_INTERNET_HEADERS, name: 'auto-submitted' } as const

/** A message that nobody has written. */
export interface Automatic {
  /** Header fields that say so, for who the message does not say it itself. */
  readonly fields: readonly string[]
}

/** Whether nobody has written a message: nobody wants to know then what becomes of it, nor do machines answer it (RFC 3834). */
export async function automaticOf(message: Message, store: MessageStore): Promise<Automatic | undefined> {
  const [id] = await store.getPropertyIds([AUTO_SUBMITTED])
  const named = id === undefined || id === 0 ? undefined : await message.get(propertyTag(id, PtypString))
  if (typeof named === 'string' && named.trim() !== '')
    return /^no\b/i.test(named.trim()) ? undefined : { fields: [] }
  const isAutomatic =
    AUTOMATIC_CLASS.test((await message.get(PidTagMessageClass)) ?? '') ||
    (await message.get(PidTagAutoResponseSuppress)) === SUPPRESS_ALL
  return isAutomatic ? { fields: ['Auto-Submitted: auto-replied\r\n'] } : undefined
}
