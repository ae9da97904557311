export * from './example.ts'
export * from './load.ts'
export { defaultWorkers, type Settings } from './schema.ts'
export { formatAddress, type ListenAddress } from './setting.ts'
