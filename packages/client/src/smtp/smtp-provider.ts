import { ErrorCode, MapiError, type ProviderContext, type TransportProvider } from '@bourse/mapi'
import { checkSmtpSettings, type SmtpSettings } from './settings.ts'
import { openSmtpTransport, type SmtpCredentials } from './smtp-transport.ts'

/**
 * The `smtp` provider: hands messages in at a mail server (RFC 6409). Its secrets are `password`, or `token` for OAuth 2.
 *
 * ```ts
 * { name: 'post', kind: 'transport', provider: 'smtp', settings: { host: 'mail.example.com', user: 'ann@example.com' } }
 * ```
 */
export const smtpTransportProvider: TransportProvider = {
  kind: 'transport',
  name: 'smtp',
  validate: checkSmtpSettings,
  async open(settings, context) {
    const smtp = settings as unknown as SmtpSettings
    return openSmtpTransport(smtp, smtp.user === undefined ? undefined : await credentialsOf(context))
  },
}

async function credentialsOf(context: ProviderContext): Promise<SmtpCredentials> {
  const token = await context.secret('token')
  if (token !== undefined) return { kind: 'token', token }
  const password = await context.secret('password')
  if (password !== undefined) return { kind: 'password', password }
  throw new MapiError(ErrorCode.LogonFailed, {
    message: 'Neither a password nor a token is kept for the mail server.',
  })
}
