export * from './row-table.ts'
