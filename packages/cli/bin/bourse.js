#!/usr/bin/env node
// The sources are TypeScript, which the pinned Node runs as it stands; an older one that finds itself here hands over to it.
import { spawn } from 'node:child_process'
import nodeModule, { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

if (process.features.typescript) {
  // The second start takes half as long.
  nodeModule.enableCompileCache()
  await import('../src/main.ts')
} else {
  const packageFile = createRequire(import.meta.url).resolve('node/package.json')
  const pinned = join(dirname(packageFile), 'bin', 'node')
  const child = spawn(pinned, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  })
  // A terminal sends Ctrl-C to both; what is sent to this process alone is passed on.
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => {
    if (signal !== null) {
      process.removeAllListeners(signal)
      process.kill(process.pid, signal)
    } else {
      process.exitCode = code ?? 1
    }
  })
}
