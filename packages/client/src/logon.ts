import { type ExchangeProfileOptions, exchangeProfile } from './exchange/provider/profile.ts'
import { MailSession } from './mail/session.ts'
import {
  firstSecret,
  memorySecrets,
  type Profile,
  ProfileError,
  type ProfileStore,
  type SecretSource,
} from './profile/index.ts'
import type { QueueStorage } from './queue/index.ts'
import { type OpenSessionOptions, openSession } from './session/index.ts'

/** An account with Exchange, Exchange Online or Bourse, to log on to without a profile. Where its mailbox is, Autodiscover finds out. */
export interface AccountLogon extends ExchangeProfileOptions {
  readonly address: string
  readonly password?: string
  /** An OAuth access token, in the place of a password. */
  readonly token?: string
}

/**
 * What to log on to: a profile that is kept on this computer, by its name (in Node, or with {@link SessionLogonOptions.profiles}), an account, or a
 * profile as it is.
 */
export type LogonTarget = string | AccountLogon | Profile

export interface SessionLogonOptions extends OpenSessionOptions {
  /** Where profiles are kept; the user's file, in Node, if left out. */
  readonly profiles?: ProfileStore
}

/** What a computer keeps for its user, for programs that do not say otherwise. */
export interface LogonDefaults {
  readonly profiles: ProfileStore
  readonly secrets: SecretSource
  queue(profile: string): QueueStorage
}

/**
 * Logs on, and gives a session that ends with `await using`:
 *
 * ```ts
 * await using session = await logon('work') // a profile; without a name the default one
 * await using other = await logon({ address: 'ann@example.com', password })
 * ```
 *
 * Rejects with `ProfileError` for a profile that is not there or not in order, and as {@link openSession} does. With a profile by name, messages
 * that were not sent yet when the program ends are sent by the next one that logs on; with an account, it is the server that has them.
 */
export async function logon(target?: LogonTarget, options: SessionLogonOptions = {}): Promise<MailSession> {
  if (target === undefined || typeof target === 'string') return logonByName(target, options)
  if ('services' in target) return open(target, options)
  const { address, password, token, ...settings } = target
  const account = exchangeProfile(address, settings)
  const profile: Profile = {
    ...account,
    services: [
      ...account.services,
      { name: 'contacts', kind: 'addressBook', provider: 'contacts', settings: {} },
    ],
  }
  const given = memorySecrets({
    [profile.name]: {
      [profile.name]: {
        ...(password === undefined ? {} : { password }),
        ...(token === undefined ? {} : { token }),
      },
    },
  })
  const secrets = options.secrets === undefined ? given : firstSecret(given, options.secrets)
  return open(profile, { ...options, secrets })
}

async function logonByName(name: string | undefined, options: SessionLogonOptions): Promise<MailSession> {
  const { profiles, secrets, queue } = options
  const isComplete = profiles !== undefined && secrets !== undefined && queue !== undefined
  const defaults = isComplete ? undefined : await computerDefaults()
  const kept = profiles ?? defaults?.profiles
  if (kept === undefined) {
    throw new ProfileError(['No profiles are kept here: log on with an account, or say where they are.'])
  }
  const chosen = name ?? (await kept.getDefault())
  if (chosen === undefined) throw new ProfileError(['No profile is the default one: say which is meant.'])
  const profile = await kept.get(chosen)
  if (profile === undefined) throw new ProfileError([`There is no profile "${chosen}".`])
  const from = secrets ?? defaults?.secrets
  const storage = queue ?? defaults?.queue(chosen)
  return open(profile, {
    ...options,
    ...(from === undefined ? {} : { secrets: from }),
    ...(storage === undefined ? {} : { queue: storage }),
  })
}

async function open(profile: Profile, options: SessionLogonOptions): Promise<MailSession> {
  const { profiles: _, ...others } = options
  return new MailSession(await openSession(profile, others))
}

/** What Node has; browsers keep nothing, and bundles for them leave it out, for the name is no literal. */
async function computerDefaults(): Promise<LogonDefaults | undefined> {
  if (typeof process === 'undefined' || process.versions?.node === undefined) return undefined
  const specifier: string = '@bourse/client/node'
  const module = (await import(/* @vite-ignore */ specifier)) as { logonDefaults(): LogonDefaults }
  return module.logonDefaults()
}
