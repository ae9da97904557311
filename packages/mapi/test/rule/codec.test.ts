import { describe, expect, it } from 'vitest'
import { DecodeError, decodeWith, EncodeError, encodeWith, fromHex, toHex } from '../../src/bytes/index.ts'
import { PtypRuleAction, propertyTag } from '../../src/property/index.ts'
import { MAX_RESTRICTION_DEPTH } from '../../src/restriction/index.ts'
import {
  ActionType,
  BounceCode,
  bounce,
  copyTo,
  deferAction,
  delegateTo,
  deleteMessage,
  ForwardFlavor,
  folderByEntryId,
  folderIdOf,
  folderInOtherStore,
  folderInThisStore,
  forwardTo,
  markAsRead,
  moveTo,
  oofReplyWith,
  ReplyFlavor,
  type RuleAction,
  RuleDataFlag,
  RuleState,
  replyWith,
  ruleActionsCodec,
  setProperty,
} from '../../src/rule/index.ts'
import { PidTagDisplayName, PidTagImportance, PidTagRecipientType } from '../../src/tags/index.ts'
import { expectSoundCodec } from '../support/arbitrary.ts'

const standard = ruleActionsCodec(2)
const extended = ruleActionsCodec(4)
const templateGuid = '01020304-0506-0708-090a-0b0c0d0e0f10'
const guidHex = '0403020106050807090a0b0c0d0e0f10'

function standardHex(...actions: readonly RuleAction[]): string {
  return toHex(encodeWith(standard, actions))
}

function extendedHex(...actions: readonly RuleAction[]): string {
  return toHex(encodeWith(extended, actions))
}

/** Shows that `hex` is what the actions encode to and decode from. */
function expectBytes(codec: typeof standard, actions: readonly RuleAction[], hex: string): void {
  const digits = hex.replaceAll(' ', '')
  expect(toHex(encodeWith(codec, actions))).toBe(digits)
  expect(decodeWith(codec, fromHex(digits))).toEqual(actions)
}

describe('rule actions', () => {
  it('of standard rules are sound', () => {
    expectSoundCodec(standard, { numRuns: 150 })
  })

  it('of extended rules are sound', () => {
    expectSoundCodec(extended, { numRuns: 150 })
  })

  it('MS-OXORULE_R943 MS-OXORULE_R231 MS-OXORULE_R947 MS-OXORULE_R235 MS-OXORULE_R236 MS-OXORULE_R237 of standard rules have counts and lengths of two bytes', () => {
    expectBytes(
      standard,
      [deleteMessage(), markAsRead()],
      '0200  0900 0a 00000000 00000000  0900 0b 00000000 00000000',
    )
  })

  it('MS-OXORULE_R944 MS-OXORULE_R945 MS-OXORULE_R948 MS-OXORULE_R949 of extended rules have counts and lengths of four bytes', () => {
    expectBytes(
      extended,
      [deleteMessage(), markAsRead()],
      '02000000  09000000 0a 00000000 00000000  09000000 0b 00000000 00000000',
    )
  })

  it('MS-OXORULE_R246 MS-OXORULE_R249 MS-OXORULE_R252 MS-OXORULE_R254 MS-OXORULE_R256 MS-OXORULE_R259 MS-OXORULE_R261 MS-OXORULE_R263 MS-OXORULE_R265 MS-OXORULE_R267 MS-OXORULE_R269 have these types', () => {
    expect(ActionType).toEqual({
      move: 1,
      copy: 2,
      reply: 3,
      oofReply: 4,
      deferAction: 5,
      bounce: 6,
      forward: 7,
      delegate: 8,
      tag: 9,
      delete: 10,
      markAsRead: 11,
    })
  })

  it('MS-OXORULE_R950 MS-OXORULE_R240 keep flavor and the flags of the client', () => {
    expectBytes(
      standard,
      [{ kind: 'delete', flavor: 0x01020304, flags: 0xfffffffe }],
      '0100 0900 0a 04030201 feffffff',
    )
  })

  it('of unknown type do not decode', () => {
    for (const type of ['00', '0c', 'ff']) {
      expect(() => decodeWith(standard, fromHex(`01000900${type}0000000000000000`))).toThrow(DecodeError)
    }
  })

  it('must fill their length', () => {
    expect(() => decodeWith(standard, fromHex('01000a000a000000000000000000'))).toThrow(DecodeError)
    expect(() => decodeWith(standard, fromHex('010008000a00000000000000'))).toThrow(DecodeError)
    expect(() => decodeWith(standard, fromHex('01000900060000000000000000'))).toThrow(DecodeError)
  })

  it('announced but not there do not decode', () => {
    for (const hex of ['ffff', 'ffff09000a0000000000000000']) {
      expect(() => decodeWith(standard, fromHex(hex))).toThrow(DecodeError)
    }
    expect(() => decodeWith(extended, fromHex('ffffffff'))).toThrow(DecodeError)
  })

  it('within one another are limited', () => {
    const tag = propertyTag(0x6680, PtypRuleAction)
    let actions: readonly RuleAction[] = []
    for (let depth = 1; depth < MAX_RESTRICTION_DEPTH; depth++) {
      actions = [{ kind: 'tag', flavor: 0, flags: 0, property: { tag, value: actions } }]
    }
    expect(decodeWith(extended, encodeWith(extended, actions))).toEqual(actions)
    const deeper: readonly RuleAction[] = [
      { kind: 'tag', flavor: 0, flags: 0, property: { tag, value: actions } },
    ]
    expect(() => encodeWith(extended, deeper)).toThrow(EncodeError)
  })

  it('within one another beyond the limit do not decode', () => {
    // Each level: one action, its length reaching to the end, OP_TAG, flavor, flags, tag of a PtypRuleAction.
    const levels = 50_000
    const bytes = new Uint8Array(levels * 21 + 4)
    const view = new DataView(bytes.buffer)
    for (let i = 0; i < levels; i++) {
      const at = i * 21
      view.setUint32(at, 1, true)
      view.setUint32(at + 4, bytes.length - at - 8, true)
      view.setUint8(at + 8, ActionType.tag)
      view.setUint32(at + 17, 0x668000fe, true)
    }
    expect(() => decodeWith(extended, bytes)).toThrow(DecodeError)
  })
})

