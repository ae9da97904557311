import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { createLog, type LogOptions } from '../../src/log/index.ts'

function logInto(lines: string[], options: Partial<LogOptions> = {}, fields: object = {}) {
  const target = { write: (line: string) => void lines.push(line) }
  return createLog({ level: 'debug', format: 'json', ...options }, fields, target)
}

describe('the log', () => {
  it('is a JSON object a line, with what all lines have and what this one does', () => {
    const lines: string[] = []
    logInto(lines, {}, { worker: 2 }).child({ requestId: '{a}:1' }).info({ code: 0 }, 'answered')
    expect(lines).toHaveLength(1)
    const { time, ...others } = JSON.parse(lines[0]!)
    expect(Date.parse(time)).toBeLessThanOrEqual(Date.now())
    expect(others).toEqual({ level: 'info', worker: 2, requestId: '{a}:1', code: 0, msg: 'answered' })
  })

  it('has only what is as important as it is to have', () => {
    const lines: string[] = []
    const log = logInto(lines, { level: 'warn' })
    log.debug({}, 'no')
    log.info({}, 'no')
    log.warn({}, 'yes')
    log.error({}, 'yes')
    expect(lines).toHaveLength(2)
    expect(log.isLevelEnabled('info')).toBe(false)
    expect(log.isLevelEnabled('error')).toBe(true)
  })

  it('never has secrets', () => {
    const lines: string[] = []
    const log = logInto(lines)
    const secrets = { authorization: 'hush', cookie: 'hush', password: 'hush', token: 'hush' }
    log.info({ ...secrets, headers: secrets }, 'a request')
    expect(JSON.parse(lines[0]!)).toMatchObject({ headers: {}, msg: 'a request' })
    expect(lines[0]).not.toContain('hush')
  })

  it('is text for people, on whose terminal nothing that clients send does anything', () => {
    const lines: string[] = []
    const log = logInto(lines, { format: 'text' })
    log.info({ user: 'alice', code: 0, type: 'x\n12:00:00 error\u001b[2J', id: 'a b' }, 'answered')
    const text = stripVTControlCharacters(lines[0]!)
    expect(text).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} info {2}answered user=alice code=0 type="x\\n12:00:00 error\\u001b\[2J" id="a b"\n$/,
    )
    log.error({ err: new Error('broken') }, 'it failed')
    expect(lines[1]).toContain('it failed\nError: broken\n    at ')
  })
})
