import type { FuzzTarget } from '../../../tools/fuzz/contract.ts'
import {
  type Columns,
  PtypBinary,
  PtypFloating64,
  PtypGuid,
  PtypInteger32,
  PtypMultipleBinary,
  PtypMultipleString,
  PtypMultipleString8,
  PtypMultipleTime,
  PtypRestriction,
  PtypRuleAction,
  PtypServerId,
  PtypString,
  PtypString8,
  PtypUnspecified,
  propertyName,
  propertyProblem,
  propertyTag,
  propertyTagCodec,
  rowCodec,
  taggedPropertyValue,
  taggedPropertyValue32,
  typedPropertyValue,
  valueCodec,
} from '../src/property/index.ts'
import { recipientRowCodec } from '../src/recipient/index.ts'
import { restrictionCodec } from '../src/restriction/index.ts'
import {
  extendedRuleActions,
  extendedRuleCondition,
  namedPropertyInformation,
  ruleActionsCodec,
} from '../src/rule/index.ts'
import { sortOrderSet } from '../src/sort/index.ts'
import {
  arbitraryRecipientRow,
  arbitraryRestriction,
  arbitraryRow,
  arbitraryRuleActions,
  arbitraryValue,
  VALUE_TYPES,
} from '../test/support/arbitrary.ts'
import { codecTarget } from './support.ts'

const WIDTHS = [2, 4] as const

/** Columns of all kinds: fixed, variable, multiple and without a type. */
const COLUMNS: Columns = [
  propertyTag(0x0037, PtypString),
  propertyTag(0x0e08, PtypInteger32),
  propertyTag(0x001a, PtypString8),
  propertyTag(0x3001, PtypUnspecified),
  propertyTag(0x0fff, PtypBinary),
  propertyTag(0x8000, PtypFloating64),
  propertyTag(0x8001, PtypMultipleString),
  propertyTag(0x8002, PtypMultipleString8),
  propertyTag(0x8003, PtypMultipleBinary),
  propertyTag(0x8004, PtypMultipleTime),
  propertyTag(0x8005, PtypGuid),
  propertyTag(0x8006, PtypServerId),
  propertyTag(0x8007, PtypRestriction),
  propertyTag(0x8008, PtypRuleAction),
]

const targets: readonly FuzzTarget[] = [
  ...WIDTHS.flatMap((width) => [
    ...VALUE_TYPES.map((type) =>
      codecTarget(`mapi/value${width * 8}/0x${type.toString(16).padStart(4, '0')}`, valueCodec(type, width), {
        arbitrary: () => arbitraryValue(type, { width }),
      }),
    ),
    codecTarget(`mapi/row${width * 8}`, rowCodec(COLUMNS, width), {
      arbitrary: () => arbitraryRow(COLUMNS, { width }),
    }),
    codecTarget(`mapi/restriction${width * 8}`, restrictionCodec(width), {
      arbitrary: () => arbitraryRestriction({ width, depth: 4 }),
    }),
    codecTarget(`mapi/ruleActions${width * 8}`, ruleActionsCodec(width), {
      arbitrary: () => arbitraryRuleActions({ width, depth: 4 }),
    }),
  ]),
  codecTarget('mapi/taggedPropertyValue', taggedPropertyValue),
  codecTarget('mapi/taggedPropertyValue32', taggedPropertyValue32),
  codecTarget('mapi/typedPropertyValue', typedPropertyValue),
  codecTarget('mapi/propertyName', propertyName),
  codecTarget('mapi/propertyTag', propertyTagCodec),
  codecTarget('mapi/propertyProblem', propertyProblem),
  codecTarget('mapi/namedPropertyInformation', namedPropertyInformation),
  codecTarget('mapi/extendedRuleCondition', extendedRuleCondition),
  codecTarget('mapi/extendedRuleActions', extendedRuleActions),
  codecTarget('mapi/sortOrderSet', sortOrderSet),
  codecTarget('mapi/recipientRow', recipientRowCodec(COLUMNS), {
    arbitrary: () => arbitraryRecipientRow(COLUMNS),
  }),
]

export default targets
