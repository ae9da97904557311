export * from './automatic-replies.ts'
