export { MAX_TNEF_DEPTH, type ReadTnefOptions, readTnef, writeTnef } from './convert.ts'
export type { TnefProperty } from './property-list.ts'
export { decodeTnef, encodeTnef, isTnef, type TnefAttachment, type TnefMessage } from './tnef.ts'
