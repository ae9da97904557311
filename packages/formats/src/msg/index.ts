export { MAX_MSG_DEPTH, type ReadMsgOptions, readMsg } from './read-msg.ts'
export { writeMsg } from './write-msg.ts'
