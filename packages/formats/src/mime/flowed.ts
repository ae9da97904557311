/**
 * Text as it was before it was wrapped with format=flowed (RFC 3676 4.2): lines that end with a blank go on in the next one of the same
 * quoting depth.
 *
 * @param deleteSpace DelSp=yes: the blank is no part of the text
 */
export function unwrapFlowed(text: string, deleteSpace: boolean): string {
  const output: string[] = []
  let open = false
  let depth = 0
  for (const line of text.split(/\r\n|\r|\n/)) {
    const quotes = /^>*/.exec(line)![0].length
    const rest = line.slice(quotes)
    // What begins with a blank, a quote or "From " was stuffed with a blank.
    const unstuffed = rest.startsWith(' ') ? rest.slice(1) : rest
    const isSignature = unstuffed === '-- '
    const flows = !isSignature && unstuffed.endsWith(' ')
    const content = flows && deleteSpace ? unstuffed.slice(0, -1) : unstuffed
    if (open && quotes === depth && !isSignature) output[output.length - 1] += content
    else output.push(quotes > 0 ? `${'>'.repeat(quotes)} ${content}` : content)
    open = flows
    depth = quotes
  }
  return output.join('\r\n')
}
