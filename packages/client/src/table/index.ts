export { matches } from './matches.ts'
export { type MemoryTableOptions, memoryTable } from './memory-table.ts'
