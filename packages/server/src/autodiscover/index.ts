export * from './handler.ts'
export * from './subject.ts'
