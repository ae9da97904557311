/** What changed in a folder since a state ([MS-OXCFXICS] 2.2.3.2.1, 3.2.5.3). */
export { exportContents } from './export-contents.ts'
export { exportHierarchy } from './export-hierarchy.ts'
export { getSyncState } from './sync-state.ts'
