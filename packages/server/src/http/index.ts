export * from './body.ts'
export * from './certificate.ts'
export * from './exchange.ts'
export * from './front.ts'