describe('OP_MOVE and OP_COPY', () => {
  const folderId = 0x0d00000000000001n

  it('MS-OXORULE_R294 MS-OXORULE_R880 MS-OXORULE_R703 MS-OXORULE_R736 MS-OXORULE_R980 MS-OXORULE_R983 MS-OXORULE_R985 MS-OXORULE_R987 in this store, in a standard rule', () => {
    const hex =
      '0100 2400 01 00000000 00000000  01  0100 00  1500 01 010000000000000d 0000000000000000 00000000'
    expectBytes(standard, [moveTo(folderInThisStore(folderId))], hex)
    expectBytes(standard, [copyTo(folderInThisStore(folderId))], hex.replace('2400 01', '2400 02'))
  })

  it('MS-OXORULE_R704 MS-OXORULE_R297 MS-OXORULE_R300 MS-OXORULE_R737 in another store, in a standard rule', () => {
    expectBytes(
      standard,
      [moveTo(folderInOtherStore(Uint8Array.of(1, 2), Uint8Array.of(3)))],
      '0100 1100 01 00000000 00000000  00  0200 0102  0100 03',
    )
  })

  it('MS-OXORULE_R966 MS-OXORULE_R967 MS-OXORULE_R970 MS-OXORULE_R975 in an extended rule', () => {
    const hex = '01000000 14000000 01 00000000 00000000  01000000 00  02000000 0304'
    expectBytes(extended, [moveTo(folderByEntryId(Uint8Array.of(3, 4)))], hex)
    expectBytes(
      extended,
      [copyTo(folderByEntryId(Uint8Array.of(3, 4)))],
      hex.replace('14000000 01', '14000000 02'),
    )
  })

  it('by a server ID do not fit an extended rule', () => {
    expect(() => extendedHex(moveTo(folderInThisStore(folderId)))).toThrow(EncodeError)
  })

  it('without saying which store, mean another one in a standard rule', () => {
    const hex = standardHex(moveTo(folderByEntryId(Uint8Array.of(3))))
    expect(decodeWith(standard, fromHex(hex))).toEqual([
      moveTo(folderInOtherStore(Uint8Array.of(0), Uint8Array.of(3))),
    ])
  })

  it('give the folder ID where they have one', () => {
    expect(folderIdOf(folderInThisStore(folderId))).toBe(folderId)
    expect(folderIdOf(folderByEntryId(Uint8Array.of(1)))).toBeUndefined()
    expect(folderIdOf(folderInOtherStore(Uint8Array.of(1), Uint8Array.of(1)))).toBeUndefined()
    const broken = {
      folderInThisStore: true,
      storeEntryId: Uint8Array.of(0),
      folderEntryId: Uint8Array.of(1, 2),
    }
    expect(folderIdOf(broken)).toBeUndefined()
    expect(folderIdOf({ ...broken, folderEntryId: Uint8Array.of(0, 2) })).toBeUndefined()
  })
})

