import { connect, type Socket } from 'node:net'

/** Opens a connection. Rejects with what the network says, when it takes too long, or when the signal aborts. */
export function connectSocket(
  address: string,
  port: number,
  timeout: number,
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const socket = connect({ host: address, port })
    const settle = (error?: Error): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      socket.off('error', settle)
      if (error === undefined) {
        resolve(socket)
        return
      }
      socket.on('error', () => {})
      socket.destroy()
      reject(error)
    }
    const timer = setTimeout(() => settle(new Error(`no connection within ${timeout / 1000} s`)), timeout)
    const abort = (): void => settle(new Error('the server stops'))
    signal.addEventListener('abort', abort)
    socket.on('error', settle)
    socket.once('connect', () => settle())
  })
}
