import type { Guid, ServiceSettings } from '@bourse/mapi'

/** Settings of the `local` provider, as a profile has them. */
export interface LocalSettings {
  /** The directory with the mailboxes, one file each; it is made if it is not there. */
  readonly directory: string
  /** GUID of the mailbox. Left out: the only private one of the directory, which is made if there is none. */
  readonly mailbox?: Guid
  /** What a mailbox that is made is called, and its owner; `Mailbox` if left out. */
  readonly displayName?: string
  /** Who uses the mailbox; its owner if left out. */
  readonly user?: LocalUser
  /** Code page of 8-bit strings; 1252 if left out. */
  readonly codePage?: number
}

/** Somebody who uses a mailbox of the directory that may not be their own. */
export interface LocalUser {
  /** Legacy distinguished name, by which permissions name the user. */
  readonly legacyDn: string
  readonly displayName?: string
  /** Legacy distinguished names of the groups that the user belongs to. */
  readonly groups?: readonly string[]
  /** May do everything everywhere. */
  readonly administrator?: boolean
}

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const KNOWN = new Set(['directory', 'mailbox', 'displayName', 'user', 'codePage'])
const KNOWN_OF_USER = new Set(['legacyDn', 'displayName', 'groups', 'administrator'])

/** What is wrong with the settings, a sentence each. */
export function checkLocalSettings(settings: ServiceSettings): readonly string[] {
  const { directory, mailbox, displayName, user, codePage } = settings
  const problems: string[] = []
  if (!isText(directory)) problems.push('The setting "directory" must name the directory of the mailboxes.')
  if (mailbox !== undefined && !(typeof mailbox === 'string' && GUID.test(mailbox))) {
    problems.push('The setting "mailbox" must be a GUID in lower case, without braces.')
  }
  if (displayName !== undefined && !isText(displayName)) {
    problems.push('The setting "displayName" must be a text.')
  }
  if (codePage !== undefined && !Number.isInteger(codePage)) {
    problems.push('The setting "codePage" must be a number, such as 1252.')
  }
  for (const key of Object.keys(settings)) {
    if (!KNOWN.has(key)) problems.push(`The setting "${key}" is not known.`)
  }
  if (user !== undefined) problems.push(...checkUser(user))
  return problems
}

function checkUser(user: unknown): readonly string[] {
  if (typeof user !== 'object' || user === null) return ['The setting "user" must be an object.']
  const { legacyDn, displayName, groups, administrator } = user as Record<string, unknown>
  const problems: string[] = []
  if (!isText(legacyDn)) problems.push('The setting "user.legacyDn" must be a distinguished name.')
  if (displayName !== undefined && !isText(displayName)) {
    problems.push('The setting "user.displayName" must be a text.')
  }
  if (groups !== undefined && !(Array.isArray(groups) && groups.every(isText))) {
    problems.push('The setting "user.groups" must be a list of distinguished names.')
  }
  if (administrator !== undefined && typeof administrator !== 'boolean') {
    problems.push('The setting "user.administrator" must be true or false.')
  }
  for (const key of Object.keys(user)) {
    if (!KNOWN_OF_USER.has(key)) problems.push(`The setting "user.${key}" is not known.`)
  }
  return problems
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
