import { type Profile, SERVICE_KINDS } from './profile.ts'

/** What names of profiles, services and accounts look like: they are typed by people and stand in names of environment variables. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._@-]{0,63}$/u

const NAME_RULE = 'begin with a letter or digit, and hold up to 64 letters, digits, blanks and ". _ @ -"'

/** A built-in provider or an npm package, perhaps with the provider's name behind `#`; or a file by its URL. */
const PROVIDER = /^(?:@[a-z0-9._~-]+\/)?[a-z0-9._~-]+(?:\/[A-Za-z0-9._~/-]+)?(?:#[\w.-]+)?$|^file:\/\/\S+$/

/** Settings under such a name would be secrets in a file that is not kept secret. */
const SECRET_NAME = /password|passphrase|secret|^token$|accessToken|refreshToken|apiKey/i

/** How deep settings may be nested. */
const MAX_DEPTH = 8

const PROFILE_KEYS = new Set(['name', 'services', 'defaultStore'])
const SERVICE_KEYS = new Set(['name', 'kind', 'provider', 'settings', 'account'])

/** Thrown for a profile that cannot be used: every problem, a sentence each. */
export class ProfileError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[], options?: ErrorOptions) {
    super(problems.join(' '), options)
    this.name = 'ProfileError'
    this.problems = problems
  }
}

/**
 * What is wrong with a profile, a sentence each; nothing if it is in order. Looks at the profile alone: whether its providers are there and
 * like their settings is said by `checkServices`.
 */
export function checkProfile(value: unknown): readonly string[] {
  if (!isRecord(value)) return ['A profile must be an object with a name and a list of services.']
  const problems: string[] = []
  const { name, services, defaultStore } = value
  const called = typeof name === 'string' ? `The profile "${name}"` : 'The profile'
  if (!isName(name)) problems.push(`The name of a profile must ${NAME_RULE}.`)
  for (const key of unknownKeys(value, PROFILE_KEYS))
    problems.push(`${called} has "${key}", which is not known.`)
  if (!Array.isArray(services)) return [...problems, `${called} must have a list of services.`]
  const seen = new Set<string>()
  for (const [i, service] of services.entries()) {
    problems.push(...checkService(service, `Service ${i + 1} of ${called.replace('The', 'the')}`, seen))
  }
  if (defaultStore !== undefined) {
    const found = services.some(
      (service) => isRecord(service) && service.kind === 'messageStore' && service.name === defaultStore,
    )
    if (!found) {
      problems.push(
        `${called} has ${quoted(defaultStore)} as its default store, which is not one of its message stores.`,
      )
    }
  }
  return problems
}

/** The value as a profile. Throws {@link ProfileError} unless {@link checkProfile} finds nothing. */
export function parseProfile(value: unknown): Profile {
  const problems = checkProfile(value)
  if (problems.length > 0) throw new ProfileError(problems)
  return value as Profile
}

/** Whether a text can be the name of a profile, a service or an account. */
export function isName(value: unknown): value is string {
  return typeof value === 'string' && NAME.test(value)
}

function checkService(service: unknown, where: string, seen: Set<string>): readonly string[] {
  if (!isRecord(service)) return [`${where} must be an object.`]
  const problems: string[] = []
  const { name, kind, provider, settings, account } = service
  const called = isName(name) ? `The service "${name}"` : where
  if (!isName(name)) problems.push(`${where} must have a name, which must ${NAME_RULE}.`)
  else if (seen.has(name)) problems.push(`Two services are called "${name}".`)
  else seen.add(name)
  if (!SERVICE_KINDS.some((known) => known === kind)) {
    problems.push(`${called} must be of a kind: ${SERVICE_KINDS.map((known) => `"${known}"`).join(', ')}.`)
  }
  if (typeof provider !== 'string' || !PROVIDER.test(provider)) {
    problems.push(`${called} must name its provider: a built-in one or an npm package.`)
  }
  if (account !== undefined && !isName(account)) {
    problems.push(`${called} has an account whose name does not ${NAME_RULE}.`)
  }
  for (const key of unknownKeys(service, SERVICE_KEYS))
    problems.push(`${called} has "${key}", which is not known.`)
  if (!isRecord(settings)) return [...problems, `${called} must have settings, if only {}.`]
  for (const [key, setting] of Object.entries(settings)) {
    if (SECRET_NAME.test(key)) {
      problems.push(
        `${called} has the setting "${key}", which belongs with the secrets and not into a profile.`,
      )
    } else if (!isJson(setting, 0)) {
      problems.push(`${called} has the setting "${key}", whose value cannot be kept in a file.`)
    }
  }
  return problems
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isJson(value: unknown, depth: number): boolean {
  if (depth > MAX_DEPTH) return false
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (Array.isArray(value)) return value.every((one) => isJson(one, depth + 1))
  if (!isRecord(value) || Object.getPrototypeOf(value) !== Object.prototype) return false
  return Object.values(value).every((one) => isJson(one, depth + 1))
}

function unknownKeys(value: Record<string, unknown>, known: ReadonlySet<string>): readonly string[] {
  return Object.keys(value).filter((key) => !known.has(key))
}

function quoted(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : 'something else than a name'
}
