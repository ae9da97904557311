export { MemoryMessage } from './memory-message.ts'
export { MemoryNames } from './memory-names.ts'
