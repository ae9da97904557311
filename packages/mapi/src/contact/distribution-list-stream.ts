import {
  type Codec,
  type CodecValue,
  constant,
  mapped,
  repeated,
  reserved,
  sizedBytes,
  struct,
  u16,
  u32,
} from '../bytes/index.ts'

/**
 * Flags of a personal distribution list ([MS-OXOCNTC] 2.2.2.2.4, DistListStreamFlags). Others must be kept.
 */
export const DistListStreamFlag = {
  /** The members are always stored in the stream, few as they may be. */
  alwaysUseStream: 0x00000001,
} as const

const STREAM_VERSION = 1

/** DistListMemberInfo ([MS-OXOCNTC] 2.2.2.2.4.1): one member of a personal distribution list. */
const distListMemberInfo = struct('DistListMemberInfo', {
  /** The member's entry ID, in the format of PidLidDistributionListMembers. */
  entryId: sizedBytes(u32),
  /** The member as a one-off entry ID, in the format of PidLidDistributionListOneOffMembers. */
  oneOffEntryId: sizedBytes(u32),
  /** Not used, empty. */
  extraMemberInfo: sizedBytes(u32),
})

export type DistListMemberInfo = CodecValue<typeof distListMemberInfo>

/** The value of {@link distributionListStreamCodec}. */
export interface DistributionListStream {
  /** Version of the program that wrote the stream: its major version × 10,000 + its minor version. */
  readonly buildVersion: number
  /** See {@link DistListStreamFlag}. */
  readonly flags: number
  readonly members: readonly DistListMemberInfo[]
}

/**
 * PidLidDistributionListStream ([MS-OXOCNTC] 2.2.2.2.4): the members of a personal distribution list of any
 * size.
 */
export const distributionListStreamCodec: Codec<DistributionListStream> = mapped(
  struct('DistributionListStream', {
    streamVersion: constant(u16, STREAM_VERSION),
    reserved: reserved(u16),
    buildVersion: u32,
    flags: u32,
    countOfEntries: u32,
    totalEntryIdSize: u32,
    totalOneOffSize: u32,
    totalExtraSize: u32,
    members: repeated(({ countOfEntries }: { countOfEntries: number }) => countOfEntries, distListMemberInfo),
    terminator1: reserved(u32),
    terminator2: reserved(u32),
  }),
  ({ buildVersion, flags, members }) => ({ buildVersion, flags, members }),
  ({ buildVersion, flags, members }) => ({
    buildVersion,
    flags,
    countOfEntries: members.length,
    totalEntryIdSize: members.reduce((sum, { entryId }) => sum + entryId.length, 0),
    totalOneOffSize: members.reduce((sum, { oneOffEntryId }) => sum + oneOffEntryId.length, 0),
    totalExtraSize: members.reduce((sum, { extraMemberInfo }) => sum + extraMemberInfo.length, 0),
    members,
  }),
)
