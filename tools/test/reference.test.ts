import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exportedDeclarations } from '../reference/declarations.ts'
import { referencePage } from '../reference/page.ts'

const INDEX = `/** The entry point. */
export * from './shapes.ts';
export { second as renamed } from './functions.ts';
export * as Codes from './codes.ts';
`
const SHAPES = `import type { A } from './a.ts';
/** A shape { with brackets in its comment. */
export interface Shape {
    /** Corners: "}" is no bracket here. */
    readonly corners: number;
    at(where: '(' | ')'): void;
}
export declare class Circle implements Shape {
    #private;
    private hidden;
    readonly corners = 0;
}
declare const internal: A;
/**
 * One kind or the other; see {@link Shape}.
 *
 * @param x what for
 */
export type Kind =
/** The one. */
'one'
/** The other. */
 | 'other';
`
const FUNCTIONS = `/** Not passed on. */
export declare function first(): void;
/** Passed on. */
export declare function second(a: string): void;
export declare function second(a: number): void;
`

describe('the reference', () => {
  let folder: string

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'bourse-reference-test-'))
    for (const [name, text] of [
      ['index', INDEX],
      ['shapes', SHAPES],
      ['functions', FUNCTIONS],
      ['codes', '/** All codes. */\nexport declare const One = 1;\n'],
    ] as const) {
      writeFileSync(join(folder, `${name}.d.ts`), text)
    }
  })

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('finds what an entry point exports, through the files that it passes on', () => {
    const declarations = exportedDeclarations(join(folder, 'index.d.ts'))
    expect(declarations.map(({ name }) => name)).toEqual(['Shape', 'Circle', 'Kind', 'renamed', 'Codes'])
    const [shape, circle, kind, renamed, codes] = declarations
    expect(shape).toEqual({
      name: 'Shape',
      doc: 'A shape { with brackets in its comment.',
      code: `interface Shape {
  /** Corners: "}" is no bracket here. */
  readonly corners: number;
  at(where: '(' | ')'): void;
}`,
    })
    expect(circle!.code).toBe('class Circle implements Shape {\n  readonly corners = 0;\n}')
    expect(kind!.code).toContain("| 'other'")
    expect(renamed).toMatchObject({ doc: 'Passed on.' })
    expect(renamed!.code.split('\n')).toHaveLength(2)
    expect(codes!.doc).toBe('All codes.')
  })

  it('writes a page of it', () => {
    const declarations = exportedDeclarations(join(folder, 'index.d.ts'))
    const page = referencePage('shapes', 'Shapes.', [
      {
        specifier: 'shapes',
        description: 'All of them.',
        declarations: [...declarations, { name: 'PidTagSubject', doc: '', code: 'const PidTagSubject: 1;' }],
      },
    ])
    expect(page).toContain('## `shapes`\n\nAll of them.\n\n1 constants of properties: `PidTagSubject` …')
    expect(page).toContain(
      '### Kind\n\nOne kind or the other; see `Shape`.\n\n- `x`: what for\n\n```ts\ntype Kind =',
    )
    expect(page.indexOf('### Circle')).toBeLessThan(page.indexOf('### Codes'))
  })
})
