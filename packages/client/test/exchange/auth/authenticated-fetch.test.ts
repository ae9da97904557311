import { authenticatedFetch, basicAuthorization } from '@bourse/client/exchange'
import { ErrorCode } from '@bourse/mapi'
import { describe, expect, it } from 'vitest'

/** A server that takes one token. */
function serverFor(valid: () => string) {
  const seen: (string | null)[] = []
  const send: typeof fetch = async (_, init) => {
    const authorization = new Headers(init?.headers).get('Authorization')
    seen.push(authorization)
    return new Response('', { status: authorization === valid() ? 200 : 401 })
  }
  return { seen, send }
}

describe('Basic authentication', () => {
  it('sends user and password in UTF-8', async () => {
    expect(basicAuthorization('test', '123£')).toBe('Basic dGVzdDoxMjPCow==')
    const { seen, send } = serverFor(() => basicAuthorization('alice', 'x'))
    const fetch = authenticatedFetch({ kind: 'basic', user: 'alice', password: 'x' }, send)
    expect((await fetch('https://mail.example.com/')).status).toBe(200)
    expect(seen).toHaveLength(1)
  })

  it('goes over HTTPS only, but to this machine', async () => {
    const { seen, send } = serverFor(() => '')
    const fetch = authenticatedFetch({ kind: 'basic', user: 'alice', password: 'x' }, send)
    await expect(fetch('http://mail.example.com/')).rejects.toMatchObject({ code: ErrorCode.LogonFailed })
    expect(seen).toEqual([])
    await fetch('http://localhost:8080/')
    await fetch('http://[::1]:8080/')
    expect(seen).toHaveLength(2)
    await expect(fetch('http://127.0.0.1.example.com/')).rejects.toMatchObject({
      code: ErrorCode.LogonFailed,
    })
  })
})

describe('bearer tokens', () => {
  it('are asked for with each request, and renewed when the server does not take one', async () => {
    let current = 'first'
    const asked: boolean[] = []
    const { seen, send } = serverFor(() => `Bearer ${current}`)
    let cached = 'first'
    const fetch = authenticatedFetch(
      {
        kind: 'bearer',
        token: ({ renew }) => {
          asked.push(renew)
          if (renew) cached = current
          return cached
        },
      },
      send,
    )
    expect((await fetch('https://mail.example.com/')).status).toBe(200)
    current = 'second'
    expect((await fetch('https://mail.example.com/')).status).toBe(200)
    expect(asked).toEqual([false, false, true])
    expect(seen).toEqual(['Bearer first', 'Bearer first', 'Bearer second'])
  })

  it('that are not taken after all end with the answer of the server', async () => {
    const { seen, send } = serverFor(() => 'Bearer right')
    const fetch = authenticatedFetch({ kind: 'bearer', token: () => 'wrong' }, send)
    expect((await fetch('https://mail.example.com/')).status).toBe(401)
    expect(seen).toHaveLength(2)
  })
})
