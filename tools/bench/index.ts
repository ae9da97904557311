export * from './contract.ts'
export * from './measure.ts'
export * from './measure-async.ts'
export * from './table.ts'
