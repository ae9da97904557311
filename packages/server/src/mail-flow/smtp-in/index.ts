export { SmtpFront, type SmtpFrontOptions } from './smtp-front.ts'
