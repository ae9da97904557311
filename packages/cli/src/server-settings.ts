import { existsSync } from 'node:fs'
import type { Administration, Settings } from '@bourse/server'
import { type Command, Option } from 'commander'
import { type Context, pathIn } from './context.ts'

/** The configuration file that is used if none is named and it is there. */
const DEFAULT_FILE = 'bourse.yaml'

export interface ConfigOptions {
  readonly config?: string
}

/** Adds the option that names the server's configuration file. */
export function withConfig(command: Command): Command {
  const description = `configuration file of the server (${DEFAULT_FILE} if it is there; else ./data on loopback)`
  return command.addOption(new Option('-c, --config <file>', description))
}

/** Whether there is a configuration file: without one a server is a trial, which begins with samples. */
export function isConfigured(context: Context, { config }: ConfigOptions): boolean {
  return config !== undefined || existsSync(pathIn(context, DEFAULT_FILE))
}

/** Reads the settings. Throws `ConfigurationError`, which names key and line. */
export async function settingsOf(context: Context, options: ConfigOptions): Promise<Settings> {
  // The server is loaded for its own commands only: the others are to start fast.
  const { defaultSettings, loadSettings } = await import('@bourse/server')
  return isConfigured(context, options)
    ? loadSettings(pathIn(context, options.config ?? DEFAULT_FILE))
    : defaultSettings()
}

/** Opens the data folder that the settings name, for an administrator's work. */
export async function administrationOf(context: Context, options: ConfigOptions): Promise<Administration> {
  const { openAdministration } = await import('@bourse/server')
  return openAdministration(await settingsOf(context, options))
}
