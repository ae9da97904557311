export * from './civil.ts'
export * from './file-time.ts'
export * from './floating-time.ts'
export * from './minutes.ts'
