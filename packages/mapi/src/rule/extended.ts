import { type Codec, constant, custom, EncodeError, lazy, struct, u32 } from '../bytes/index.ts'
import { type PropertyName, propertyName } from '../property/name.ts'
import { restrictionCodec } from '../restriction/codec.ts'
import type { Restriction } from '../restriction/restriction.ts'
import { ruleActionsCodec } from './codec.ts'
import type { RuleAction } from './rule-action.ts'

/** The name behind a property ID that an extended rule uses. */
export interface NamedPropertyMapping {
  /** 0x8000 and above; of meaning in this rule only. */
  readonly propertyId: number
  readonly name: PropertyName
}

/** Fewest bytes of an entry of a NamedPropertyInformation: an ID and a name without one. */
const MIN_MAPPING_SIZE = 2 + 17

/**
 * NamedPropertyInformation ([MS-OXORULE] 2.2.4.2): the named properties that the structure after it uses. Two zero
 * bytes if there are none.
 */
export const namedPropertyInformation: Codec<readonly NamedPropertyMapping[]> = custom(
  'NamedPropertyInformation',
  2,
  (reader) => {
    const count = reader.checkCount(reader.u16(), MIN_MAPPING_SIZE)
    if (count === 0) return []
    const ids: number[] = []
    for (let i = 0; i < count; i++) ids.push(reader.u16())
    const names = reader.sub(reader.u32())
    const mappings = ids.map((propertyId) => {
      const at = names.offset
      const name = propertyName.decode(names)
      if (name === undefined) return names.fail('a property without a name', at)
      return { propertyId, name }
    })
    names.expectEnd()
    return mappings
  },
  (writer, mappings) => {
    writer.u16(mappings.length)
    if (mappings.length === 0) return
    for (const { propertyId } of mappings) writer.u16(propertyId)
    const at = writer.length
    writer.u32(0)
    for (const { name } of mappings) {
      if (name === undefined) throw new EncodeError('a property without a name')
      propertyName.encode(writer, name)
    }
    writer.patchU32(at, writer.length - at - 4)
  },
)

/** The value of PidTagExtendedRuleMessageCondition. */
export interface ExtendedRuleCondition {
  /** The named properties among those of the restriction. */
  readonly namedProperties: readonly NamedPropertyMapping[]
  readonly restriction: Restriction
}

/** PidTagExtendedRuleMessageCondition ([MS-OXORULE] 2.2.4.1.10). Its strings are Unicode. */
export const extendedRuleCondition: Codec<ExtendedRuleCondition> = struct('ExtendedRuleMessageCondition', {
  namedProperties: namedPropertyInformation,
  // Modules refer to one another in a circle here, so restrictions may not be there yet.
  restriction: lazy('Restriction32', 3, () => restrictionCodec(4)),
})

/** The only version of extended rules there is. */
const RULE_VERSION = 1

/** The value of PidTagExtendedRuleMessageActions. */
export interface ExtendedRuleActions {
  /** The named properties among those of the actions. */
  readonly namedProperties: readonly NamedPropertyMapping[]
  readonly actions: readonly RuleAction[]
}

/** PidTagExtendedRuleMessageActions ([MS-OXORULE] 2.2.4.1.9). Its strings are Unicode. */
export const extendedRuleActions: Codec<ExtendedRuleActions> = struct('ExtendedRuleMessageActions', {
  namedProperties: namedPropertyInformation,
  ruleVersion: constant(u32, RULE_VERSION),
  actions: ruleActionsCodec(4),
})
