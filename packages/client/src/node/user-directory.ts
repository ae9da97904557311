import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * Where a user's profiles, secrets and outgoing queues are: `BOURSE_HOME` if that is set, else where the system keeps the settings of programs
 * (`~/.config/bourse` under Linux).
 */
export function userDirectory(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const { BOURSE_HOME, APPDATA, XDG_CONFIG_HOME } = environment
  if (BOURSE_HOME) return BOURSE_HOME
  if (platform === 'win32') return join(APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'Bourse')
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Bourse')
  return join(XDG_CONFIG_HOME || join(homedir(), '.config'), 'bourse')
}
