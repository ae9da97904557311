import { Readable } from 'node:stream'
import { writeMime } from '@bourse/formats/mime'
import {
  AddressType,
  type DeliveryOutcome,
  ErrorCode,
  MapiError,
  type Message,
  type OperationOptions,
  PidTagAddressType,
  PidTagEmailAddress,
  PidTagSmtpAddress,
  type Recipient,
  type RecipientOutcome,
  type Transport,
} from '@bourse/mapi'
import {
  createTransport,
  type SMTPSentMessageInfo,
  type SMTPTransportOptions,
  type Transporter,
} from 'nodemailer'
import { outcomeOf, reasonOf, type SmtpFailure } from './outcome.ts'
import { withSender } from './sender.ts'
import { DEFAULT_TIMEOUT, type SmtpSettings } from './settings.ts'

/** Ports for handing in messages (RFC 6409, RFC 8314). */
const SUBMISSION = 587
const SUBMISSIONS = 465

type Mailer = Transporter<SMTPSentMessageInfo, SMTPTransportOptions>

/** How the user proves who they are. */
export type SmtpCredentials =
  | { readonly kind: 'password'; readonly password: string }
  | { readonly kind: 'token'; readonly token: string }

/** Connects with a server once to see that it lets the user in. Rejects with `LogonFailed` or `NetworkError`. */
export async function openSmtpTransport(
  settings: SmtpSettings,
  credentials: SmtpCredentials | undefined,
): Promise<Transport> {
  const mailer = createTransport(optionsOf(settings, credentials))
  try {
    await mailer.verify()
  } catch (error) {
    mailer.close()
    const failure = error as SmtpFailure
    const code = failure.code === 'EAUTH' ? ErrorCode.LogonFailed : ErrorCode.NetworkError
    throw new MapiError(code, { message: reasonOf(failure), cause: error })
  }
  const address = settings.address ?? settings.user ?? ''
  return {
    addressTypes: [AddressType.Smtp],
    send: (message, recipients, options) => send(mailer, address, message, recipients, options),
    [Symbol.asyncDispose]: async () => mailer.close(),
  }
}

function optionsOf(settings: SmtpSettings, credentials: SmtpCredentials | undefined): SMTPTransportOptions {
  const {
    host,
    tls = 'starttls',
    user,
    clientName,
    certificateAuthority,
    timeout = DEFAULT_TIMEOUT,
  } = settings
  const isImplicit = tls === 'implicit'
  return {
    host,
    port: settings.port ?? (isImplicit ? SUBMISSIONS : SUBMISSION),
    secure: isImplicit,
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    // What is sent is made here, and reads no files and no addresses of the web.
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(clientName === undefined ? {} : { name: clientName }),
    ...(certificateAuthority === undefined ? {} : { tls: { ca: certificateAuthority } }),
    ...(user === undefined || credentials === undefined ? {} : { auth: authOf(user, credentials) }),
  }
}

function authOf(user: string, credentials: SmtpCredentials) {
  return credentials.kind === 'password'
    ? { user, pass: credentials.password }
    : { type: 'OAuth2' as const, user, accessToken: credentials.token }
}

/** One message, in one transaction, to all recipients; the server says of each whether it takes it. */
async function send(
  mailer: Mailer,
  from: string,
  message: Message,
  recipients: readonly Recipient[],
  { signal }: OperationOptions = {},
): Promise<readonly RecipientOutcome[]> {
  if (signal?.aborted === true) throw new MapiError(ErrorCode.UserCanceled)
  const addresses = recipients.map(addressOf)
  const source = Readable.from(writeMime(await withSender(message, from)), { objectMode: false })
  let isStopped = false
  const stop = () => {
    isStopped = true
    source.destroy(new Error('sending was stopped'))
  }
  signal?.addEventListener('abort', stop)
  try {
    const info = await mailer.sendMail({
      envelope: { from, to: addresses.filter((one) => one !== undefined) },
      raw: source,
    })
    const refused = refusalsOf(info as SmtpFailure)
    return recipients.map((recipient, i) => ({
      recipient,
      outcome: addresses[i] === undefined ? NO_ADDRESS : (refused.get(addresses[i]) ?? { kind: 'sent' }),
    }))
  } catch (error) {
    if (isStopped) throw new MapiError(ErrorCode.UserCanceled, { cause: error })
    const failure = error as SmtpFailure
    const refused = refusalsOf(failure)
    return recipients.map((recipient, i) => ({
      recipient,
      outcome: addresses[i] === undefined ? NO_ADDRESS : (refused.get(addresses[i]) ?? outcomeOf(failure)),
    }))
  } finally {
    signal?.removeEventListener('abort', stop)
    source.destroy()
  }
}

const NO_ADDRESS: DeliveryOutcome = {
  kind: 'failed',
  reason: 'The recipient has no Internet address.',
  status: '5.1.3',
}

function refusalsOf({ rejectedErrors }: SmtpFailure): ReadonlyMap<string, DeliveryOutcome> {
  return new Map(
    (rejectedErrors ?? []).flatMap((refusal) =>
      refusal.recipient === undefined ? [] : [[refusal.recipient, outcomeOf(refusal)]],
    ),
  )
}

function addressOf({ properties }: Recipient): string | undefined {
  const isInternet = properties.get(PidTagAddressType)?.toUpperCase() === AddressType.Smtp
  return (isInternet ? properties.get(PidTagEmailAddress) : undefined) ?? properties.get(PidTagSmtpAddress)
}
