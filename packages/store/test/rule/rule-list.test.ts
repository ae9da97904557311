import {
  deleteMessage,
  exists,
  PidTagRuleActions,
  PidTagRuleCondition,
  PidTagRuleId,
  PidTagRuleName,
  PidTagRuleProvider,
  PidTagRuleProviderData,
  PidTagRuleSequence,
  PidTagRuleState,
  PidTagSubject,
  PropertyBag,
  RuleState,
} from '@bourse/mapi'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { getRules, getRunnableRules, modifyRules, type Rule, setRuleState } from '../../src/rule/rule-list.ts'
import { type EngineFixture, openEngineFixture } from '../support/fixture.ts'

let fixture: EngineFixture
let inbox: number
beforeAll(async () => {
  fixture = await openEngineFixture()
  inbox = fixture.mailbox.info.folders.inbox!
})
afterAll(() => fixture.dispose())

/** Rules, each with so many bytes of data; the first is to run first. */
const rules = (...sizes: readonly number[]): Rule[] =>
  sizes.map(
    (size, i) =>
      new PropertyBag([
        [PidTagRuleName, `Rule ${i}`],
        [PidTagRuleProvider, 'Some'],
        [PidTagRuleSequence, i],
        [PidTagRuleState, RuleState.ST_ENABLED],
        [PidTagRuleCondition, exists(PidTagSubject)],
        [PidTagRuleActions, [deleteMessage()]],
        [PidTagRuleProviderData, new Uint8Array(size)],
      ]),
  )

const replace = (...sizes: readonly number[]): Promise<boolean> =>
  fixture.mailbox.write((tx) =>
    modifyRules(
      tx,
      fixture.mailbox,
      inbox,
      rules(...sizes).map((properties) => ({ operation: 'add', properties })),
      { replace: true },
    ),
  )

const all = (): Promise<readonly Rule[]> => fixture.mailbox.read((tx) => getRules(tx, fixture.mailbox, inbox))
const runnable = async (): Promise<readonly (string | undefined)[]> => {
  const found = await fixture.mailbox.read((tx) => getRunnableRules(tx, fixture.mailbox, inbox))
  return found.map((rule) => rule.get(PidTagRuleName))
}

it('MS-OXORULE_R912 does not run rules that are too many', async () => {
  expect(await replace(100_000, 100_000)).toBe(true)
  expect(await runnable()).toEqual(['Rule 0', 'Rule 1'])
  expect(await replace(100_000, 100_000, 100_000, 10)).toBe(false)
  expect(await all()).toHaveLength(4)
  expect(await runnable()).toEqual(['Rule 0', 'Rule 1'])
})

it("sets what is the server's of the state of a rule, and nothing else", async () => {
  await replace(10, 10)
  const [first] = await all()
  const id = first!.get(PidTagRuleId)!
  const set = (state: number): Promise<void> =>
    fixture.mailbox.write((tx) => setRuleState(tx, fixture.mailbox, inbox, id, state, RuleState.ST_ERROR))
  await set(RuleState.ST_ERROR)
  const states = async (): Promise<readonly (number | undefined)[]> =>
    (await all()).map((rule) => rule.get(PidTagRuleState))
  expect(await states()).toEqual([RuleState.ST_ENABLED | RuleState.ST_ERROR, RuleState.ST_ENABLED])
  await set(0)
  expect(await states()).toEqual([RuleState.ST_ENABLED, RuleState.ST_ENABLED])
})
