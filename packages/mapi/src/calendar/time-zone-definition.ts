import {
  type ByteReader,
  type Codec,
  type CodecValue,
  constant,
  custom,
  EncodeError,
  type Guid,
  rethrowWithin,
  struct,
  u8,
  u16,
} from '../bytes/index.ts'
import { systemTimeCodec } from './system-time.ts'
import { timeZoneBiasFields } from './time-zone-struct.ts'

/** Flags of a time zone rule ([MS-OXOCAL] 2.2.1.41.1, TZRule flags). */
export const TimeZoneRuleFlag = {
  /** TZRULE_FLAG_RECUR_CURRENT_TZREG: this rule equals the series' PidLidTimeZoneStruct. */
  recurCurrentTzReg: 0x0001,
  /** TZRULE_FLAG_EFFECTIVE_TZREG: the rule to use; at most one rule of a definition has it. */
  effectiveTzReg: 0x0002,
} as const

const MAJOR_VERSION = 2
const MINOR_VERSION = 1
const VALID_GUID = 0x0001
const VALID_KEY_NAME = 0x0002
/** Version, size; then flags, times and biases. */
const RULE_SIZE = 66

const ruleBody = struct('TZRule', {
  /** See {@link TimeZoneRuleFlag}. */
  flags: u16,
  /**
   * From when on, in UTC, the rule holds: wYear and the field X of the specification, which together are a
   * SYSTEMTIME. Usually 1 January of the year.
   */
  start: systemTimeCodec,
  ...timeZoneBiasFields,
  /** stStandardDate: when standard time begins, in daylight saving time. */
  standardDate: systemTimeCodec,
  /** stDaylightDate: when daylight saving time begins, in standard time. */
  daylightDate: systemTimeCodec,
})

/** One TZRule ([MS-OXOCAL] 2.2.1.41.1) of a time zone definition. */
export type TimeZoneRule = CodecValue<typeof ruleBody>

/** The value of {@link timeZoneDefinitionCodec}. */
export interface TimeZoneDefinition {
  /** Identifies the zone; hardly ever there, and unknown to [MS-OXOCAL]. */
  readonly guid?: Guid
  /** The Windows name of the time zone, e.g. `Pacific Standard Time`. */
  readonly keyName?: string
  readonly rules: readonly TimeZoneRule[]
}

const version = struct('version', { majorVersion: constant(u8, MAJOR_VERSION), minorVersion: u8 })

/** Reads a version and a size, then `read`s within that size; what a later minor version added is skipped. */
function extensible<T>(reader: ByteReader, read: (inner: ByteReader) => T): T {
  version.decode(reader)
  return read(reader.sub(reader.u16()))
}

const ruleCodec: Codec<TimeZoneRule> = custom(
  'TZRule',
  RULE_SIZE,
  (reader) => extensible(reader, (inner) => ruleBody.decode(inner)),
  (writer, rule) => {
    version.encode(writer, { minorVersion: MINOR_VERSION })
    writer.u16(ruleBody.minSize)
    ruleBody.encode(writer, rule)
  },
)

/**
 * PidLidAppointmentTimeZoneDefinitionRecur, …StartDisplay and …EndDisplay ([MS-OXOCAL] 2.2.1.41 to
 * 2.2.1.43): a time zone's name and its rules over the years. Definitions of another major version do not
 * decode; readers treat them as absent. What a minor version above 1 adds is skipped.
 */
export const timeZoneDefinitionCodec: Codec<TimeZoneDefinition> = custom(
  'TimeZoneDefinition',
  8,
  (reader) => {
    let field = 'header'
    try {
      const { count, ...names } = extensible(reader, (header) => {
        const flags = header.u16()
        const guid = flags & VALID_GUID ? header.guid() : undefined
        const keyName = flags & VALID_KEY_NAME ? header.utf16(header.u16() * 2) : undefined
        return {
          ...(guid === undefined ? {} : { guid }),
          ...(keyName === undefined ? {} : { keyName }),
          count: header.u16(),
        }
      })
      field = 'rules'
      reader.checkCount(count, RULE_SIZE)
      const rules: TimeZoneRule[] = []
      for (let i = 0; i < count; i++) rules.push(ruleCodec.decode(reader))
      return { ...names, rules }
    } catch (error) {
      return rethrowWithin(error, 'TimeZoneDefinition', field)
    }
  },
  (writer, { guid, keyName, rules }) => {
    if (keyName !== undefined && keyName.length > 0xffff)
      throw new EncodeError('a key name of too many characters')
    version.encode(writer, { minorVersion: MINOR_VERSION })
    const sizeAt = writer.length
    writer.u16(0)
    writer.u16((guid === undefined ? 0 : VALID_GUID) | (keyName === undefined ? 0 : VALID_KEY_NAME))
    if (guid !== undefined) writer.guid(guid)
    if (keyName !== undefined) {
      writer.u16(keyName.length)
      writer.utf16(keyName)
    }
    writer.u16(rules.length)
    writer.patchU16(sizeAt, writer.length - sizeAt - 2)
    for (const rule of rules) ruleCodec.encode(writer, rule)
  },
)

/**
 * The rule by which a definition's times are to be understood: the one marked as effective, else the one
 * that began last. `undefined` for a definition without rules.
 */
export function effectiveTimeZoneRule({ rules }: TimeZoneDefinition): TimeZoneRule | undefined {
  return rules.find((rule) => rule.flags & TimeZoneRuleFlag.effectiveTzReg) ?? latest(rules)
}

/** The rule in force in a year: the last to begin by then, else the first of all. */
export function timeZoneRuleForYear({ rules }: TimeZoneDefinition, year: number): TimeZoneRule | undefined {
  return latest(rules.filter((rule) => rule.start.year <= year)) ?? earliest(rules)
}

function latest(rules: readonly TimeZoneRule[]): TimeZoneRule | undefined {
  return rules.reduce<TimeZoneRule | undefined>(
    (found, rule) => (found === undefined || rule.start.year > found.start.year ? rule : found),
    undefined,
  )
}

function earliest(rules: readonly TimeZoneRule[]): TimeZoneRule | undefined {
  return rules.reduce<TimeZoneRule | undefined>(
    (found, rule) => (found === undefined || rule.start.year < found.start.year ? rule : found),
    undefined,
  )
}
