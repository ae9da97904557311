import { RtfTokens } from './rtf-tokens.ts'

/** How many tokens are looked at. */
const MAX_TOKENS = 10

/**
 * What RTF was made from, as its header says: HTML or plain text that it encapsulates, or neither ([MS-OXRTFEX] 2.2.3.1). Only the first ten tokens are
 * looked at, and none behind the first text or inner group.
 */
export function rtfOrigin(rtf: Uint8Array): 'html' | 'text' | undefined {
  const tokens = new RtfTokens(rtf)
  if (tokens.next() !== 'groupStart') return undefined
  for (let count = 1; count < MAX_TOKENS; count++) {
    if (tokens.next() !== 'control') return undefined
    const { word, parameter } = tokens
    if (count === 1 && word !== 'rtf') return undefined
    if (word === 'fromhtml') return parameter === 1 ? 'html' : undefined
    if (word === 'fromtext') return 'text'
  }
  return undefined
}
