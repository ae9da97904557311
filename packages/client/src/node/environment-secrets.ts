import type { SecretKey, SecretSource } from '../profile/index.ts'

/**
 * Secrets in environment variables, for services and containers: see {@link environmentName}.
 */
export function environmentSecrets(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): SecretSource {
  return {
    get: async (key) => environment[environmentName(key)] || undefined,
  }
}

/**
 * The variable that a secret is looked for in: `BOURSE_SECRET`, profile, account and name, joined by `_`, in upper case and with `_` for all that is
 * neither letter nor digit. `BOURSE_SECRET_WORK_MAIL_PASSWORD` is the password of the account `mail` in the profile `work`.
 */
export function environmentName({ profile, account, name }: SecretKey): string {
  return ['BOURSE_SECRET', profile, account, name]
    .map((part) => part.replace(/[^A-Za-z0-9]/g, '_').toUpperCase())
    .join('_')
}
