import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const TSC = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')

/** Runs Node with arguments in a folder. Throws with what it printed when it fails. */
export function runNode(args: readonly string[], folder: string): string {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
  })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`node ${args.join(' ')} failed:\n${stdout}${stderr}`)
  return stdout
}

/** Runs the TypeScript compiler on a project file. */
export function runTsc(project: string): void {
  runNode([TSC, '--project', project], dirname(project))
}
