import { open } from 'node:fs/promises'

/** How much of a message is looked at for its header, in bytes. */
const MAX_HEADER = 256 << 10

/** The header of a message in a file, with its last line end; cut off between two lines if it is very long. `undefined` if it cannot be read. */
export async function readHeader(path: string): Promise<Buffer | undefined> {
  try {
    await using file = await open(path)
    const buffer = Buffer.alloc(MAX_HEADER)
    const { bytesRead } = await file.read(buffer, 0, MAX_HEADER, 0)
    const bytes = buffer.subarray(0, bytesRead)
    const end = bytes.indexOf('\r\n\r\n')
    return bytes.subarray(0, (end < 0 ? bytes.lastIndexOf('\r\n') : end) + 2)
  } catch {
    return undefined
  }
}

/** The value of the first field of a name, one character per byte, in one line. */
export function fieldOf(header: Buffer | undefined, name: string): string | undefined {
  const unfolded = header?.toString('latin1').replace(/\r\n(?=[ \t])/g, '') ?? ''
  for (const line of unfolded.split('\r\n')) {
    const colon = line.indexOf(':')
    if (line.slice(0, colon).trim().toLowerCase() === name) return line.slice(colon + 1).trim()
  }
  return undefined
}
