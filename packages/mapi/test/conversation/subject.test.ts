import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  conversationTopic,
  joinSubject,
  limitSubject,
  SUBJECT_LENGTH_LIMIT,
  splitMimeSubject,
  splitSubject,
} from '../../src/conversation/index.ts'

const arbitrarySubject = fc.oneof(
  fc.string(),
  fc
    .tuple(
      fc.constantFrom('RE', 'Fwd', 'AW', '1', 'a b', 'Long'),
      fc.constantFrom(': ', ':', ':  '),
      fc.string(),
    )
    .map((parts) => parts.join('')),
)

describe('subjects in a store', () => {
  it.each([
    ['RE: Lunch', 'RE: ', 'Lunch'],
    ['Fwd: RE: Lunch', 'Fwd: ', 'RE: Lunch'],
    ['W: Lunch', 'W: ', 'Lunch'],
    ['回复: 午餐', '回复: ', '午餐'],
    ['RE:  Lunch', 'RE: ', ' Lunch'],
    ['RE: ', 'RE: ', ''],
    ['RE:Lunch', '', 'RE:Lunch'],
    ['Lunch: today', '', 'Lunch: today'],
    ['R2: Lunch', '', 'R2: Lunch'],
    ['R.: Lunch', '', 'R.: Lunch'],
    [': Lunch', '', ': Lunch'],
    ['12:30 Lunch', '', '12:30 Lunch'],
    ['', '', ''],
  ])('%j has the prefix %j', (subject, prefix, normalizedSubject) => {
    expect(splitSubject(subject)).toEqual({ prefix, normalizedSubject })
  })

  it('are cut at the prefix that is given, if they begin with it', () => {
    expect(splitSubject('Reply 2: Lunch', 'Reply 2: ')).toEqual({
      prefix: 'Reply 2: ',
      normalizedSubject: 'Lunch',
    })
    expect(splitSubject('RE: Lunch', '')).toEqual({ prefix: '', normalizedSubject: 'RE: Lunch' })
    expect(splitSubject('RE: Lunch', 'FW: ')).toEqual({ prefix: 'RE: ', normalizedSubject: 'Lunch' })
    expect(splitSubject('Lunch', 'FW: ')).toEqual({ prefix: '', normalizedSubject: 'Lunch' })
  })

  it('MS-OXCMSG_R1239 are their prefix and their normalized subject', () => {
    expect(joinSubject('RE: ', 'Lunch')).toBe('RE: Lunch')
    fc.assert(
      fc.property(
        arbitrarySubject,
        fc.option(fc.string({ maxLength: 4 }), { nil: undefined }),
        (subject, given) => {
          const { prefix, normalizedSubject } = splitSubject(subject, given)
          expect(joinSubject(prefix, normalizedSubject)).toBe(subject)
        },
      ),
    )
  })

  it('MS-OXCMSG_R1801 MS-OXCMSG_R1802 are the normalized subject where there is no prefix', () => {
    expect(joinSubject(undefined, 'Lunch')).toBe('Lunch')
    expect(joinSubject('', 'Lunch')).toBe('Lunch')
    expect(joinSubject(undefined, undefined)).toBe('')
  })

  it('give the topic of the conversation', () => {
    expect(conversationTopic('RE: Lunch')).toBe('Lunch')
    expect(conversationTopic('Reply 2: Lunch', 'Reply 2: ')).toBe('Lunch')
  })
})

describe('subjects of MIME messages [MS-OXCMAIL] 2.2.3.2.6.1', () => {
  it.each([
    ['RE: Lunch', 'RE: ', 'Lunch'],
    ['RE:Lunch', 'RE: ', 'Lunch'],
    ['RE:   Lunch', 'RE: ', 'Lunch'],
    ['R.: Lunch', 'R.: ', 'Lunch'],
    ['R2: Lunch', '', 'R2: Lunch'],
    ['a b: Lunch', '', 'a b: Lunch'],
    ['Lunch: today', '', 'Lunch: today'],
    ['', '', ''],
  ])('%j has the prefix %j', (subject, prefix, normalizedSubject) => {
    expect(splitMimeSubject(subject)).toEqual({ prefix, normalizedSubject })
  })
})

describe('long subjects', () => {
  it('MS-OXCMSG_R60 MS-OXCMSG_R66 stay below 254 characters', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 300, size: 'max' }),
        fc.string({ maxLength: 300, size: 'max' }),
        (prefix, normalizedSubject) => {
          const limited = limitSubject({ prefix, normalizedSubject })
          const subject = joinSubject(limited.prefix, limited.normalizedSubject)
          expect(subject.length).toBe(
            Math.min(prefix.length + normalizedSubject.length, SUBJECT_LENGTH_LIMIT - 1),
          )
          expect(prefix.startsWith(limited.prefix)).toBe(true)
        },
      ),
    )
  })

  it('are not cut within a character', () => {
    const normalizedSubject = `${'x'.repeat(252)}😀`
    expect(limitSubject({ prefix: '', normalizedSubject }).normalizedSubject).toBe('x'.repeat(252))
    expect(
      limitSubject({ prefix: '', normalizedSubject: `😀${normalizedSubject}` }).normalizedSubject.length,
    ).toBe(253)
  })
})
