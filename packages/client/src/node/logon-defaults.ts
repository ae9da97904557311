import type { LogonDefaults } from '../logon.ts'
import { firstSecret } from '../profile/index.ts'
import { environmentSecrets } from './environment-secrets.ts'
import { profileFile } from './profile-file.ts'
import { queueDirectory, queuePath } from './queue-directory.ts'
import { secretsFile } from './secrets-file.ts'

/** The user's profiles, secrets (from the environment, or else from their file) and outgoing queues: what `logon` uses in Node. */
export function logonDefaults(): LogonDefaults {
  return {
    profiles: profileFile(),
    secrets: firstSecret(environmentSecrets(), secretsFile()),
    queue: (profile) => queueDirectory(queuePath(profile)),
  }
}
