/** Synchronization with replicas ([MS-OXCFXICS]): what changed since a state, and taking what changed elsewhere. */
export { exportContents } from './export-contents.ts'
export { exportHierarchy } from './export-hierarchy.ts'
export { importChanges, setLocalIdsDeleted } from './import.ts'
export { getSyncState } from './sync-state.ts'
