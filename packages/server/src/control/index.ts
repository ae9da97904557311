export * from './control-socket.ts'
