import type { AddressInfo } from 'node:net'
import { createServer, type Server, type Socket } from 'node:net'
import { TLSSocket, type TlsOptions } from 'node:tls'

/** What a server does in the place of an answer; silence is for ever. */
export type Misbehaviour = 'drop' | 'silence'

/** A message that a scripted server has taken. */
export interface TakenMessage {
  /** The commands MAIL and RCPT of it, as they came. */
  readonly commands: readonly string[]
  /** The addresses of the recipients that were accepted. */
  readonly recipients: readonly string[]
  readonly data: string
  readonly isSecure: boolean
  /** Counts connections from 1. */
  readonly connection: number
}

export interface Script {
  /** 220 if left out. */
  readonly greeting?: string | Misbehaviour
  /** What is announced after EHLO; STARTTLS is, too, where there is `tls`. */
  readonly extensions?: readonly string[]
  readonly tls?: TlsOptions
  /** The answer to a command, or to a message as a whole (`.`); nothing for the usual one. */
  reply?(command: string, connection: number): string | Misbehaviour | undefined
  /** Ends the connection after so many bytes of a message. */
  readonly dropAfter?: number
  /** Takes no more of a message after so many bytes. */
  readonly stallAfter?: number
  /** Says something after so many bytes of a message. */
  readonly interrupt?: { readonly after: number; readonly reply: string }
}

/** A server for SMTP on loopback that does what its script says. */
export class ScriptedServer implements AsyncDisposable {
  readonly messages: TakenMessage[] = []
  readonly commands: string[] = []
  connections = 0
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(script: Script) {
    this.#server = createServer((socket) => this.#serve(socket, script))
  }

  static async start(script: Script = {}, port = 0, host = '127.0.0.1'): Promise<ScriptedServer> {
    const server = new ScriptedServer(script)
    await new Promise<void>((resolve, reject) => {
      server.#server.once('error', reject)
      server.#server.listen(port, host, resolve)
    })
    return server
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Connections that are open. */
  get open(): number {
    return this.#sockets.size
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  #serve(plain: Socket, script: Script): void {
    const connection = ++this.connections
    let socket: Socket = plain
    let buffer = ''
    let isData = false
    let isSilent = false
    /** Up to where there is no end of the message. */
    let searched = 0
    let envelope: { commands: string[]; recipients: string[] } = { commands: [], recipients: [] }
    this.#sockets.add(plain)
    plain.on('close', () => this.#sockets.delete(plain))
    plain.on('error', () => {})

    const say = (answer: string | Misbehaviour): boolean => {
      isSilent ||= answer === 'silence'
      if (answer === 'drop') socket.destroy()
      if (answer === 'drop' || answer === 'silence') return false
      socket.write(`${answer}\r\n`)
      return true
    }
    const read = (chunk: Buffer): void => {
      if (isSilent) return
      buffer += chunk.toString('latin1')
      if (isData) readData()
      while (!isData && !isSilent) {
        const end = buffer.indexOf('\r\n')
        if (end < 0) return
        const line = buffer.slice(0, end)
        buffer = buffer.slice(end + 2)
        obey(line)
        if (isData) readData()
      }
    }
    const readData = (): void => {
      const { dropAfter, stallAfter, interrupt } = script
      if (stallAfter !== undefined && buffer.length >= stallAfter) socket.pause()
      if (dropAfter !== undefined && buffer.length >= dropAfter) {
        socket.destroy()
        return
      }
      if (interrupt !== undefined && buffer.length >= interrupt.after) say(interrupt.reply)
      const text = buffer.startsWith('.\r\n') ? '' : undefined
      const end = buffer.indexOf('\r\n.\r\n', Math.max(0, searched - 4))
      searched = buffer.length
      if (text === undefined && end < 0) return
      searched = 0
      const data = text ?? buffer.slice(0, end + 2)
      buffer = buffer.slice(text === undefined ? end + 5 : 3)
      isData = false
      const answer = script.reply?.('.', connection) ?? '250 2.0.0 Taken'
      if (answer.startsWith('2'))
        this.messages.push({
          ...envelope,
          data: data.replace(/^\.\./gm, '.'),
          isSecure: socket instanceof TLSSocket,
          connection,
        })
      envelope = { commands: [], recipients: [] }
      say(answer)
    }
    const obey = (line: string): void => {
      this.commands.push(line)
      const [verb = ''] = line.toUpperCase().split(/[ :]/)
      const answer = script.reply?.(line, connection) ?? usual(verb)
      const isTaken = say(answer) && answer.startsWith('2')
      if (verb === 'MAIL') envelope = { commands: [line], recipients: [] }
      if (verb === 'RCPT') {
        envelope.commands.push(line)
        if (isTaken) envelope.recipients.push(/<(.*?)>/.exec(line)?.[1] ?? '')
      }
      if (verb === 'DATA' && answer.startsWith('3')) isData = true
      if (verb === 'QUIT') socket.end()
      if (verb === 'STARTTLS' && isTaken) startTls()
    }
    const usual = (verb: string): string => {
      if (verb === 'EHLO') {
        const offersTls = script.tls !== undefined && !(socket instanceof TLSSocket)
        const lines = ['test', ...(script.extensions ?? []), ...(offersTls ? ['STARTTLS'] : [])]
        return lines.map((one, i) => `250${i < lines.length - 1 ? '-' : ' '}${one}`).join('\r\n')
      }
      if (verb === 'DATA')
        return envelope.recipients.length > 0 ? '354 Go on' : '554 5.5.1 There is nobody to send it to'
      if (verb === 'QUIT') return '221 2.0.0 Bye'
      if (verb === 'STARTTLS') return script.tls === undefined ? '502 5.5.1 No' : '220 2.0.0 Go on'
      return ['MAIL', 'RCPT', 'RSET', 'HELO'].includes(verb) ? '250 2.1.0 Fine' : '500 5.5.2 What?'
    }
    const startTls = (): void => {
      plain.off('data', read)
      buffer = ''
      const secure = new TLSSocket(plain, { isServer: true, ...script.tls })
      secure.on('error', () => plain.destroy())
      secure.on('data', read)
      socket = secure
    }

    plain.on('data', read)
    say(script.greeting ?? '220 test ESMTP')
  }
}
