/** Why something is refused, as an answer of SMTP. */
export interface SmtpRefusal {
  readonly code: 450 | 451 | 452 | 454 | 530 | 535 | 550 | 552 | 553 | 554
  /** Enhanced status code (RFC 3463). */
  readonly status: string
  /** One sentence for the sender. */
  readonly text: string
}

export function refusal(code: SmtpRefusal['code'], status: string, text: string): SmtpRefusal {
  return { code, status, text }
}

/**
 * A refusal as `smtp-server` wants it. The library knows one enhanced status code for each reply code, and puts none to a reply code that it does
 * not know: so the right one is handed to it as a part of the reply code.
 */
export function refusalError({ code, status, text }: SmtpRefusal): Error {
  return Object.assign(new Error(text), { responseCode: `${code} ${status}` as unknown as number })
}

/** The answer where the server failed, and it may go well another time. */
export const TRY_AGAIN: SmtpRefusal = {
  code: 451,
  status: '4.3.0',
  text: 'The server cannot do this at the moment, try again later.',
}
