import { availableParallelism } from 'node:os'
import { DEFAULT_ROP_LIMITS } from '../rop/limits.ts'
import { incomingSection, submissionSection } from './incoming.ts'
import { outgoingSection } from './outgoing.ts'
import {
  addresses,
  choice,
  duration,
  flag,
  integer,
  optionalInteger,
  optionalText,
  optionalUrl,
  section,
  size,
  switchableAddress,
  switchableTimeOfDay,
  text,
  texts,
  type ValueOf,
} from './setting.ts'

const { objects } = DEFAULT_ROP_LIMITS

/** Everything that can stand in `bourse.yaml`, with what it means and what holds where it does not stand there. */
export const settingsSchema = section('Configuration of a Bourse server. Paths are relative to this file.', {
  data: text('Folder in which mailboxes, the directory, keys and certificates are kept.', './data'),
  organization: optionalText(
    'File that declares users, groups, rooms and public folders (see "bourse apply"). It is applied at each start.',
    './organization.yaml',
  ),
  workers: optionalInteger(
    'Threads that work on mailboxes. Left out: one less than there are cores, at least one. With 0 the thread that answers requests ' +
      'works on mailboxes, too: quickest for one user, but an error in one mailbox can take all others down.',
    4,
    0,
    256,
  ),

  listen: section('Where the server listens.', {
    https: addresses('Addresses for HTTPS.', [{ host: '127.0.0.1', port: 8443 }]),
    http: addresses(
      'Addresses for plain HTTP: only where nobody can listen in, as on loopback or behind a proxy that does TLS. ' +
        'Passwords go over these connections as they are.',
      [],
    ),
    smtp: addresses(
      'Addresses for mail from outside to users of the organization (SMTP). Mail servers look for port 25.',
      [],
    ),
    submission: addresses(
      'Addresses for mail of users, who say who they are after STARTTLS (SMTP). Mail programs look for port 587.',
      [],
    ),
    submissions: addresses(
      'Addresses for mail of users with TLS from the first byte on. Mail programs look for port 465.',
      [],
    ),
    monitoring: switchableAddress(
      'Address for health (/healthz), readiness (/readyz) and metrics (/metrics), without authentication; null for none.',
      { host: '127.0.0.1', port: 8480 },
    ),
  }),

  tls: section(
    'Certificate for HTTPS and SMTP. Left out: one for this machine only is made at the first start.',
    {
      certificate: optionalText(
        'File with the certificate and those between it and its root, PEM.',
        './mail.crt',
      ),
      key: optionalText('File with the private key, PEM.', './mail.key'),
    },
  ),

  urls: section('How clients reach the server. Autodiscover tells them.', {
    external: optionalUrl(
      'From everywhere. Left out: the name under which the client reached Autodiscover.',
      'https://mail.example.com',
    ),
    internal: optionalUrl(
      'From within the organization. Left out: as from everywhere.',
      'https://mail.example.com',
    ),
  }),

  authentication: section('How users show who they are.', {
    basic: flag('Name and password with each request.', true),
    negotiate: flag('Kerberos and NTLM. Bourse has no verifier for them, so this must stay false.', false),
    realm: text('Realm that is named when a client is asked for a password.', 'Bourse'),
    cacheLifetime: duration('How long a verified password counts without being verified again.', 600_000),
    failureDelay: duration('How long the answer to a wrong password takes at least.', 500),
    failuresPerAccount: integer('Wrong passwords for one account before it has to wait.', 20, 1, 1_000_000),
    failuresPerAddress: integer('Wrong passwords from one address before it has to wait.', 100, 1, 1_000_000),
    failureWindow: duration('How long a wrong password counts.', 300_000, 1000),
    tokenLifetime: duration(
      'How long a token lasts that Bourse issues to its own clients.',
      43_200_000,
      60_000,
    ),
    oidc: section('Access tokens of an OpenID Connect provider.', {
      issuer: optionalUrl(
        'The provider. Left out: no such tokens are accepted.',
        'https://login.example.com/realms/staff',
      ),
      audience: text('What the tokens must be made for ("aud").', 'bourse'),
      claim: text('The claim that holds the address or login name of the user.', 'email'),
      algorithms: texts('Signature algorithms that are accepted.', ['RS256', 'PS256', 'ES256', 'EdDSA']),
    }),
  }),

  sessions: section('Session contexts of MAPI over HTTP.', {
    idleTimeout: duration('How long a session lasts without requests (X-ExpirationInfo).', 900_000, 1000),
    perUser: integer('Sessions that one user may have at a time, on each endpoint.', 64, 1, 1_000_000),
    total: integer('Sessions that there may be at a time.', 50_000, 1, 10_000_000),
    notificationWait: duration(
      'How long a client waits for notifications before it is told that there are none.',
      300_000,
      1000,
    ),
    keepAlive: duration('How often a client is told that its request is still worked on.', 15_000, 100),
    pendingPeriod: duration('How often the client is told to expect that (X-PendingPeriod).', 30_000, 100),
    pollsMax: duration('How long a client without NotificationWait waits between polls.', 60_000),
    retryCount: integer('How often a client is to try again what failed.', 6, 0, 1000),
    retryDelay: duration('How long it is to wait before each try.', 10_000),
  }),

  limits: section('What one client may ask for. Defaults are near those of Exchange.', {
    requestBody: size('Bytes that the body of a request may have.', 1 << 20, 1024, 2 ** 30),
    headers: size('Bytes that the headers of a request may have.', 64 << 10, 4096, 1 << 20),
    connections: integer('Connections at a time.', 20_000, 1, 10_000_000),
    requestTimeout: duration('How long a client may take to send a request.', 60_000, 1000),
    headersTimeout: duration('How long it may take to send the headers of one.', 20_000, 1000),
    keepAliveTimeout: duration('How long a connection stays open without requests.', 120_000, 1000),
    logons: integer('Logons in one session.', DEFAULT_ROP_LIMITS.logons, 1, 256),
    folders: integer('Open folders in one session.', objects.folder, 1, 1_000_000),
    messages: integer('Open messages in one session.', objects.message, 1, 1_000_000),
    attachments: integer('Open attachments in one session.', objects.attachment, 1, 1_000_000),
    tables: integer('Open tables in one session.', objects.table, 1, 1_000_000),
    streams: integer('Open streams in one session.', objects.stream, 1, 1_000_000),
    subscriptions: integer(
      'Subscriptions to notifications in one session.',
      objects.subscription,
      1,
      1_000_000,
    ),
    queuedNotifications: integer(
      'Notifications of one subscription or table that wait to be fetched; of a table the rest is told as one change of all.',
      DEFAULT_ROP_LIMITS.queuedNotifications,
      1,
      1_000_000,
    ),
    transfers: integer(
      'Synchronizations and bulk transfers in one session, of each kind.',
      objects.download,
      1,
      1_000_000,
    ),
    operationsPerRequest: integer(
      'Remote operations (ROPs) in one request.',
      DEFAULT_ROP_LIMITS.ropsPerRequest,
      1,
      65_535,
    ),
    operationsPerSecond: integer(
      'Remote operations per second in one session, over a longer time; 0 for no limit.',
      DEFAULT_ROP_LIMITS.rate.perSecond,
      0,
      10_000_000,
    ),
    operationsAtOnce: integer(
      'Remote operations that one session may send without a pause after a time of rest.',
      DEFAULT_ROP_LIMITS.rate.burst,
      1,
      10_000_000,
    ),
  }),

  mail: section('What becomes of mail.', {
    hostName: optionalText(
      'Name of the server as other mail servers know it. Left out: the name of this machine.',
      'mail.example.com',
    ),
    pickupDelay: duration(
      'How long a message waits after it was sent, so that its sender can call it back (RopAbortSubmit).',
      250,
    ),
    incoming: incomingSection,
    submission: submissionSection,
    outgoing: outgoingSection,
  }),

  maintenance: section('What the server does with its mailboxes by itself.', {
    at: switchableTimeOfDay(
      'Time of day, as the clock of this machine shows it, at which it goes through all of them; null for never.',
      120,
    ),
    deletedItemRetention: duration(
      'How long what was deleted can be recovered. After that it is removed for good.',
      1_209_600_000,
    ),
    checkEvery: integer('Days from one check of a mailbox to the next; 0 for no checks.', 7, 0, 3650),
    repair: flag(
      'Set right what a check finds and can be; who is logged on to that mailbox has to log on again. ' +
        'Else it is only told of in the log.',
      true,
    ),
  }),

  log: section('What is written to standard output.', {
    level: choice('From which importance on.', 'info', ['error', 'warn', 'info', 'debug', 'trace']),
    format: choice(
      '"json": one object a line. "text": for people. "auto": for people on a terminal.',
      'auto',
      ['auto', 'json', 'text'],
    ),
  }),
})

/** The settings of a server. Times are in milliseconds, sizes in bytes. */
export type Settings = ValueOf<typeof settingsSchema>

/** Threads for mailboxes where nothing is set. */
export function defaultWorkers(): number {
  return Math.max(1, availableParallelism() - 1)
}
