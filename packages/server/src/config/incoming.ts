import { choice, duration, flag, integer, networks, optionalUrl, section, size } from './setting.ts'

/** Limits that mail from outside and mail of users have both. */
const limits = {
  messageSize: size('Bytes that a message may have.', 50 << 20, 1024, 2 ** 30),
  recipients: integer('Recipients that one message may have, each group counted once.', 500, 1, 100_000),
  connections: integer('Connections at a time, to each address.', 1000, 1, 1_000_000),
  idleTimeout: duration('How long a connection stays open on which nothing comes.', 300_000, 1000),
  hops: integer(
    'Servers that a message may have passed (Received) before it counts as going in circles.',
    50,
    1,
    1000,
  ),
}

/** Settings of `mail.incoming`. */
export const incomingSection = section('Mail from outside, which comes to the addresses of listen.smtp.', {
  ...limits,
  checks: section(
    'Where a message is from: SPF, DKIM, DMARC and ARC, told to its readers (Authentication-Results).',
    {
      enabled: flag('Check it.', true),
      trusted: networks('Networks whose mail is not checked, such as those of servers of your own.', [
        { address: '127.0.0.0', prefix: 8 },
        { address: '::1', prefix: 128 },
      ]),
      timeout: duration(
        'How long DNS may take to answer all questions about a message. What was not answered by then counts for nothing.',
        10_000,
      ),
      onReject: choice(
        'What becomes of a message that is not from the domain that it says, where that domain wants such mail rejected (DMARC, ' +
          'p=reject). "junk": it goes to the folder for that, as it does where the domain says p=quarantine. "refuse": its sender is ' +
          'told. "accept": nothing, whatever the domain wants.',
        'junk',
        ['accept', 'junk', 'refuse'],
      ),
    },
  ),
  filter: section('A filter for spam: rspamd, by its HTTP interface.', {
    url: optionalUrl('Where it is. Left out: there is none.', 'http://127.0.0.1:11333'),
    timeout: duration('How long its answer may take.', 30_000, 100),
    messageSize: size('Bytes of a message up to which it is asked.', 20 << 20, 1024, 2 ** 30),
    whenUnreachable: choice(
      'What becomes of mail while it does not answer. "postpone": senders are to try again later.',
      'accept',
      ['accept', 'postpone'],
    ),
  }),
})

/** Settings of `mail.submission`. */
export const submissionSection = section(
  'Mail of users, who bring it to the addresses of listen.submission and listen.submissions.',
  {
    ...limits,
    clientAddress: flag(
      'Tell who gets a message the address and name of the device that it was sent from (Received).',
      false,
    ),
    plainOnLoopback: flag(
      'Take passwords without TLS from this machine itself, as of a proxy that does TLS.',
      false,
    ),
  },
)
