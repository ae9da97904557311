export * from './body/index.ts'
