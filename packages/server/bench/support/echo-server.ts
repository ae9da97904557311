/** A bare server that answers each request with the bytes that came. Prints its port. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const server = createServer((request, response) => {
  const pieces: Buffer[] = []
  request.on('data', (bytes: Buffer) => pieces.push(bytes))
  request.on('end', () => {
    const body = Buffer.concat(pieces)
    response.writeHead(200, { 'Content-Type': 'application/mapi-http', 'Content-Length': body.length })
    response.end(body)
  })
})
server.listen(0, '127.0.0.1', () =>
  console.log(`listening 127.0.0.1:${(server.address() as AddressInfo).port}`),
)
