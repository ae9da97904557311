export * from './http-transport.ts'
export * from './rop-session.ts'
export * from './rop-transport.ts'
export * from './store.ts'
