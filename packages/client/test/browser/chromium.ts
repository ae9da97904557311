import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

/** Where distributions put it. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

const HOW_TO_GET_IT =
  'The tests in a browser need Chromium. On Debian: apt-get update && apt-get install -y --no-install-recommends chromium. ' +
  'One in another place is named by the environment variable CHROMIUM.'

function findChromium(): string | undefined {
  return process.env.CHROMIUM ?? PLACES.find((place) => existsSync(place))
}

/**
 * Whether the tests in a browser run: where there is none they are left out, with a word about how to get it, but not in CI, which installs it and
 * would else pass without them.
 */
export function mustRun(): boolean {
  if (findChromium() !== undefined || process.env.CI !== undefined) return true
  console.warn(HOW_TO_GET_IT)
  return false
}

/** Starts a browser without a window. Throws with what to install if there is none. */
export async function startChromium(): Promise<Browser> {
  const executablePath = findChromium()
  if (executablePath === undefined) throw new Error(HOW_TO_GET_IT)
  // Without a sandbox of its own it also runs as root in a container; it sees nothing but pages of this machine.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] })
}
