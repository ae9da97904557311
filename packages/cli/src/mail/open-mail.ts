import { join } from 'node:path'
import { firstSecret, logon, type MailSession, type ProfileStore, type SecretStore } from '@bourse/client'
import {
  environmentSecrets,
  profileFile,
  queueDirectory,
  queuePath,
  secretsFile,
  userDirectory,
} from '@bourse/client/node'
import { CommandError } from '../command-error.ts'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'

/** Where a user's profiles and their secrets are. */
export interface UserFiles {
  readonly home: string
  readonly profiles: ProfileStore
  readonly secrets: SecretStore
}

export function userFiles({ surroundings }: Context): UserFiles {
  const home = userDirectory(surroundings.environment)
  return {
    home,
    profiles: profileFile(join(home, 'profiles.json')),
    secrets: secretsFile(join(home, 'secrets.json')),
  }
}

/** Logs on with a profile; with the one that `BOURSE_PROFILE` names, or the default one, if none is given. */
export async function openMail(context: Context, name: string | undefined): Promise<MailSession> {
  const { environment, errorOutput } = context.surroundings
  const { home, profiles, secrets } = userFiles(context)
  const chosen = name ?? environment.BOURSE_PROFILE ?? (await profiles.getDefault())
  if (chosen === undefined) throw noProfile(await profiles.list())
  if ((await profiles.get(chosen)) === undefined) {
    throw new CommandError(`There is no profile ${chosen}.`, {
      hint: '`bourse profile list` shows which there are.',
      exitCode: ExitCode.NotFound,
    })
  }
  return logon(chosen, {
    profiles,
    secrets: firstSecret(environmentSecrets(environment), secrets),
    queue: queueDirectory(queuePath(chosen, home)),
    log: (level, message) => {
      if (level === 'warn' || level === 'error') errorOutput.write(`${message}\n`)
    },
  })
}

function noProfile(known: readonly string[]): CommandError {
  return known.length === 0
    ? new CommandError('There is no profile to log on with yet.', {
        hint: 'Make one: bourse profile add work ann@example.com',
      })
    : new CommandError('It is not said which profile to log on with.', {
        hint: `Name one with --profile (${known.join(', ')}), or choose one: bourse profile default NAME`,
      })
}
