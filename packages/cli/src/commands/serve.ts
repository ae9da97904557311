import type { Command } from 'commander'
import { type Context, newCommand } from '../context.ts'
import { type ConfigOptions, isConfigured, settingsOf, withConfig } from '../server-settings.ts'

/** Runs the server. */
export function serveCommand(context: Context): Command {
  const command = newCommand('serve', 'run the server until Ctrl-C or SIGTERM', [
    'bourse serve',
    'bourse serve --config /etc/bourse/bourse.yaml',
  ])
  return withConfig(command).action(async (options: ConfigOptions) => {
    const { output, signal } = context.surroundings
    const settings = await settingsOf(context, options)
    const { serve } = await import('@bourse/server')
    await serve({
      settings,
      isTrial: !isConfigured(context, options),
      signal,
      tell: (text) => output.write(`${text}\n`),
    })
  })
}
