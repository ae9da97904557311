/** The values of binary properties that have a structure of their own. */
import type { FuzzTarget } from '../../../tools/fuzz/contract.ts'
import { decodeWith, encodeWith } from '../src/bytes/index.ts'
import {
  appointmentRecurrencePatternCodec,
  appointmentTombstoneCodec,
  encodeFreeBusyMonth,
  freeBusyBlocksCodec,
  globalObjectIdCodec,
  globalObjectIdFromUid,
  lastOccurrenceDate,
  occurrences,
  readFreeBusy,
  recurrencePatternCodec,
  swappedToDoDataCodec,
  systemTimeCodec,
  timeZoneDefinitionCodec,
  timeZoneStructCodec,
  uidFromGlobalObjectId,
} from '../src/calendar/index.ts'
import { contactLinkSearchKeyCodec, distributionListStreamCodec } from '../src/contact/index.ts'
import { conversationIndexCodec, flatEntryListCodec, verbStreamCodec } from '../src/conversation/index.ts'
import { additionalRenEntryIdsExCodec, extendedFolderFlagsCodec } from '../src/folder/index.ts'
import { arbitraryOf } from '../test/support/arbitrary.ts'
import '../test/calendar/arbitrary-calendar.ts'
import '../test/conversation/arbitrary-conversation.ts'
import '../test/folder/arbitrary-folder.ts'
import { codecTarget, decodingTarget, sample } from './support.ts'

/** The occurrences of a pattern, some of them, which may be one that has none. */
function readOccurrences(bytes: Uint8Array): void {
  const pattern = decodeWith(appointmentRecurrencePatternCodec, bytes)
  try {
    for (const _ of occurrences(pattern, { limit: 20 }));
    lastOccurrenceDate(pattern.recurrencePattern)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
  }
}

const JANUARY = encodeFreeBusyMonth(2024, 1)

const targets: readonly FuzzTarget[] = [
  codecTarget('mapi/appointmentRecurrencePattern', appointmentRecurrencePatternCodec),
  codecTarget('mapi/recurrencePattern', recurrencePatternCodec),
  decodingTarget('mapi/appointmentRecurrencePattern/occurrences', readOccurrences, () =>
    sample(arbitraryOf(appointmentRecurrencePatternCodec), 60).map((pattern) =>
      encodeWith(appointmentRecurrencePatternCodec, pattern),
    ),
  ),
  codecTarget('mapi/appointmentTombstone', appointmentTombstoneCodec),
  codecTarget('mapi/globalObjectId', globalObjectIdCodec),
  decodingTarget('mapi/globalObjectId/uid', uidFromGlobalObjectId, () => [
    globalObjectIdFromUid('a@example.com'),
    globalObjectIdFromUid('a@example.com', { year: 2024, month: 2, day: 29 }),
    ...sample(arbitraryOf(globalObjectIdCodec)).map((value) => encodeWith(globalObjectIdCodec, value)),
  ]),
  codecTarget('mapi/freeBusyBlocks', freeBusyBlocksCodec),
  decodingTarget(
    'mapi/freeBusyPeriods',
    (bytes) => readFreeBusy({ months: [JANUARY], blocks: [bytes] }),
    () => sample(arbitraryOf(freeBusyBlocksCodec)).map((blocks) => encodeWith(freeBusyBlocksCodec, blocks)),
  ),
  codecTarget('mapi/swappedToDoData', swappedToDoDataCodec),
  codecTarget('mapi/systemTime', systemTimeCodec),
  codecTarget('mapi/timeZoneStruct', timeZoneStructCodec),
  codecTarget('mapi/timeZoneDefinition', timeZoneDefinitionCodec),
  codecTarget('mapi/distributionListStream', distributionListStreamCodec),
  codecTarget('mapi/contactLinkSearchKey', contactLinkSearchKeyCodec),
  codecTarget('mapi/conversationIndex', conversationIndexCodec),
  codecTarget('mapi/flatEntryList', flatEntryListCodec),
  codecTarget('mapi/verbStream', verbStreamCodec),
  codecTarget('mapi/additionalRenEntryIdsEx', additionalRenEntryIdsExCodec),
  codecTarget('mapi/extendedFolderFlags', extendedFolderFlagsCodec),
]

export default targets
