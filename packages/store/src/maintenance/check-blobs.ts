import { createHash } from 'node:crypto'
import { toHex } from '@bourse/mapi/bytes'
import type { BlobRef } from '../blob/blob-ref.ts'
import { BLOB_CHUNK_BYTES } from '../blob/chunk-size.ts'
import type { Mailbox, MailboxTransaction } from '../mailbox/mailbox.ts'
import { getMessage, readMessageOf } from '../message/message-row.ts'
import { blobsIn, blobsOf } from '../record/large-value.ts'
import { PackedProperties } from '../record/packed-properties.ts'
import type { CheckReport } from './check.ts'

/** Verifies that the contents that objects refer to are there, whole, and known to be referred to. */
export async function checkBlobs(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  report: CheckReport,
  readContents: boolean,
): Promise<void> {
  const blobs = await tx.all<{ id: number; hash: Uint8Array; size: number }>(
    'SELECT id, hash, size FROM blob WHERE hash IS NOT NULL',
  )
  const sizes = new Map(blobs.map(({ hash, size }) => [toHex(hash), size]))
  for (const blob of blobs) await checkContent(tx, report, blob, readContents)
  await checkChunks(tx, report)

  const owners = new Set(await tx.column('SELECT DISTINCT mid FROM blob_reference'))
  for await (const [owner, refs] of allReferences(tx)) {
    owners.delete(owner)
    const needed = new Map<string, BlobRef>()
    for (const ref of refs) {
      needed.set(ref.key, ref)
      const size = sizes.get(ref.key)
      if (size !== ref.size) {
        await report.found(
          'content',
          size === undefined
            ? `Object ${owner} refers to content that is not there (${ref.key}).`
            : `Object ${owner} refers to ${ref.size} bytes of content, there are ${size} (${ref.key}).`,
        )
      }
    }
    const recorded = (
      await tx.column<Uint8Array>(
        'SELECT b.hash FROM blob_reference r JOIN blob b ON b.id = r.blob_id WHERE r.mid = ?',
        owner,
      )
    ).map(toHex)
    if (recorded.length === needed.size && recorded.every((key) => needed.has(key))) continue
    await report.found(
      'content reference',
      `Object ${owner}: what it refers to is not recorded rightly.`,
      () => mailbox.blobs.setReferences(tx, owner, [...needed.values()]),
    )
  }
  for (const owner of owners) {
    await report.found('content reference', `Object ${owner} is not there, but refers to content.`, () =>
      mailbox.blobs.removeReferences(tx, owner),
    )
  }
}

/** What each object refers to: messages, folders, and the store itself (0). */
async function* allReferences(tx: MailboxTransaction): AsyncGenerator<readonly [number, readonly BlobRef[]]> {
  const store = await tx.get<{ props: Uint8Array }>('SELECT props FROM store WHERE id = 1')
  yield [0, blobsIn(new PackedProperties(store!.props))]
  for (const fid of await tx.column('SELECT fid FROM folder')) {
    const row = await tx.get<{ props: Uint8Array }>('SELECT props FROM folder WHERE fid = ?', fid)
    yield [fid, blobsIn(new PackedProperties(row!.props))]
  }
  for (const mid of await tx.column('SELECT mid FROM message')) {
    const row = (await getMessage(tx, mid))!
    let refs: readonly BlobRef[]
    try {
      refs = [...blobsOf(await readMessageOf(tx, row))]
    } catch {
      // Told of as a message that cannot be read; what is recorded for it stays.
      continue
    }
    yield [mid, refs]
  }
}

async function checkContent(
  tx: MailboxTransaction,
  report: CheckReport,
  blob: { readonly id: number; readonly hash: Uint8Array; readonly size: number },
  readContents: boolean,
): Promise<void> {
  const name = toHex(blob.hash)
  const own = await tx.get<{ bytes: number | null }>(
    'SELECT LENGTH(data) AS bytes FROM blob WHERE id = ?',
    blob.id,
  )
  const stored = await tx.get<{ chunks: number; bytes: number | null; last: number | null }>(
    'SELECT COUNT(*) AS chunks, SUM(LENGTH(data)) AS bytes, MAX(seq) AS last FROM blob_chunk WHERE blob_id = ?',
    blob.id,
  )
  const chunks = blob.size <= BLOB_CHUNK_BYTES ? 0 : Math.ceil(blob.size / BLOB_CHUNK_BYTES)
  const bytes = (own!.bytes ?? 0) + (stored!.bytes ?? 0)
  if (
    (own!.bytes === null) !== chunks > 0 ||
    stored!.chunks !== chunks ||
    bytes !== blob.size ||
    (stored!.last ?? -1) !== chunks - 1
  ) {
    await report.found('content', `Of ${blob.size} bytes of content there are ${bytes} (${name}).`)
    return
  }
  if (!readContents) return
  const hash = createHash('sha256')
  if (chunks === 0) {
    const [data] = await tx.column<Uint8Array>('SELECT data FROM blob WHERE id = ?', blob.id)
    hash.update(data!)
  }
  for (let seq = 0; seq < chunks; seq++) {
    const chunk = await tx.get<{ data: Uint8Array }>(
      'SELECT data FROM blob_chunk WHERE blob_id = ? AND seq = ?',
      blob.id,
      seq,
    )
    hash.update(chunk!.data)
  }
  if (hash.digest('hex') !== name) await report.found('content', `Content is not what it was (${name}).`)
}

async function checkChunks(tx: MailboxTransaction, report: CheckReport): Promise<void> {
  const condition = 'NOT EXISTS (SELECT 1 FROM blob b WHERE b.id = t.blob_id)'
  const row = await tx.get<{ n: number }>(`SELECT COUNT(*) AS n FROM blob_chunk t WHERE ${condition}`)
  if (row!.n === 0) return
  await report.found('orphan', `${row!.n} pieces of content belong to nothing.`, async () => {
    await tx.run(`DELETE FROM blob_chunk AS t WHERE ${condition}`)
  })
}
