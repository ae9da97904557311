export * from './metrics.ts'
export * from './monitoring-server.ts'
