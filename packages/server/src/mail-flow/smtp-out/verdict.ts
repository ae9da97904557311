import type { RecipientOutcome } from './transport.ts'

/** What became of a recipient, whoever it is. */
export type Verdict = Omit<RecipientOutcome, 'address'>

/** Characters of a diagnostic that are kept; what servers say can be as long as they like. */
const MAX_DIAGNOSTIC = 500

/** A verdict of our own: the class of the status says whether trying again can help. */
export function verdict(status: `${4 | 5}.${number}.${number}`, text: string, remoteHost?: string): Verdict {
  return {
    result: status.startsWith('4') ? 'deferred' : 'failed',
    status,
    diagnostic: oneLine(text),
    ...(remoteHost === undefined ? {} : { remoteHost }),
  }
}

/** What a reply of a server (RFC 5321, 4.2) means: its code says what is to be done, its enhanced status code (RFC 2034) why. */
export function verdictOfReply(reply: string, remoteHost: string): Verdict {
  const kind = reply.charAt(0)
  const diagnostic = oneLine(reply)
  if (kind !== '2' && kind !== '4' && kind !== '5') return verdict('4.5.0', diagnostic, remoteHost)
  const enhanced = enhancedStatus(reply)
  return {
    result: kind === '2' ? 'delivered' : kind === '4' ? 'deferred' : 'failed',
    status: enhanced ?? `${kind}.0.0`,
    diagnostic,
    remoteHost,
  }
}

/** What a reply means that is not the one that takes something, be it that it makes no sense there. */
export function refusalOfReply(reply: string, remoteHost: string): Verdict {
  const refusal = verdictOfReply(reply, remoteHost)
  return refusal.result === 'delivered' ? verdict('4.5.0', refusal.diagnostic, remoteHost) : refusal
}

/** The enhanced status code of a reply, if it has one that does not contradict its code. */
export function enhancedStatus(reply: string): string | undefined {
  const status = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})(?!\S)/.exec(reply)?.[1]
  return status?.charAt(0) === reply.charAt(0) ? status : undefined
}

/** A reply of several lines as one, without the codes that its further lines repeat and without control characters. */
function oneLine(text: string): string {
  const [first = '', ...rest] = text.split(/\r?\n/)
  const enhanced = enhancedStatus(text)
  const lines = rest.map((line) => {
    const said = line.replace(/^\d{3}[ -]?/, '')
    return enhanced !== undefined && said.startsWith(`${enhanced} `) ? said.slice(enhanced.length + 1) : said
  })
  const line = [first.replace(/^(\d{3})-/, '$1 '), ...lines].join(' ')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const plain = line.replace(/[\x00-\x1f\x7f]+/g, ' ').trim()
  return plain.length <= MAX_DIAGNOSTIC ? plain : `${plain.slice(0, MAX_DIAGNOSTIC)}…`
}
