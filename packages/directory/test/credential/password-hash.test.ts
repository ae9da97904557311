import { describe, expect, it } from 'vitest'
import { hashPassword, needsRehash, verifyPassword } from '../../src/credential/password-hash.ts'
import { HASH_COST, isPasswordHash } from '../../src/index.ts'

/** Quick, and good for nothing else. */
const CHEAP = { memory: 8, passes: 1, parallelism: 1 }

describe('password hashes', () => {
  it('tell the password from others', async () => {
    const hash = await hashPassword('correct horse', CHEAP)
    expect(await verifyPassword('correct horse', hash)).toBe(true)
    expect(await verifyPassword('correct horse ', hash)).toBe(false)
    expect(await verifyPassword('', hash)).toBe(false)
  })

  it('carry their cost, that of new ones by default', async () => {
    const hash = await hashPassword('x')
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
    expect(needsRehash(hash)).toBe(false)
    expect(needsRehash(hash, { ...HASH_COST, passes: 3 })).toBe(true)
    expect(await verifyPassword('x', hash)).toBe(true)
  })

  it('are salted', async () => {
    expect(await hashPassword('x', CHEAP)).not.toBe(await hashPassword('x', CHEAP))
  })

  it('take letters the same however they are composed', async () => {
    expect(await verifyPassword('u\u0308ber', await hashPassword('\u00fcber', CHEAP))).toBe(true)
  })

  it('are what others make of the same password', async () => {
    // The reference implementation's test vector for argon2id, version 19: password "password", salt "somesalt".
    const hash = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'
    expect(await verifyPassword('password', hash)).toBe(true)
    expect(await verifyPassword('Password', hash)).toBe(false)
  })

  it.each([
    '',
    'secret',
    '$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
    '$argon2id$v=19$m=9999999,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
    '$argon2id$v=19$m=65536,t=99,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
    '$argon2id$v=19$m=8,t=1,p=4$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
  ])('are not %j', async (text) => {
    expect(isPasswordHash(text)).toBe(false)
    await expect(verifyPassword('x', text)).rejects.toThrow(TypeError)
  })
})
