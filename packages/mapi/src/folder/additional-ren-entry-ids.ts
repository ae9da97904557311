import { type Codec, type CodecValue, custom, rest, sized, sizedBytes, struct, u16 } from '../bytes/index.ts'

/**
 * What PidTagAdditionalRenEntryIds holds ([MS-OXOSFLD] 2.2.4): the entry ID of a folder at each of these
 * positions.
 */
export const AdditionalRenEntryIdIndex = {
  conflicts: 0,
  syncIssues: 1,
  localFailures: 2,
  serverFailures: 3,
  junkEmail: 4,
} as const

/** Folders that PidTagAdditionalRenEntryIdsEx points to ([MS-OXOSFLD] 2.2.5.1, PersistID). */
export const PersistId = {
  /** PERSIST_SENTINEL: no more blocks follow. */
  sentinel: 0x0000,
  rssSubscription: 0x8001,
  sendAndTrack: 0x8002,
  toDoSearch: 0x8004,
  conversationActions: 0x8006,
  /** Reserved. */
  combinedActions: 0x8007,
  suggestedContacts: 0x8008,
  contactSearch: 0x8009,
  buddyListPdls: 0x800a,
  buddyListContacts: 0x800b,
} as const

/** What an element of a block holds ([MS-OXOSFLD] 2.2.5.2, ElementID). */
export const PersistElementId = {
  /** ELEMENT_SENTINEL: no more elements follow. */
  sentinel: 0x0000,
  /** RSF_ELID_ENTRYID: the entry ID of the folder. */
  entryId: 0x0001,
  /** RSF_ELID_HEADER: four bytes of zeros. */
  header: 0x0002,
} as const

/** PersistElement ([MS-OXOSFLD] 2.2.5.2). */
const persistElement = struct('PersistElement', {
  /** See {@link PersistElementId}. */
  elementId: u16,
  data: sizedBytes(u16),
})

export type PersistElement = CodecValue<typeof persistElement>

/** PersistData ([MS-OXOSFLD] 2.2.5.1). */
const persistData = struct('PersistData', {
  /** See {@link PersistId}. */
  persistId: u16,
  elements: sized(u16, rest(persistElement)),
})

export type PersistData = CodecValue<typeof persistData>

/**
 * PidTagAdditionalRenEntryIdsEx ([MS-OXOSFLD] 2.2.5): where special folders are. Sentinels are blocks like
 * any other, at the end; what follows the first one in the bytes is not read.
 */
export const additionalRenEntryIdsExCodec: Codec<readonly PersistData[]> = custom(
  'AdditionalRenEntryIdsEx',
  0,
  (reader) => {
    const blocks: PersistData[] = []
    while (reader.remaining > 0) {
      const block = persistData.decode(reader)
      blocks.push(block)
      if (block.persistId === PersistId.sentinel) reader.take(reader.remaining)
    }
    return blocks
  },
  (writer, blocks) => {
    for (const block of blocks) persistData.encode(writer, block)
  },
)

/**
 * The entry ID of a special folder, `undefined` if PidTagAdditionalRenEntryIdsEx does not have it. See
 * {@link PersistId}.
 */
export function additionalRenEntryId(
  blocks: readonly PersistData[],
  persistId: number,
): Uint8Array | undefined {
  for (const block of blocks) {
    if (block.persistId === PersistId.sentinel) return undefined
    if (block.persistId !== persistId) continue
    for (const { elementId, data } of block.elements) {
      if (elementId === PersistElementId.sentinel) break
      if (elementId === PersistElementId.entryId) return data
    }
  }
  return undefined
}

/** The blocks with the entry ID of a special folder put in, in the place of what they had for it. */
export function withAdditionalRenEntryId(
  blocks: readonly PersistData[],
  persistId: number,
  entryId: Uint8Array,
): PersistData[] {
  const sentinel = blocks.findIndex((block) => block.persistId === PersistId.sentinel)
  const others = blocks
    .slice(0, sentinel < 0 ? undefined : sentinel)
    .filter((block) => block.persistId !== persistId)
  return [
    ...others,
    { persistId, elements: [{ elementId: PersistElementId.entryId, data: entryId }] },
    { persistId: PersistId.sentinel, elements: [] },
  ]
}
