export { type MailFronts, startMailFronts } from './mail-fronts.ts'
export { SmtpFront, type SmtpFrontOptions } from './smtp-front.ts'
export { SubmissionFront, type SubmissionFrontOptions } from './submission-front.ts'
