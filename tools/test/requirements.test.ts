import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { percent, requirementsReport } from '../requirements/coverage.ts'
import { bindsServer, type Requirement, readRequirements } from '../requirements/requirement.ts'

const FOLDER = join(import.meta.dirname, '../../docs/requirements')

function requirement(id: string, scope = 'Server', kind = 'Normative'): Requirement {
  return {
    id,
    specification: id.replace(/_R\d+$/, ''),
    section: '2.2',
    scope,
    kind,
    text: 'The server MUST.',
  }
}

describe('readRequirements', () => {
  const requirements = readRequirements(FOLDER)

  it('reads the tables of thirteen specifications, and what they hold of others', () => {
    const specifications = new Set(requirements.map(({ specification }) => specification))
    expect([...specifications]).toEqual(expect.arrayContaining(['MS-OXCROPS', 'MS-OXCTABL', 'MS-OXCDATA']))
    expect(requirements.length).toBeGreaterThan(18_000)
  })

  it('has every id once', () => {
    expect(new Set(requirements.map(({ id }) => id)).size).toBe(requirements.length)
  })

  it('prefers the row in the table of the id’s own specification', () => {
    const derived = requirements.find(({ id }) => id === 'MS-OXCRPC_R663')
    expect(derived).toMatchObject({ specification: 'MS-OXCRPC', section: '3.1.4.2', scope: 'Server' })
  })
})

describe('requirementsReport', () => {
  const requirements = [
    requirement('MS-OXA_R1'),
    requirement('MS-OXA_R2', 'Both'),
    requirement('MS-OXA_R3', 'Client'),
    requirement('MS-OXA_R4', 'Server', 'Informative'),
    requirement('MS-OXB_R1'),
  ]

  it('counts what binds a server', () => {
    expect(requirements.filter(bindsServer).map(({ id }) => id)).toEqual([
      'MS-OXA_R1',
      'MS-OXA_R2',
      'MS-OXB_R1',
    ])
  })

  it('counts what some test names, once', () => {
    const { specifications, unknown } = requirementsReport(requirements, [
      { path: 'a.test.ts', text: "it('MS-OXA_R1 MS-OXA_R3 does')" },
      { path: 'b.test.ts', text: "it('MS-OXA_R1 does again')" },
    ])
    expect(specifications).toEqual([
      { specification: 'MS-OXA', total: 2, named: 1, missing: [requirements[1]] },
      { specification: 'MS-OXB', total: 1, named: 0, missing: [requirements[4]] },
    ])
    expect(unknown).toEqual([])
  })

  it('does not take the beginning of an id for another', () => {
    const { specifications, unknown } = requirementsReport(requirements, [
      { path: 'a.test.ts', text: 'MS-OXA_R12' },
    ])
    expect(specifications[0]?.named).toBe(0)
    expect(unknown).toEqual([{ id: 'MS-OXA_R12', path: 'a.test.ts' }])
  })
})

describe('percent', () => {
  it('says 100 only when it is all', () => {
    expect(percent(9999, 10_000)).toBe('99.9 %')
    expect(percent(3, 3)).toBe('100.0 %')
    expect(percent(1, 3)).toBe('33.3 %')
  })
})
