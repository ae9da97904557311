/** Synchronization with replicas ([MS-OXCFXICS]). */
export { exportContents, exportHierarchy, getSyncState } from './export.ts'
export { importChanges, setLocalIdsDeleted } from './import.ts'
