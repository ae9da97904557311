import {
  exists,
  type Folder,
  type Guid,
  globcntOf,
  type MessageStore,
  PidTagAttachLongFilename,
  PidTagBody,
  PidTagDisplayName,
  PidTagDisplayTo,
  PidTagEntryId,
  PidTagImportance,
  PidTagMessageClass,
  PidTagMessageFlags,
  PidTagMid,
  PidTagOutOfOfficeState,
  PidTagRuleActions,
  PidTagRuleCondition,
  PidTagRuleId,
  PidTagRuleProvider,
  PidTagRuleSequence,
  PidTagRuleState,
  PidTagSmtpAddress,
  PidTagSubject,
  PropertyBag,
  type PropertyTag,
  type PropertyValue,
  RecipientType,
  type Restriction,
  type Row,
  type RuleAction,
  RuleState,
  replyWith,
} from '@bourse/mapi'
import { expect } from 'vitest'
import { beginDelivery } from '../../src/delivery/delivery.ts'
import { checkMailbox } from '../../src/maintenance/check.ts'
import { packProperties } from '../../src/record/packed-properties.ts'
import { getRules, type Rule } from '../../src/rule/rule-list.ts'
import { type EngineFixture, openEngineFixture } from './fixture.ts'

/** A GUID that no template has. */
export const NO_GUID = '00000000-0000-0000-0000-000000000000' as Guid

export interface DeliverOptions {
  readonly text?: string
  readonly attachment?: string
  readonly extra?: readonly (readonly [PropertyTag, PropertyValue])[]
}

export interface RuleOptions {
  readonly state?: number
  readonly when?: Restriction
  readonly provider?: string
  /** The folder whose rule it is; the Inbox if left out. */
  readonly folderId?: bigint
}

/** A mailbox whose Inbox has rules, and mail that arrives there. */
export interface RuleFixture {
  readonly fixture: EngineFixture
  readonly store: MessageStore
  readonly inbox: Folder
  /** Adds a rule that runs after those there are, ten numbers further on; resolves to its ID. */
  rule(actions: readonly RuleAction[], options?: RuleOptions): Promise<bigint>
  /** The rules of the Inbox. */
  rules(): Promise<readonly Rule[]>
  /** Makes a folder in the Inbox; resolves to its ID. */
  newFolder(name: string): Promise<bigint>
  /** Delivers a message to Ann into the Inbox. */
  deliver(subject?: string, options?: DeliverOptions): Promise<void>
  /** The messages of a folder, in the order in which they were stored. */
  rowsIn(folderId: bigint, tags?: readonly PropertyTag[]): Promise<readonly Row[]>
  subjectsIn(folderId: bigint): Promise<readonly (string | undefined)[]>
  /** How many messages a folder has. */
  countIn(folderId: bigint): Promise<number>
  /** The messages of the Deferred Action Folder. */
  deferred(tags: readonly PropertyTag[]): Promise<readonly Row[]>
  /** What is in the Outbox: subject, recipients, and whether it is submitted. */
  sent(): Promise<readonly (readonly [string | undefined, string | undefined, boolean])[]>
  /** Makes a reply template in the Inbox; resolves to its ID. */
  newTemplate(subject?: string, extra?: DeliverOptions['extra']): Promise<bigint>
  /** The action that replies with such a template. */
  reply(messageId: bigint, flavor?: number, guid?: Guid): RuleAction
  setOutOfOffice(value: boolean): Promise<void>
  /** Ends it. Whatever the rules have done, counts and contents agree with the messages. */
  dispose(): Promise<void>
}

