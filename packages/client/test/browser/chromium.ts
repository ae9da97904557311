import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

/** Where distributions put it. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Starts a browser without a window. Throws with what to install if there is none. */
export async function startChromium(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? PLACES.find((place) => existsSync(place))
  if (executablePath === undefined) {
    throw new Error(
      'This test needs Chromium. On Debian: apt-get update && apt-get install -y --no-install-recommends chromium. ' +
        'One in another place is named by the environment variable CHROMIUM.',
    )
  }
  // Without a sandbox of its own it also runs as root in a container; it sees nothing but pages of this machine.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] })
}
