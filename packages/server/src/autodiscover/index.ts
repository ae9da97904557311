export * from './directory-source.ts'
export * from './handler.ts'
export * from './subject.ts'
