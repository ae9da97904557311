import { logon, type MailSession } from '@bourse/client'
import {
  contains,
  globcntOf,
  PidTagMid,
  PidTagRuleActions,
  PidTagRuleCondition,
  PidTagRuleName,
  PidTagRuleProvider,
  PidTagRuleSequence,
  PidTagRuleState,
  PidTagSubject,
  type PropertyTag,
  type PropertyValue,
  type Restriction,
  type Row,
  type RuleAction,
  RuleState,
} from '@bourse/mapi'
import { expect } from 'vitest'
import { type LiveServer, PASSWORD, startLiveServer } from '../../support/live-server.ts'

/** How long a test waits for mail. */
export const WAIT = { timeout: 30_000, interval: 100 }

/** What the subjects have in them that the rules of the tests look for. */
export const MARK = 'fdx'

/** A standard rule of an Inbox. */
export interface TestRule {
  readonly actions: readonly RuleAction[]
  readonly state?: number
  readonly sequence?: number
  readonly provider?: string
  readonly when?: Restriction
  readonly name?: string
}

/** A server whose users set rules, and send each other mail. */
export interface RuleBench extends AsyncDisposable {
  readonly live: LiveServer
  /** Whose rules they are: TestUser1 of the suite. */
  readonly bob: MailSession
  /** Who sends: TestUser2 of the suite. */
  readonly alice: MailSession
  readonly admin: MailSession
  /** Puts rules in the place of all that somebody's Inbox has. */
  setRules(user: MailSession, ...rules: readonly TestRule[]): Promise<void>
  /** Sends a message, with more properties. */
  send(
    from: MailSession,
    to: 'alice' | 'bob' | 'admin',
    subject: string,
    extra?: readonly (readonly [PropertyTag, PropertyValue])[],
  ): Promise<void>
  /** The messages of a folder, in the order in which they were stored. */
  rowsIn(user: MailSession, folderId: bigint, tags?: readonly PropertyTag[]): Promise<readonly Row[]>
  /** Waits for a message in somebody's Inbox, or another folder, with this text in its subject. */
  arrived(user: MailSession, text: string, tags?: readonly PropertyTag[], folderId?: bigint): Promise<Row>
  /** Whether a message with this text in its subject is in somebody's Inbox, or another folder. */
  isThere(user: MailSession, text: string, folderId?: bigint): Promise<boolean>
  /** Sends mail that no rule concerns and waits for it: what was sent to the user before has been delivered then. */
  settled(user: MailSession): Promise<void>
  newFolder(user: MailSession, name: string): Promise<bigint>
}

export async function startRuleBench(): Promise<RuleBench> {
  const live = await startLiveServer('workers: 2')
  const session = (user: string): Promise<MailSession> =>
    logon({ address: `${user}@example.com`, password: PASSWORD, server: live.url })
  const [bob, alice, admin] = await Promise.all([session('bob'), session('alice'), session('admin')])
  const names = new Map([
    [bob, 'bob'],
    [alice, 'alice'],
    [admin, 'admin'],
  ] as const)
  let markers = 0

  const inboxOf = (user: MailSession): bigint => user.store.raw.logon.folders.inbox!

  async function rowsIn(
    user: MailSession,
    folderId: bigint,
    tags: readonly PropertyTag[] = [],
  ): Promise<readonly Row[]> {
    await using folder = await user.store.raw.openFolder(folderId)
    await using table = await folder.contentsTable()
    const { rows } = await (await table.setColumns([PidTagSubject, PidTagMid, ...tags])).queryRows(100)
    return rows.toSorted((a, b) => globcntOf(a.get(PidTagMid)!) - globcntOf(b.get(PidTagMid)!))
  }

  async function send(
    from: MailSession,
    to: string,
    subject: string,
    extra: readonly (readonly [PropertyTag, PropertyValue])[] = [],
  ): Promise<void> {
    const draft = await from.compose({ to: `${to}@example.com`, subject, text: 'Hello' })
    if (extra.length > 0) await draft.raw.setProperties(extra)
    await draft.send()
  }

  const find = async (
    user: MailSession,
    text: string,
    tags: readonly PropertyTag[] = [],
    folderId = inboxOf(user),
  ): Promise<Row | undefined> =>
    (await rowsIn(user, folderId, tags)).find((row) => row.get(PidTagSubject)?.includes(text))

  async function arrived(
    user: MailSession,
    text: string,
    tags: readonly PropertyTag[] = [],
    folderId = inboxOf(user),
  ): Promise<Row> {
    let row: Row | undefined
    const isThere = async (): Promise<boolean> => {
      row = await find(user, text, tags, folderId)
      return row !== undefined
    }
    await expect.poll(isThere, WAIT).toBe(true)
    return row!
  }

  return {
    live,
    bob,
    alice,
    admin,
    rowsIn,
    send,
    arrived,
    async setRules(user, ...given) {
      await using inbox = await user.store.raw.openFolder(inboxOf(user))
      await using rules = await inbox.rules()
      await rules.modify(
        given.map(({ actions, ...rule }, i) => ({
          operation: 'add',
          properties: [
            [PidTagRuleProvider, rule.provider ?? 'RuleOrganizer'],
            [PidTagRuleName, rule.name ?? `Rule ${i}`],
            [PidTagRuleSequence, rule.sequence ?? i],
            [PidTagRuleState, rule.state ?? RuleState.ST_ENABLED],
            [PidTagRuleCondition, rule.when ?? contains(PidTagSubject, MARK)],
            [PidTagRuleActions, actions],
          ],
        })),
        { replace: true },
      )
    },
    isThere: async (user, text, folderId) => (await find(user, text, [], folderId)) !== undefined,
    async settled(user) {
      const marker = `Marker ${markers++}`
      await send(admin, names.get(user)!, marker)
      await arrived(user, marker)
    },
    async newFolder(user, name) {
      await using inbox = await user.store.raw.openFolder(inboxOf(user))
      const { folder } = await inbox.createFolder({ displayName: name })
      await using created = folder
      return created.id
    },
    async [Symbol.asyncDispose]() {
      for (const user of [bob, alice, admin]) await user[Symbol.asyncDispose]()
      await live[Symbol.asyncDispose]()
    },
  }
}
