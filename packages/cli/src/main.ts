import { runProgram } from './program.ts'
import { ownSurroundings } from './surroundings.ts'

const stop = new AbortController()
// A second Ctrl-C ends the process at once.
process.once('SIGINT', () => stop.abort())
process.once('SIGTERM', () => stop.abort())
// Whoever reads the output may have enough of it, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1)
})
process.exitCode = await runProgram(process.argv.slice(2), ownSurroundings(stop.signal))
