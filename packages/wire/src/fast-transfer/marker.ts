/**
 * The markers that structure a FastTransfer stream ([MS-OXCFXICS] 2.2.4.1.4): four bytes that look like a property
 * tag and have no value.
 */
export const Marker = {
  /** The folder that the operation copies. */
  StartTopFld: 0x4009_0003,
  /** A folder within a folder. */
  StartSubFld: 0x400a_0003,
  /** Ends StartTopFld and StartSubFld. */
  EndFolder: 0x400b_0003,
  StartMessage: 0x400c_0003,
  /** A folder-associated message. */
  StartFAIMsg: 0x4010_0003,
  /** Ends StartMessage and StartFAIMsg. */
  EndMessage: 0x400d_0003,
  /** A message within an attachment. */
  StartEmbed: 0x4001_0003,
  EndEmbed: 0x4002_0003,
  StartRecip: 0x4003_0003,
  /** Ends StartRecip. */
  EndToRecip: 0x4004_0003,
  NewAttach: 0x4000_0003,
  EndAttach: 0x400e_0003,
  /** A message or folder that was made or changed. */
  IncrSyncChg: 0x4012_0003,
  /** The changed property groups of a message. */
  IncrSyncChgPartial: 0x407d_0003,
  /** The message after its header. */
  IncrSyncMessage: 0x4015_0003,
  /** The IDs of what was deleted. */
  IncrSyncDel: 0x4013_0003,
  /** The IDs of messages whose read state has changed. */
  IncrSyncRead: 0x402f_0003,
  IncrSyncStateBegin: 0x403a_0003,
  IncrSyncStateEnd: 0x403b_0003,
  /** The size of all that is to come. */
  IncrSyncProgressMode: 0x4074_000b,
  /** The size of the next message. */
  IncrSyncProgressPerMsg: 0x4075_000b,
  /** A mapping of properties to groups. */
  IncrSyncGroupInfo: 0x407b_0102,
  /** Ends the synchronization. */
  IncrSyncEnd: 0x4014_0003,
  /** An error that the server met. */
  FXErrorInfo: 0x4018_0003,
} as const
export type Marker = (typeof Marker)[keyof typeof Marker]
export type MarkerName = keyof typeof Marker

/** All markers have an ID between these. */
const FIRST_ID = 0x4000
const LAST_ID = 0x407d

const names: ReadonlyMap<number, MarkerName> = new Map(
  (Object.entries(Marker) as [MarkerName, Marker][]).map(([name, marker]) => [marker, name]),
)

/** Whether four bytes, read as a number, are a marker. */
export function isMarker(value: number): value is Marker {
  const id = value >>> 16
  return id >= FIRST_ID && id <= LAST_ID && names.has(value)
}

/** What the specification calls a marker. */
export function markerName(marker: Marker): MarkerName {
  return names.get(marker)!
}
