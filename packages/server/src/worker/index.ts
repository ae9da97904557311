export * from './local-host.ts'
export * from './pool.ts'
export * from './protocol.ts'
export * from './session-table.ts'
