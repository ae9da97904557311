import {
  getLocalReplicaIds,
  setLocalReplicaMidsetDeleted,
  synchronizationConfigure,
  synchronizationGetTransferState,
  synchronizationImportDeletes,
  synchronizationImportHierarchyChange,
  synchronizationImportMessageChange,
  synchronizationImportMessageMove,
  synchronizationImportReadStateChanges,
  synchronizationOpenCollector,
  synchronizationUploadStateStreamBegin,
  synchronizationUploadStateStreamContinue,
  synchronizationUploadStateStreamEnd,
} from '@bourse/wire/rop'
import { unsupported } from './fast-transfer.ts'
import { handler } from './handler.ts'

/** Synchronization ROPs ([MS-OXCFXICS] 3.2.5.9). */
export const synchronizationHandlers = [
  handler(synchronizationConfigure, unsupported),
  handler(synchronizationGetTransferState, unsupported),
  handler(synchronizationUploadStateStreamBegin, unsupported),
  handler(synchronizationUploadStateStreamContinue, unsupported),
  handler(synchronizationUploadStateStreamEnd, unsupported),
  handler(synchronizationOpenCollector, unsupported),
  handler(synchronizationImportMessageChange, unsupported),
  handler(synchronizationImportHierarchyChange, unsupported),
  handler(synchronizationImportMessageMove, unsupported),
  handler(synchronizationImportDeletes, unsupported),
  handler(synchronizationImportReadStateChanges, unsupported),
  handler(getLocalReplicaIds, async (call) => {
    const { store } = call.input('logon')
    const { replicaGuid, firstGlobcnt } = await store.reserveLocalIds(call.request.idCount)
    return { body: { replGuid: replicaGuid, globalCount: firstGlobcnt } }
  }),
  handler(setLocalReplicaMidsetDeleted, async (call) => {
    const { folder } = call.input('folder')
    const ranges = call.request.longTermIdRanges.map(({ minLongTermId, maxLongTermId }) => ({
      first: minLongTermId,
      last: maxLongTermId,
    }))
    await folder.setLocalIdsDeleted(ranges)
    return {}
  }),
] as const
