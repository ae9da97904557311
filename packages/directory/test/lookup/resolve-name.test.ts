import { PidTagGivenName, PidTagSurname } from '@bourse/mapi'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openDirectory, setUpOrganization } from '../support/fixture.ts'

interface Person {
  readonly given: string
  readonly surname: string
  readonly hidden: boolean
}

const NAMES = [
  'Al',
  'Alan',
  'Álan',
  'Ann',
  'Anna Lena',
  'Bo',
  'Bob',
  'O’Hara',
  'Ødegård',
  'Zoë',
  'ZOE',
  'da Silva',
]
const people = fc.array(
  fc.record({ given: fc.constantFrom(...NAMES), surname: fc.constantFrom(...NAMES), hidden: fc.boolean() }),
  { minLength: 1, maxLength: 8 },
)
const queries = fc.oneof(
  fc.constantFrom(
    ...NAMES,
    'a',
    'an',
    'al an',
    'an, al',
    'bo bo',
    'o',
    'zo',
    'p1',
    'p1@',
    'p1@c.example',
    '=Al Bo',
    '=p2',
    '',
    ' ',
    '=',
    'é',
  ),
  fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(...NAMES)).map(([a, b]) => `${a} ${b}`),
  fc.string({ unit: 'grapheme', maxLength: 4 }),
)

describe('ambiguous name resolution', () => {
  it('MS-OXNSPI_R618 MS-OXNSPI_R620 MS-OXNSPI_R622 comes to what looking at everybody comes to', async () => {
    await fc.assert(
      fc.asyncProperty(people, fc.array(queries, { minLength: 1, maxLength: 12 }), async (all, typed) => {
        await using fixture = await openDirectory()
        const { directory } = fixture
        const ids = await directory.write(async (tx) => {
          setUpOrganization(tx)
          const made: number[] = []
          for (const [i, { given, surname, hidden }] of all.entries()) {
            const { id } = await tx.create({
              kind: 'user',
              name: `p${i}`,
              displayName: `${given} ${surname}`,
              addresses: [`p${i}@c.example`],
              isHidden: hidden,
              properties: [
                [PidTagGivenName, given],
                [PidTagSurname, surname],
              ],
            })
            made.push(id)
          }
          return made
        })
        for (const text of typed) {
          const matching = all.flatMap((person, i) =>
            !person.hidden && answers(person, i, text) ? [ids[i]!] : [],
          )
          const expected =
            matching.length === 0
              ? { kind: 'unresolved' }
              : matching.length === 1
                ? { kind: 'resolved', id: matching[0] }
                : { kind: 'ambiguous' }
          expect(await directory.resolveName(text), text).toEqual(expected)
        }
      }),
      { numRuns: 25 },
    )
  })

  it('prefers who has the text as an address to who has one that begins with it', async () => {
    await using fixture = await openDirectory()
    const { directory } = fixture
    const [short] = await directory.write(async (tx) => {
      setUpOrganization(tx)
      return [
        await tx.create({ kind: 'user', name: 'a', addresses: ['a@x.example'] }),
        await tx.create({ kind: 'user', name: 'b', addresses: ['a@x.example.com'] }),
      ] as const
    })
    for (const text of [
      'a@x.example',
      '=SMTP:A@X.example',
      'smtp:a@x.example',
      short.legacyDn,
      `EX:${short.legacyDn}`,
    ]) {
      expect(await directory.resolveName(text), text).toEqual({ kind: 'resolved', id: short.id })
    }
    expect(await directory.resolveName('a@x')).toEqual({ kind: 'ambiguous' })
  })
})

/** A model that knows no indexes. */
function answers({ given, surname }: Person, i: number, typed: string): boolean {
  const plain = (text: string) =>
    text.normalize('NFKD').toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '').replace(/\s+/gu, ' ').trim()
  const cut = typed.split('\0')[0]!.trim()
  const names = [`${given} ${surname}`, given, surname, `p${i}`, `p${i}@c.example`].map(plain)
  if (cut.startsWith('=')) {
    const whole = plain(cut.slice(1))
    return whole !== '' && names.includes(whole)
  }
  const beginning = plain(cut)
  if (beginning === '') return false
  if (names.some((name) => name.startsWith(beginning))) return true
  const [first, ...rest] = beginning.split(' ')
  if (rest.length === 0) return false
  const one = first!.replace(/,$/, '')
  const two = rest.join(' ')
  if (one === '') return false
  const g = plain(given)
  const s = plain(surname)
  return (g.startsWith(one) && s.startsWith(two)) || (s.startsWith(one) && g.startsWith(two))
}
