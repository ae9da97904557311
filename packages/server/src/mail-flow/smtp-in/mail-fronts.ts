import { join } from 'node:path'
import type { AccountSource, Authenticator } from '../../auth/index.ts'
import type { Settings } from '../../config/index.ts'
import type { TlsFiles } from '../../http/index.ts'
import type { Metrics } from '../../metrics/index.ts'
import type { PostOffice } from '../posting/index.ts'
import type { RecipientOptions } from './recipients.ts'
import { SmtpFront } from './smtp-front.ts'
import { SubmissionFront } from './submission-front.ts'

export interface MailFrontOptions extends RecipientOptions, PostOffice {
  readonly settings: Settings
  /** Name of the server as other mail servers know it. */
  readonly hostName: string
  readonly tls: TlsFiles
  readonly authenticator: Authenticator
  readonly accounts: AccountSource
  readonly metrics: Metrics
}

/** What listens for mail. */
export interface MailFronts {
  /** Where mail from outside is taken. */
  readonly smtpUrls: readonly string[]
  /** Where mail of users is taken. */
  readonly submissionUrls: readonly string[]
  /** As {@link SmtpFront.stop}. */
  stop(grace: number): Promise<void>
}

/** Listens for mail where the settings say so. Rejects when an address cannot be had. */
export async function startMailFronts(options: MailFrontOptions): Promise<MailFronts> {
  const { settings, metrics } = options
  const { listen, mail, data } = settings
  await using started = new AsyncDisposableStack()
  const smtp =
    listen.smtp.length === 0
      ? undefined
      : await SmtpFront.start({
          ...options,
          addresses: listen.smtp,
          settings: mail.incoming,
          spool: join(data, 'incoming'),
          observe: (what, value) => {
            if (what === 'message') metrics.smtpMessages.inc({ result: value })
            else metrics.smtpRefusals.inc({ status: value })
          },
        })
  if (smtp !== undefined) started.defer(() => smtp.stop(0))
  const endpoints = [
    ...listen.submission.map((address) => ({ address, isImplicitTls: false })),
    ...listen.submissions.map((address) => ({ address, isImplicitTls: true })),
  ]
  const submission =
    endpoints.length === 0
      ? undefined
      : await SubmissionFront.start({
          ...options,
          endpoints,
          settings: mail.submission,
          takesPasswords: settings.authentication.basic,
          spool: join(data, 'submitted'),
          observe: (result) => metrics.submissions.inc({ result }),
        })
  started.move()
  return {
    smtpUrls: smtp?.urls ?? [],
    submissionUrls: submission?.urls ?? [],
    async stop(grace) {
      await Promise.all([smtp?.stop(grace), submission?.stop(grace)])
    },
  }
}
