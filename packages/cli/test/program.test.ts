import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ExitCode } from '../src/exit-code.ts'
import { runCli } from './support/run-cli.ts'

const folder = import.meta.dirname

describe('bourse', () => {
  it('says what it can do', async () => {
    const { exitCode, output } = await runCli(['--help'], { folder })
    expect(exitCode).toBe(ExitCode.Ok)
    for (const command of ['serve', 'apply', 'user', 'check', 'backup'])
      expect(output).toContain(`  ${command}`)
    expect((await runCli(['user', 'add', '--help'], { folder })).output).toContain('$ bourse user add carol')
  })

  it('says what is wrong with a command line', async () => {
    const { exitCode, errors } = await runCli(['sreve'], { folder })
    expect(exitCode).toBe(ExitCode.Usage)
    expect(errors).toContain("unknown command 'sreve'")
    expect(errors).toContain('serve')
    expect(await runCli(['apply'], { folder })).toMatchObject({ exitCode: ExitCode.Usage })
  })

  it('completes command lines in bash', async () => {
    const { output } = await runCli(['completion', 'bash'], { folder })
    const complete = (...words: readonly string[]): string =>
      execFileSync(
        'bash',
        [
          '-c',
          `${output}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _bourse; echo "\${COMPREPLY[*]}"`,
          'bash',
          ...words,
        ],
        { encoding: 'utf8' },
      ).trim()
    expect(complete('bourse', 'se')).toContain('serve')
    expect(complete('bourse', 'user', 're')).toBe('remove')
    expect(complete('bourse', 'user', 'add', '--disp')).toBe('--display-name')
    expect(complete('bourse', 'completion', '--c')).toBe('')
  })

  it('runs on its own, from whatever Node there is', () => {
    const bin = join(folder, '../bin/bourse.js')
    expect(execFileSync(process.execPath, [bin, 'completion', 'zsh'], { encoding: 'utf8' })).toContain(
      '#compdef bourse',
    )
  })
})
