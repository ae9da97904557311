import {
  choice,
  duration,
  durations,
  flag,
  integer,
  list,
  optionalInteger,
  optionalText,
  section,
  size,
  text,
  texts,
} from './setting.ts'

/** Settings of mail to other organizations. The waiting times are those that RFC 5321, 4.5.3.2 asks for. */
export const outgoingSection = section('Mail to other organizations.', {
  via: choice(
    '"off": recipients outside cannot be reached, and their senders are told so. "direct": mail goes to the servers ' +
      'that DNS names. "smarthost": all of it goes to one server, which passes it on.',
    'off',
    ['off', 'direct', 'smarthost'],
  ),
  smarthost: section('The server that passes mail on, with via: smarthost.', {
    host: optionalText('Its name or address.', 'relay.example.com'),
    port: optionalInteger('Its port. Left out: 587, or 465 with tls: implicit.', 587, 1, 65_535),
    tls: choice(
      '"starttls" and "implicit" (TLS from the first byte on) want a certificate that is valid for its name. ' +
        '"opportunistic": TLS where the server has it, with any certificate. "none": no TLS.',
      'starttls',
      ['starttls', 'implicit', 'opportunistic', 'none'],
    ),
    certificateAuthority: optionalText(
      'File with a certificate authority to trust besides those of the system, PEM.',
      './relay-ca.crt',
    ),
    user: optionalText('Whom to log on as. Left out: nobody.', 'bourse'),
    passwordFile: optionalText('File with the password of that user, in its first line.', './relay-password'),
    passwordVariable: text(
      'Environment variable with the password, where there is no file.',
      'BOURSE_SMARTHOST_PASSWORD',
    ),
  }),
  tls: choice(
    'How mail is protected on its way to the servers that DNS names. "opportunistic": TLS where the server has it, with ' +
      'any certificate, else none. "required": TLS with any certificate, or the mail waits. "verified": TLS with a ' +
      'certificate that is valid for the name of the server, or the mail waits. "none": no TLS.',
    'opportunistic',
    ['opportunistic', 'required', 'verified', 'none'],
  ),
  tlsRequired: texts('Domains of recipients for which it is at least "required".', []),
  tlsVerified: texts('Domains of recipients for which it is "verified".', []),
  mtaSts: flag(
    'Keep to what the domain of a recipient asks for by MTA-STS (RFC 8461): which servers, and TLS with valid certificates.',
    true,
  ),
  ipv6: flag(
    'Use IPv6 too. Many servers refuse what comes from IPv6 addresses that have no name in DNS.',
    true,
  ),
  dkim: section('Signatures by which others can tell that mail is from the organization (DKIM, RFC 6376).', {
    sign: flag('Sign what is from one of the domains of the organization.', true),
    selector: text(
      'Name of the key that is made at the first start, as DNS has it: "bourse dns" tells the record.',
      'bourse',
    ),
    keys: list(
      'Keys of your own, in the place of that one: for the domain, or for all of them where none is named. RSA or Ed25519, ' +
        'PEM; with several for a domain a message has several signatures.',
      '[{ domain: example.com, selector: "2027", file: ./dkim-2027.pem }]',
      {
        domain: optionalText('The domain.', 'example.com'),
        selector: text('Name of the key in DNS.', ''),
        file: text('File with the private key.', ''),
      },
    ),
  }),
  connections: integer('Connections to one server at a time.', 4, 1, 1000),
  messagesPerConnection: integer('Messages that go over one connection.', 100, 1, 100_000),
  recipientsPerMessage: integer(
    'Recipients to which one copy of a message goes; for more it is sent several times.',
    100,
    1,
    100_000,
  ),
  idleTimeout: duration('How long a connection waits for the next message.', 5000),
  timeouts: section('How long to wait for other servers.', {
    connect: duration('For the connection.', 30_000, 10),
    greeting: duration('For the greeting.', 300_000, 10),
    command: duration('For the answer to a command.', 300_000, 10),
    block: duration('For a part of a message to be taken.', 180_000, 10),
    end: duration('For the answer to a message as a whole.', 600_000, 10),
  }),
  queue: section('Where it waits until other servers take it.', {
    delays: durations(
      'How long is waited after the first attempt that has failed for the time being, after the second, and so on; the last goes on. ' +
        'Up to a fifth is added at random.',
      [60_000, 300_000, 900_000, 1_800_000, 3_600_000, 7_200_000],
      1000,
    ),
    lifetime: duration('How long it is tried. After that it comes back to its sender.', 172_800_000, 60_000),
    warnAfter: duration('How long until its sender is told that it is delayed.', 14_400_000),
    concurrency: integer('Messages that are under way at a time.', 50, 1, 10_000),
    concurrencyPerDomain: integer('Messages that are under way to one domain at a time.', 4, 1, 1000),
    returnedSize: size(
      'Bytes that a message may have that is given back whole to a sender who asks for that (RET=FULL); of others it is the header.',
      1 << 20,
      0,
      2 ** 30,
    ),
  }),
})
