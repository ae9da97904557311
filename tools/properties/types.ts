/** A property type: its number in a tag and how its values are typed. */
export interface TypeInfo {
  /** `PtypString`, or a number for types that [MS-OXCDATA] 2.11.1 does not have. */
  readonly name: string
  readonly id: number
  /** The type of the values in TypeScript. */
  readonly value: string
  /** What `value` imports from `property/value.ts`. */
  readonly imports: readonly string[]
}

function type(name: string, id: number, value: string, ...imports: readonly string[]): TypeInfo {
  return { name, id, value, imports }
}

/** Types of [MS-OXCDATA] 2.11.1 with the representations of `packages/mapi/src/property/value.ts`. */
const SINGLE: readonly TypeInfo[] = [
  type('PtypInteger16', 0x0002, 'number'),
  type('PtypInteger32', 0x0003, 'number'),
  type('PtypFloating32', 0x0004, 'number'),
  type('PtypFloating64', 0x0005, 'number'),
  type('PtypCurrency', 0x0006, 'bigint'),
  type('PtypFloatingTime', 0x0007, 'number'),
  type('PtypErrorCode', 0x000a, 'number'),
  type('PtypBoolean', 0x000b, 'boolean'),
  type('PtypObject', 0x000d, 'Uint8Array'),
  type('PtypInteger64', 0x0014, 'bigint'),
  type('PtypString8', 0x001e, 'string'),
  type('PtypString', 0x001f, 'string'),
  type('PtypTime', 0x0040, 'FileTime', 'FileTime'),
  type('PtypGuid', 0x0048, 'Guid', 'Guid'),
  type('PtypServerId', 0x00fb, 'ServerId', 'ServerId'),
  type('PtypRestriction', 0x00fd, 'Restriction', 'Restriction'),
  type('PtypRuleAction', 0x00fe, 'readonly RuleAction[]', 'RuleAction'),
  type('PtypBinary', 0x0102, 'Uint8Array'),
]

/** Types that have a multiple-valued counterpart, whose number has the bit 0x1000. */
const WITH_MULTIPLE = new Set([
  'Integer16',
  'Integer32',
  'Floating32',
  'Floating64',
  'Currency',
  'FloatingTime',
  'Integer64',
  'String8',
  'String',
  'Time',
  'Guid',
  'Binary',
])

const MULTIPLE = SINGLE.filter(({ name }) => WITH_MULTIPLE.has(name.slice(4))).map(
  ({ name, id, value, imports }): TypeInfo =>
    type(`PtypMultiple${name.slice(4)}`, id | 0x1000, `readonly ${value}[]`, ...imports),
)

const BY_NAME: ReadonlyMap<string, TypeInfo> = new Map([
  ...[...SINGLE, ...MULTIPLE].map((info) => [info.name, info] as const),
  // The name in the MAPI headers.
  ['PT_I2', SINGLE[0]!],
])

/** The type that a table names. A number stands for a type without values, see `docs/spec/README.md`. */
export function typeInfo(name: string): TypeInfo {
  const known = BY_NAME.get(name)
  if (known !== undefined) return known
  if (/^0x[0-9a-f]{4}$/.test(name)) return type(name, Number(name), 'never')
  throw new Error(`unknown property type ${name}`)
}
