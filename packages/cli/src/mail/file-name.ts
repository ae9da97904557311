import { existsSync } from 'node:fs'
import { join, parse } from 'node:path'

/** Bytes that most file systems allow a name to have, less some for a number and an ending. */
const MAX_NAME_BYTES = 200

/** What no file system minds, and no shell: names come from strangers. */
export function safeFileName(name: string): string {
  const cleaned = name
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}/\\:*?"<>|]+/gu, '_')
    .replace(/^[.\s]+|[.\s]+$/g, '')
  return shorten(cleaned === '' ? 'unnamed' : cleaned)
}

/** A safe name that is not taken yet in a folder: `report.pdf`, `report (2).pdf` … */
export function freeFileName(folder: string, name: string): string {
  const { name: base, ext } = parse(safeFileName(name))
  for (let i = 1; ; i++) {
    const candidate = i === 1 ? `${base}${ext}` : `${base} (${i})${ext}`
    if (!existsSync(join(folder, candidate))) return candidate
  }
}

function shorten(name: string): string {
  const { name: base, ext } = parse(name)
  let cut = base
  while (Buffer.byteLength(cut + ext) > MAX_NAME_BYTES && cut.length > 1) cut = cut.slice(0, -1)
  return cut + ext
}
