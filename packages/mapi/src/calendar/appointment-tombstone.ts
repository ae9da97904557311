import {
  type Codec,
  type CodecValue,
  constant,
  custom,
  mapped,
  repeated,
  sizedBytes,
  struct,
  u32,
} from '../bytes/index.ts'

const IDENTIFIER = 0xbedeafcd
const HEADER_SIZE = 0x14
const VERSION = 3
const RECORDS_SIZE = 0x14

const sizedLatin1: Codec<string> = custom(
  'sizedLatin1',
  2,
  (reader) => reader.latin1(reader.u16()),
  (writer, text) => {
    writer.u16(text.length)
    writer.latin1(text)
  },
)

/** A meeting that was declined ([MS-OXOCAL] 2.2.12.5.1), so that it is not put into the calendar again. */
const tombstoneRecord = struct('TombstoneRecord', {
  /** Minutes since 1601, UTC. */
  startTime: u32,
  /** Minutes since 1601, UTC. */
  endTime: u32,
  /** PidLidGlobalObjectId of the meeting. */
  globalObjectId: sizedBytes(u32),
  /** Who did it, in the code page of the writer. */
  userName: sizedLatin1,
})

export type TombstoneRecord = CodecValue<typeof tombstoneRecord>

/**
 * PidTagScheduleInfoAppointmentTombstone ([MS-OXOCAL] 2.2.12.5): the meetings that the user or a delegate
 * declined.
 */
export const appointmentTombstoneCodec: Codec<readonly TombstoneRecord[]> = mapped(
  struct('Tombstone', {
    identifier: constant(u32, IDENTIFIER),
    headerSize: constant(u32, HEADER_SIZE),
    version: constant(u32, VERSION),
    recordsCount: u32,
    recordsSize: constant(u32, RECORDS_SIZE),
    records: repeated(({ recordsCount }: { recordsCount: number }) => recordsCount, tombstoneRecord),
  }),
  ({ records }) => records,
  (records) => ({ recordsCount: records.length, records }),
)
