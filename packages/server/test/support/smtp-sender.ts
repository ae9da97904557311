import { connect } from 'node:net'

/** What is sent, and what happens meanwhile. */
export interface Sending {
  readonly port: number
  readonly from: string
  readonly to: string
  /** One character per byte, in lines that end with CR LF. */
  readonly message: string
  /** Half of the message has been sent. */
  half?(): Promise<void>
  /** All of it has been sent, and there is no answer yet. */
  sent?(): Promise<void>
}

/** Sends a message as a mail server does. Resolves to whether the other one has taken it (250); if not, it is to be tried again. */
export function sendOnce({ port, from, to, message, half, sent }: Sending): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const end = (isTaken: boolean): void => {
      socket.destroy()
      resolve(isTaken)
    }
    const data = `${message.replace(/^\./gm, '..')}${message.endsWith('\r\n') ? '' : '\r\n'}.\r\n`
    const middle = Math.floor(data.length / 2)
    const commands: readonly (() => void)[] = [
      () => socket.write('EHLO elsewhere.test\r\n'),
      () => socket.write(`MAIL FROM:<${from}>\r\n`),
      () => socket.write(`RCPT TO:<${to}>\r\n`),
      () => socket.write('DATA\r\n'),
      () => {
        socket.write(data.slice(0, middle), 'latin1', async () => {
          await half?.()
          if (socket.destroyed) return
          socket.write(data.slice(middle), 'latin1', () => void sent?.())
        })
      },
      () => end(true),
    ]
    let step = 0
    let text = ''
    socket.on('data', (piece) => {
      text += piece
      const lines = text.split('\r\n')
      text = lines.pop()!
      for (const line of lines) {
        if (line[3] === '-') continue
        if (line[0] !== '2' && line[0] !== '3') return end(false)
        commands[step]!()
        step++
      }
    })
    socket.on('error', () => end(false))
    socket.on('close', () => end(false))
  })
}
