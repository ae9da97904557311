import {
  contains,
  deferAction,
  ErrorCode,
  equals,
  PidTagImportance,
  PidTagRuleActions,
  PidTagRuleCondition,
  PidTagRuleProvider,
  PidTagSubject,
  setProperty,
} from '@bourse/mapi'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { MailSession } from '../../src/mail/session.ts'
import { readRuleCondition, ruleRestriction } from '../../src/rules/rule-condition.ts'
import { openEngineSession } from '../mail/engine-session.ts'

describe('rules of a mailbox', () => {
  let session: MailSession

  beforeEach(async () => {
    session = (await openEngineSession()).session
  })

  afterEach(() => session[Symbol.asyncDispose]())

  it('are added, listed in their order, changed and removed', async () => {
    const inbox = await session.store.inbox()
    await inbox.createFolder('Reports')
    await using rules = await session.store.rules()
    expect(await rules.list()).toEqual([])
    const first = await rules.add({
      name: 'Reports',
      when: { subject: 'report', from: 'bob' },
      do: { moveTo: 'Inbox/Reports', markRead: true },
    })
    await rules.add({ name: 'All', do: { delete: true }, isEnabled: false, isLast: true })
    const [reports, all] = await rules.list()
    const target = await session.store.folder('Inbox/Reports')
    expect(reports).toMatchObject({
      id: first.id,
      name: 'Reports',
      isEnabled: true,
      isLast: false,
      hasFailed: false,
      provider: 'Bourse',
      when: { subject: 'report', from: 'bob' },
      do: { moveTo: [target.id], copyTo: [], markRead: true, delete: false, hasMore: false },
    })
    expect(all).toMatchObject({ name: 'All', isEnabled: false, isLast: true, when: {}, do: { delete: true } })
    expect(all!.sequence).toBeGreaterThan(reports!.sequence)
    await rules.change(all!, { isEnabled: true, when: { hasAttachment: false } })
    await rules.remove(reports!)
    const [left, ...others] = await rules.list()
    expect(others).toEqual([])
    expect(left).toMatchObject({
      name: 'All',
      isEnabled: true,
      isLast: true,
      when: { hasAttachment: false },
      do: { delete: true },
    })
  })

  it('forward and redirect to addresses', async () => {
    await using rules = await session.store.rules()
    await rules.add({
      name: 'Onward',
      do: { forwardTo: 'Ann Adams <ann@example.com>', redirectTo: ['cleo@example.com'], discard: true },
    })
    const [rule] = await rules.list()
    expect(rule!.do).toMatchObject({
      forwardTo: [{ name: 'Ann Adams', address: 'ann@example.com' }],
      redirectTo: [{ name: 'cleo@example.com', address: 'cleo@example.com' }],
      discard: true,
    })
  })

  it('of other programs are shown as far as there are words for them', async () => {
    const inbox = await session.store.inbox()
    await using table = await inbox.raw.rules()
    await table.modify([
      {
        operation: 'add',
        properties: [
          [PidTagRuleProvider, 'RuleOrganizer'],
          [PidTagRuleCondition, equals(PidTagImportance, 2)],
          [PidTagRuleActions, [setProperty(PidTagImportance, 1), deferAction()]],
        ],
      },
    ])
    await using rules = await session.store.rules()
    const [rule] = await rules.list()
    expect(rule).toMatchObject({ name: '', provider: 'RuleOrganizer', when: undefined, isEnabled: false })
    expect(rule!.do).toMatchObject({ moveTo: [], hasMore: true })
    expect(rule!.restriction).toEqual(equals(PidTagImportance, 2))
  })

  it('are refused if they name what is not there, or do nothing', async () => {
    await using rules = await session.store.rules()
    await expect(rules.add({ name: 'x', do: { moveTo: 'Nowhere' } })).rejects.toMatchObject({
      code: ErrorCode.NotFound,
    })
    await expect(rules.add({ name: 'x', do: {} })).rejects.toMatchObject({ code: ErrorCode.InvalidParameter })
    const rule = await rules.add({ name: 'Here', when: contains(PidTagSubject, 'x'), do: { markRead: true } })
    await rules.remove(rule)
    await expect(rules.remove(rule)).rejects.toMatchObject({ code: ErrorCode.NotFound })
  })

  it('have conditions that are read as they were written', () => {
    for (const condition of [
      {},
      { from: 'bob', to: 'team', subject: 'a', hasAttachment: true },
      { from: 'same', to: 'same', subject: 'same' },
      { subject: '' },
    ]) {
      const { subject, ...others } = condition as { readonly subject?: string }
      const expected = subject === '' ? others : condition
      expect(readRuleCondition(ruleRestriction(condition))).toEqual(expected)
    }
    const twice = {
      kind: 'and',
      restrictions: [contains(PidTagSubject, 'a'), contains(PidTagSubject, 'b')],
    } as const
    expect(readRuleCondition(twice)).toBeUndefined()
    expect(readRuleCondition({ kind: 'not', restriction: twice })).toBeUndefined()
  })
})
