export { type MboxMessage, readMbox, writeMbox } from './mbox.ts'
