import { ErrorCode, LAST_NAMED_PROPERTY_ID, type MessageStore, type PropertyName } from '@bourse/mapi'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { codeOf } from '../support/expect.ts'
import { type EngineFixture, openEngineFixture } from '../support/fixture.ts'

const SET = '00062003-0000-0000-c000-000000000047'

describe('IDs of names', () => {
  let fixture: EngineFixture
  let store: MessageStore
  beforeEach(async () => {
    fixture = await openEngineFixture()
    store = await fixture.store()
  })
  afterEach(() => fixture.dispose())

  it('MS-OXCPRPT_R53501, MS-OXCPRPT_R53502 run out', async () => {
    const name = (lid: number): PropertyName => ({ kind: 'lid', set: SET, lid })
    const insert =
      'INSERT INTO named_property (id, property_set, lid, name, name_key) VALUES (?, ?, ?, NULL, ?)'
    await fixture.mailbox.write((tx) =>
      tx.run(insert, LAST_NAMED_PROPERTY_ID - 1, SET, 0x7001, `${SET}:${0x7001}`),
    )
    expect(await store.getPropertyIds([name(1)], { create: true })).toEqual([LAST_NAMED_PROPERTY_ID])
    expect(await codeOf(store.getPropertyIds([name(2)], { create: true }))).toBe(ErrorCode.NotEnoughMemory)
    expect(await store.getPropertyIds([name(1), name(2)])).toEqual([LAST_NAMED_PROPERTY_ID, 0])
  })
})
