import { type CodecValue, counted, sizedBytes, struct, u8, u16 } from '@bourse/mapi/bytes'
import { defineRop } from './definition.ts'
import { handleIndex, taggedValues } from './fields.ts'

/** Rule ROPs ([MS-OXCROPS] 2.2.11); what they do is said in [MS-OXORULE]. */

/** RuleDataFlags ([MS-OXORULE] 2.2.1.3). */
export const RuleDataFlags = {
  ROW_ADD: 0x01,
  /** Changes the rule of PidTagRuleId. */
  ROW_MODIFY: 0x02,
  /** Removes the rule of PidTagRuleId. */
  ROW_REMOVE: 0x04,
} as const

/** RuleData ([MS-OXCROPS] 2.2.11.1.1.1, [MS-OXORULE] 2.2.1.3): one change of a rules table. */
export const ruleData = struct('RuleData', {
  /** One of {@link RuleDataFlags}. */
  ruleDataFlags: u8,
  propertyValues: taggedValues,
})
export type RuleData = CodecValue<typeof ruleData>

/** ModifyRulesFlags of RopModifyRules ([MS-OXORULE] 2.2.1.1). */
export const ModifyRulesFlags = {
  /** R: puts these rules in the place of all that are there. */
  Replace: 0x01,
} as const

/** RopModifyRules ([MS-OXCROPS] 2.2.11.1, [MS-OXORULE] 2.2.1). */
export const modifyRules = defineRop({
  id: 0x41,
  name: 'RopModifyRules',
  section: '2.2.11.1',
  request: {
    inputHandleIndex: handleIndex,
    /** Bits of {@link ModifyRulesFlags}. */
    modifyRulesFlags: u8,
    /** RulesCount and RulesData. */
    rulesData: counted(u16, ruleData),
  },
})

/** TableFlags of RopGetRulesTable ([MS-OXORULE] 2.2.2.1). */
export const RulesTableFlags = {
  /** U: strings of the table are PtypString. */
  Unicode: 0x40,
} as const

/** RopGetRulesTable ([MS-OXCROPS] 2.2.11.2, [MS-OXORULE] 2.2.2). */
export const getRulesTable = defineRop({
  id: 0x3f,
  name: 'RopGetRulesTable',
  section: '2.2.11.2',
  request: {
    inputHandleIndex: handleIndex,
    outputHandleIndex: handleIndex,
    /** Bits of {@link RulesTableFlags}. */
    tableFlags: u8,
  },
})

/** RopUpdateDeferredActionMessages ([MS-OXCROPS] 2.2.11.3, [MS-OXORULE] 2.2.3). */
export const updateDeferredActionMessages = defineRop({
  id: 0x57,
  name: 'RopUpdateDeferredActionMessages',
  section: '2.2.11.3',
  request: {
    inputHandleIndex: handleIndex,
    /** The entry ID of the message at the server. */
    serverEntryId: sizedBytes(u16),
    /** The entry ID of the same message as the client has downloaded it, to which its deferred actions now apply. */
    clientEntryId: sizedBytes(u16),
  },
})

/** All ROPs of [MS-OXCROPS] 2.2.11. */
export const ruleRops = [modifyRules, getRulesTable, updateDeferredActionMessages] as const