describe('OP_REPLY and OP_OOF_REPLY', () => {
  const ids = { kind: 'ids', folderId: 1n, messageId: 2n } as const
  const entryId = { kind: 'entryId', entryId: Uint8Array.of(9) } as const

  it('MS-OXORULE_R992 MS-OXORULE_R993 MS-OXORULE_R305 MS-OXORULE_R307 MS-OXORULE_R308 in a standard rule', () => {
    const hex = `0100 2900 03 01000000 00000000  0100000000000000 0200000000000000 ${guidHex}`
    expectBytes(standard, [replyWith(ids, templateGuid, ReplyFlavor.DoNotSendToOriginator)], hex)
    expectBytes(standard, [oofReplyWith(ids, templateGuid)], hex.replace('03 01000000', '04 00000000'))
  })

  it('MS-OXORULE_R995 MS-OXORULE_R996 MS-OXORULE_R997 MS-OXORULE_R1000 in an extended rule', () => {
    const hex = `01000000 1e000000 03 02000000 00000000  01000000 09 ${guidHex}`
    expectBytes(extended, [replyWith(entryId, templateGuid, ReplyFlavor.StockReplyTemplate)], hex)
    expectBytes(extended, [oofReplyWith(entryId, templateGuid)], hex.replace('03 02000000', '04 00000000'))
  })

  it('that name the template in the other way do not encode', () => {
    expect(() => standardHex(replyWith(entryId, templateGuid))).toThrow(EncodeError)
    expect(() => extendedHex(oofReplyWith(ids, templateGuid))).toThrow(EncodeError)
  })
})

describe('the other actions', () => {
  const recipient = [
    { tag: PidTagDisplayName, value: 'a' },
    { tag: PidTagRecipientType, value: 1 },
  ]

  it('MS-OXORULE_R318 MS-OXORULE_R320 OP_DEFER_ACTION has any data, which ends with the action', () => {
    expectBytes(standard, [deferAction(Uint8Array.of(1, 2, 3))], '0100 0c00 05 00000000 00000000  010203')
    expectBytes(
      standard,
      [deferAction(), deleteMessage()],
      '0200 0900 05 0000000000000000 0900 0a 0000000000000000',
    )
  })

  it('MS-OXORULE_R338 MS-OXORULE_R339 OP_BOUNCE has a code', () => {
    expectBytes(standard, [bounce(BounceCode.MessageTooBig)], '0100 0d00 06 00000000 00000000  0d000000')
    expectBytes(standard, [bounce(BounceCode.FormNotValid)], '0100 0d00 06 00000000 00000000  1f000000')
    expectBytes(standard, [bounce(BounceCode.NotAuthorized)], '0100 0d00 06 00000000 00000000  26000000')
  })

  it('MS-OXORULE_R322 MS-OXORULE_R328 MS-OXORULE_R1003 MS-OXORULE_R1006 MS-OXORULE_R633 OP_FORWARD has recipients', () => {
    expectBytes(
      standard,
      [forwardTo([recipient], ForwardFlavor.PreserveSender | ForwardFlavor.DoNotMungeMessage)],
      '0100 1e00 07 03000000 00000000  0100  00 0200 1f000130 61000000 0300150c 01000000',
    )
  })

  it('MS-OXORULE_R323 MS-OXORULE_R330 with counts of four bytes in an extended rule', () => {
    expectBytes(
      extended,
      [delegateTo([recipient])],
      '01000000 22000000 08 00000000 00000000  01000000  00 02000000 1f000130 61000000 0300150c 01000000',
    )
  })

  it('MS-OXORULE_R329 the reserved byte of a recipient may be anything', () => {
    const hex = '01000e000700000000000000000100ff0000'
    expect(decodeWith(standard, fromHex(hex))).toEqual([forwardTo([[]])])
  })

  it('MS-OXORULE_R739 OP_TAG has a property', () => {
    expectBytes(
      standard,
      [setProperty(PidTagImportance, 2)],
      '0100 1100 09 00000000 00000000  03001700 02000000',
    )
    // @ts-expect-error an importance is a number
    expect(() => standardHex(setProperty(PidTagImportance, 'high'))).toThrow(EncodeError)
  })

  it('MS-OXORULE_R346 OP_DELETE and OP_MARK_AS_READ have no data', () => {
    expect(standardHex(deleteMessage())).toBe('010009000a0000000000000000')
    expect(standardHex(markAsRead())).toBe('010009000b0000000000000000')
  })
})

describe('rule constants', () => {
  it('states have the bits of [MS-OXORULE] 2.2.1.3.1.3', () => {
    expect(RuleState).toEqual({
      ST_ENABLED: 0x01,
      ST_ERROR: 0x02,
      ST_ONLY_WHEN_OOF: 0x04,
      ST_KEEP_OOF_HIST: 0x08,
      ST_EXIT_LEVEL: 0x10,
      ST_SKIP_IF_SCL_IS_SAFE: 0x20,
      ST_RULE_PARSE_ERROR: 0x40,
    })
  })

  it('MS-OXORULE_R728 MS-OXORULE_R729 MS-OXORULE_R730 row flags', () => {
    expect(RuleDataFlag).toEqual({ ROW_ADD: 1, ROW_MODIFY: 2, ROW_REMOVE: 4 })
  })
})
