export * from './contract.ts'
export * from './measure.ts'
export * from './table.ts'
