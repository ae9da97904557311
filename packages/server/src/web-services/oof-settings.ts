import {
  type AutomaticReplies,
  type AutomaticRepliesState,
  ErrorCode,
  type ExternalAudience,
  fileTimeToInstant,
  instantToFileTime,
  isMapiError,
  MAX_AUTOMATIC_REPLY,
} from '@bourse/mapi'
import type { Principal } from '@bourse/store'
import { child, type XmlElement, type XmlNode } from '../autodiscover/xml.ts'
import type { AutomaticRepliesQuestion } from './automatic-replies.ts'
import { readDateTime, writeDateTime } from './date-time.ts'
import { findAccess, type MailboxFinder } from './mailbox-access.ts'
import { MESSAGES, responseMessage, ServiceError, schemaError, TYPES, textOf, wordOf } from './soap.ts'

/** What the operations on automatic replies need. */
export interface OofSettingsOptions extends MailboxFinder {
  /** Asks the thread that has the mailbox. */
  automaticReplies(question: AutomaticRepliesQuestion): Promise<AutomaticReplies>
}

/** OofState ([MS-OXWOOF] 2.2.5.2). */
const STATES = { Disabled: 'disabled', Enabled: 'enabled', Scheduled: 'scheduled' } as const
/** ExternalAudience ([MS-OXWOOF] 2.2.5.1). */
const AUDIENCES = { None: 'none', Known: 'known', All: 'all' } as const

/** GetUserOofSettings ([MS-OXWOOF] 3.1.4.1): only for one's own mailbox. */
export async function getUserOofSettings(
  request: XmlElement,
  principal: Principal,
  options: OofSettingsOptions,
): Promise<XmlNode> {
  try {
    const replies = await ask(request, principal, options)
    return [
      'GetUserOofSettingsResponse',
      [responseMessage(), writeSettings(replies), ['AllowExternalOof', 'All']],
      { xmlns: MESSAGES },
    ]
  } catch (error) {
    return ['GetUserOofSettingsResponse', [responseMessage(reported(error))], { xmlns: MESSAGES }]
  }
}

/** SetUserOofSettings ([MS-OXWOOF] 3.1.4.2). */
export async function setUserOofSettings(
  request: XmlElement,
  principal: Principal,
  options: OofSettingsOptions,
): Promise<XmlNode> {
  const settings = child(request, 'UserOofSettings')
  if (settings === undefined) throw schemaError('UserOofSettings is missing.')
  let error: ServiceError | undefined
  try {
    await ask(request, principal, options, readSettings(settings))
  } catch (thrown) {
    error = reported(thrown)
  }
  return ['SetUserOofSettingsResponse', [responseMessage(error)], { xmlns: MESSAGES }]
}

async function ask(
  request: XmlElement,
  principal: Principal,
  options: OofSettingsOptions,
  change?: AutomaticReplies,
): Promise<AutomaticReplies> {
  const address = textOf(child(request, 'Mailbox'), 'Address')
  if (address === undefined) throw schemaError('Mailbox is missing.')
  const access = await findAccess(address, principal, options)
  return options.automaticReplies({ ...access, ...(change === undefined ? {} : { change }) })
}

/** UserOofSettings ([MS-OXWOOF] 2.2.4.2). What meetings are declined by it is not done here, and so is passed over. */
function readSettings(settings: XmlElement): AutomaticReplies {
  const state = wordOf(settings, 'OofState', keysOf(STATES))
  const audience = wordOf(settings, 'ExternalAudience', keysOf(AUDIENCES))
  if (state === undefined) throw schemaError('OofState is missing.')
  if (audience === undefined) throw schemaError('ExternalAudience is missing.')
  const duration = child(settings, 'Duration')
  const times = duration && {
    from: instantToFileTime(readDateTime(textOf(duration, 'StartTime'))),
    until: instantToFileTime(readDateTime(textOf(duration, 'EndTime'))),
  }
  if (state === 'Scheduled' && !(times !== undefined && times.from < times.until)) {
    throw new ServiceError(
      'ErrorInvalidScheduledOofDuration',
      'A scheduled absence needs a Duration that begins before it ends.',
    )
  }
  const replies = {
    internalReply: textOf(child(settings, 'InternalReply'), 'Message') ?? '',
    externalReply: textOf(child(settings, 'ExternalReply'), 'Message') ?? '',
  }
  if (Object.values(replies).some(({ length }) => length > MAX_AUTOMATIC_REPLY)) {
    const message = `A reply may have ${MAX_AUTOMATIC_REPLY} characters.`
    throw new ServiceError('ErrorInvalidUserOofSettings', message)
  }
  return { state: STATES[state], externalAudience: AUDIENCES[audience], ...times, ...replies }
}

function writeSettings({ state, from, until, externalAudience, ...replies }: AutomaticReplies): XmlNode {
  // Clients expect a time, though it means nothing unless the state is Scheduled: from the next full hour on for a day.
  const start =
    from === undefined
      ? Temporal.Now.zonedDateTimeISO('UTC').round({ smallestUnit: 'hour', roundingMode: 'ceil' }).toInstant()
      : fileTimeToInstant(from)
  const end = until === undefined ? start.add({ hours: 24 }) : fileTimeToInstant(until)
  return [
    'OofSettings',
    [
      ['OofState', nameOf<AutomaticRepliesState>(STATES, state)],
      ['ExternalAudience', nameOf<ExternalAudience>(AUDIENCES, externalAudience)],
      [
        'Duration',
        [
          ['StartTime', writeDateTime(start)],
          ['EndTime', writeDateTime(end)],
        ],
      ],
      ['InternalReply', [['Message', replies.internalReply]], { 'xml:lang': 'en-US' }],
      ['ExternalReply', [['Message', replies.externalReply]], { 'xml:lang': 'en-US' }],
    ],
    { xmlns: TYPES },
  ]
}

/** What a client is told of an error; one that is not its own goes on. */
function reported(error: unknown): ServiceError {
  if (error instanceof ServiceError && error.responseCode !== 'ErrorSchemaValidation') return error
  if (isMapiError(error, ErrorCode.AccessDenied))
    return new ServiceError('ErrorAccessDenied', 'User is not mailbox owner.')
  if (isMapiError(error, ErrorCode.InvalidParameter))
    return new ServiceError('ErrorInvalidUserOofSettings', error.message)
  throw error
}

function keysOf<K extends string>(words: Readonly<Record<K, string>>): readonly K[] {
  return Object.keys(words) as K[]
}

function nameOf<V extends string>(words: Readonly<Record<string, V>>, value: V): string {
  return Object.keys(words).find((key) => words[key] === value) ?? ''
}
