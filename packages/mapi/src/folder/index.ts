export * from './additional-ren-entry-ids.ts'
export * from './extended-folder-flags.ts'
