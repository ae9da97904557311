import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as tlsConnect } from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import { parseSettings } from '../../src/config/index.ts'
import {
  type FrontOptions,
  HttpFront,
  loadCertificate,
  readBody,
  replyText,
  splitUrl,
} from '../../src/http/index.ts'
import { silentLog } from '../../src/log/index.ts'
import { sendRequest } from '../support/http-client.ts'

const { limits } = parseSettings('', '/nowhere/bourse.yaml')
const LOOPBACK = { host: '127.0.0.1', port: 0 }
const NO_TLS = { certificate: undefined, key: undefined }

describe('the HTTP front', () => {
  const open: AsyncDisposable[] = []

  afterEach(async () => {
    for (const resource of open.splice(0)) await resource[Symbol.asyncDispose]()
  })

  async function start(options: Partial<FrontOptions> = {}): Promise<HttpFront> {
    const front = await HttpFront.start({
      http: [LOOPBACK],
      https: [],
      limits,
      log: silentLog,
      handle: async ({ response, path, query, isSecure, remoteAddress }) =>
        replyText(response, 200, JSON.stringify({ path, query, isSecure, remoteAddress })),
      ...options,
    })
    open.push({ [Symbol.asyncDispose]: () => front.stop(0) })
    return front
  }

  function folder(): string {
    const path = mkdtempSync(join(tmpdir(), 'bourse-http-'))
    open.push({ [Symbol.asyncDispose]: async () => rmSync(path, { recursive: true }) })
    return path
  }

  async function raw(front: HttpFront, text: string): Promise<string> {
    const { hostname, port } = new URL(front.urls[0]!)
    const socket = connect(Number(port), hostname)
    socket.write(text)
    let received = ''
    for await (const piece of socket) received += piece
    return received
  }

  it('MS-OXCMAPIHTTP_R2 serves HTTPS with a certificate that is made for loopback at the first start and kept', async () => {
    const data = folder()
    const tls = await loadCertificate(NO_TLS, data)
    expect(await loadCertificate(NO_TLS, data)).toEqual(tls)
    expect(statSync(join(data, 'tls', 'self-signed.key')).mode & 0o777).toBe(0o600)
    const front = await start({ http: [], https: [LOOPBACK], tls })
    const url = new URL(front.urls[0]!)
    expect(url.protocol).toBe('https:')
    const { status, body, httpVersion } = await sendRequest(`${url.origin}/a`, { method: 'GET' })
    expect([status, httpVersion]).toEqual([200, '1.1'])
    expect(JSON.parse(body.toString())).toMatchObject({ path: '/a', isSecure: true })
    // A client that trusts it finds it valid for the names it is for.
    for (const host of ['localhost', '127.0.0.1', '::1']) {
      const socket = tlsConnect({
        host: '127.0.0.1',
        port: Number(url.port),
        ca: tls.cert,
        servername: '',
        checkServerIdentity: () => undefined,
      })
      await new Promise<void>((resolve, reject) =>
        socket.once('secureConnect', resolve).once('error', reject),
      )
      expect(socket.authorized).toBe(true)
      const names = socket.getPeerCertificate().subjectaltname!.replaceAll('0:0:0:0:0:0:0:1', '::1')
      expect(names).toContain(host)
      socket.destroy()
    }
  })

  it('makes its own certificate anew when it cannot be used any more, and takes that of files as it is', async () => {
    const data = folder()
    const { cert, key } = await loadCertificate(NO_TLS, data)
    writeFileSync(join(data, 'tls', 'self-signed.crt'), 'nonsense')
    expect((await loadCertificate(NO_TLS, data)).cert).not.toBe(cert)
    const files = { certificate: join(data, 'a.crt'), key: join(data, 'a.key') }
    writeFileSync(files.certificate, cert)
    writeFileSync(files.key, key)
    expect(await loadCertificate(files, data)).toEqual({ cert, key })
    await expect(loadCertificate({ ...files, key: join(data, 'none') }, data)).rejects.toThrow('ENOENT')
  })

  it('listens on all addresses that it is to, or on none', async () => {
    const front = await start({ http: [LOOPBACK, { host: '::1', port: 0 }] })
    expect(front.urls.map((url) => new URL(url).hostname)).toEqual(['127.0.0.1', '[::1]'])
    const taken = Number(new URL(front.urls[0]!).port)
    await expect(start({ http: [LOOPBACK, { host: '127.0.0.1', port: taken }] })).rejects.toThrow(
      'EADDRINUSE',
    )
  })

  it('reads paths whatever their letters, and URLs that are malformed not at all', async () => {
    expect(splitUrl('/Autodiscover/%41utodiscover.XML?A=B')).toEqual({
      path: '/autodiscover/autodiscover.xml',
      query: 'A=B',
    })
    expect(splitUrl('http://host/MAPI?x')).toEqual({ path: '/mapi', query: 'x' })
    expect(splitUrl('/%zz')).toBeUndefined()
    expect(splitUrl('*')).toBeUndefined()
    const front = await start()
    expect(await raw(front, 'GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400/,
    )
  })

  it('answers several requests on one connection', async () => {
    const front = await start()
    const request = 'GET /a HTTP/1.1\r\nHost: x\r\n\r\n'
    const answer = await raw(
      front,
      `${request}${request}${request.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')}`,
    )
    expect(answer.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(3)
  })

  it('refuses what is no HTTP, and headers that are too long', async () => {
    const front = await start({ limits: { ...limits, headers: 8192 } })
    expect(await raw(front, 'nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400/)
    expect(await raw(front, `GET / HTTP/1.1\r\nX: ${'x'.repeat(10_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431/)
  })

  it('does not wait for ever for who sends slowly', { timeout: 20_000 }, async () => {
    const front = await start({
      limits: { ...limits, requestTimeout: 1000, headersTimeout: 500 },
      handle: async ({ request, response }) => {
        const { kind } = await readBody(request, 1000)
        if (kind === 'body') replyText(response, 200, 'done')
      },
    })
    expect(await raw(front, 'POST / HTTP/1.1\r\nHost:')).toMatch(/^HTTP\/1\.1 408/)
    expect(await raw(front, 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n123')).toMatch(
      /^(HTTP\/1\.1 408|$)/,
    )
    expect(front.connections).toBe(0)
  })

  it('MS-OXCMAPIHTTP_R51 MS-OXCMAPIHTTP_R1304 survives handlers that fail', async () => {
    const front = await start({
      handle: async ({ path, response }) => {
        if (path === '/late') response.writeHead(200, { 'Content-Length': 100 }).write('x')
        throw new Error('as a test wants it')
      },
    })
    expect((await sendRequest(`${front.urls[0]}/early`, {})).status).toBe(500)
    await expect(sendRequest(`${front.urls[0]}/late`, {})).rejects.toThrow()
    expect((await sendRequest(`${front.urls[0]}/early`, {})).status).toBe(500)
  })

  it('reads bodies of any transfer coding up to a limit', async () => {
    const front = await start({
      handle: async ({ request, response }) => {
        const result = await readBody(request, 10)
        replyText(response, 200, result.kind === 'body' ? String(result.bytes.length) : result.kind)
      },
    })
    const sizeOf = async (size: number) =>
      (await sendRequest(front.urls[0]!, { body: new Uint8Array(size) })).body.toString()
    expect([await sizeOf(0), await sizeOf(10), await sizeOf(11)]).toEqual(['0\n', '10\n', 'tooLarge\n'])
    const chunked = (chunks: string) =>
      raw(
        front,
        `POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`,
      )
    expect(await chunked('3\r\nabc\r\n2\r\nde\r\n')).toMatch(/5\n$/)
    expect(await chunked('6\r\nabcdef\r\n6\r\nabcdef\r\n')).toMatch(/tooLarge\n$/)
  })

  it('stops when its requests are answered, or after a while', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const front = await start({
      handle: async ({ response }) => {
        await promise
        replyText(response, 200, 'done')
      },
    })
    const running = sendRequest(front.urls[0]!, {})
    await expect.poll(() => front.connections).toBe(1)
    const stopping = front.stop(10_000)
    resolve()
    expect((await running).status).toBe(200)
    await stopping
    const stuck = await start({ handle: () => new Promise(() => {}) })
    const failing = sendRequest(stuck.urls[0]!, {}).catch(() => 'closed')
    await expect.poll(() => stuck.connections).toBe(1)
    await stuck.stop(50)
    expect(await failing).toBe('closed')
  })
})
