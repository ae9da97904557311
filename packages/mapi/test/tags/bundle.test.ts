import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'

async function bundle(program: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: import.meta.dirname, loader: 'ts' },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    minify: true,
    write: false,
  })
  return outputFiles[0]!.text
}

describe('a bundle', () => {
  it('holds the tags that a program uses and no others', async () => {
    const text = await bundle(`
      import { PidTagMessageDeliveryTime, PidTagSubject } from '@bourse/mapi/tags'
      console.log(PidTagSubject, PidTagMessageDeliveryTime)
    `)
    expect(text).toContain('3604511')
    expect(text.length).toBeLessThan(1000)
  })

  it('holds the named properties that a program uses and no others', async () => {
    const text = await bundle(`
      import { PidLidFileUnder, PidNameKeywords } from '@bourse/mapi/tags'
      console.log(PidLidFileUnder, PidNameKeywords)
    `)
    expect(text).toContain('Keywords')
    expect(text.length).toBeLessThan(1000)
  })
})