export async function openRuleFixture(): Promise<RuleFixture> {
  const fixture = await openEngineFixture()
  const store = await fixture.store()
  const inbox = await store.openFolder(store.logon.folders.inbox!)
  let sequence = 0
  let deliveries = 0

  const rulesOf = (folderId: bigint): Promise<readonly Rule[]> =>
    fixture.mailbox.read((tx) => getRules(tx, fixture.mailbox, globcntOf(folderId)))

  async function rowsIn(folderId: bigint, tags: readonly PropertyTag[] = []): Promise<readonly Row[]> {
    await using folder = await store.openFolder(folderId)
    await using table = await folder.contentsTable()
    const all = [PidTagSubject, PidTagMid, PidTagMessageFlags, PidTagEntryId, PidTagImportance, ...tags]
    const { rows } = await (await table.setColumns(all)).queryRows(50)
    return rows.toSorted((a, b) => globcntOf(a.get(PidTagMid)!) - globcntOf(b.get(PidTagMid)!))
  }

  return {
    fixture,
    store,
    inbox,
    rowsIn,
    rules: () => rulesOf(inbox.id),
    async rule(actions, options = {}) {
      const { state = RuleState.ST_ENABLED, when = exists(PidTagSubject), provider = 'Test' } = options
      const { folderId = inbox.id } = options
      await using folder = await store.openFolder(folderId)
      await using rules = await folder.rules()
      sequence += 10
      await rules.modify([
        {
          operation: 'add',
          properties: [
            [PidTagRuleProvider, provider],
            [PidTagRuleSequence, sequence],
            [PidTagRuleState, state],
            [PidTagRuleCondition, when],
            [PidTagRuleActions, actions],
          ],
        },
      ])
      return (await rulesOf(folderId)).at(-1)!.get(PidTagRuleId)!
    },
    async newFolder(name) {
      const { folder } = await inbox.createFolder({ displayName: name })
      await using created = folder
      return created.id
    },
    async deliver(subject = 'Hello', options = {}) {
      const fid = globcntOf(inbox.id)
      const { message, save } = await beginDelivery(fixture.logon(), fid, `key ${deliveries++}`)
      await message.setProperties([
        [PidTagSubject, subject],
        [PidTagBody, options.text ?? 'Text'],
        ...(options.extra ?? []),
      ])
      const properties = new PropertyBag([
        [PidTagDisplayName, 'Ann'],
        [PidTagSmtpAddress, 'ann@example.com'],
      ])
      await message.modifyRecipients([
        { rowId: 0, recipient: { rowId: 0, type: RecipientType.To, properties } },
      ])
      if (options.attachment !== undefined) {
        await using attachment = await message.createAttachment()
        await attachment.setProperties([[PidTagAttachLongFilename, options.attachment]])
        await attachment.save()
      }
      expect(await save()).toBe(true)
    },
    subjectsIn: async (folderId) => (await rowsIn(folderId)).map((row) => row.get(PidTagSubject)),
    async countIn(folderId) {
      await using folder = await store.openFolder(folderId)
      await using table = await folder.contentsTable()
      return (await table.queryPosition()).rowCount
    },
    deferred: (tags) => rowsIn(store.logon.folders.deferredAction!, [PidTagMessageClass, ...tags]),
    sent: async () =>
      (await rowsIn(store.logon.folders.outbox!, [PidTagDisplayTo])).map((row) => [
        row.get(PidTagSubject),
        row.get(PidTagDisplayTo),
        (row.get(PidTagMessageFlags)! & 0xc) === 0x4,
      ]),
    async newTemplate(subject = '', extra = []) {
      await using template = await inbox.createMessage({ associated: true })
      await template.setProperties([
        [PidTagMessageClass, 'IPM.Note.rules.ReplyTemplate.Test'],
        [PidTagSubject, subject],
        [PidTagBody, 'I am not here'],
        ...extra,
      ])
      return template.save()
    },
    reply: (messageId, flavor = 0, guid = NO_GUID) =>
      replyWith({ kind: 'ids', folderId: inbox.id, messageId }, guid, flavor),
    async setOutOfOffice(value) {
      const props = packProperties(new Map([[PidTagOutOfOfficeState, value]]))
      await fixture.mailbox.write((tx) => tx.run('UPDATE store SET props = ? WHERE id = 1', props))
    },
    async dispose() {
      const { problems } = await checkMailbox(fixture.mailbox, { contents: true })
      await fixture.dispose()
      expect(problems).toEqual([])
    },
  }
}
