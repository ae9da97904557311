import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentLog } from '../../src/log/index.ts'
import type { MimeDelivery } from '../../src/mail-flow/delivery/deliver-mime.ts'
import { type MimePosting, postMime, receiverKey } from '../../src/mail-flow/posting/index.ts'
import { writeQueuedFile } from '../../src/mail-flow/posting/queued-file.ts'
import type { QueuedContent } from '../../src/mail-flow/queue/outgoing-message.ts'
import type { Receiver } from '../../src/mail-flow/routing/route.ts'

const receiver = (name: string): Receiver => ({
  mailbox: `${name}-0000-0000-0000-000000000000`,
  displayName: name,
  address: `${name}@example.com`,
  legacyDn: `/o=Example/cn=${name}`,
  entryId: new Uint8Array(0),
})

describe('a message that is posted', () => {
  let folder: string

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'bourse-post-'))
  })

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  const posting = (changes: Partial<MimePosting> = {}): MimePosting => ({
    key: 'k',
    source: { bytes: Buffer.from('Subject: x\r\n\r\nbody\r\n') },
    from: 'erin@elsewhere.test',
    fields: 'Received: by me\r\n',
    receivers: [receiver('alice')],
    outside: [{ address: 'zoe@outside.test' }, { address: 'Yan@outside.test', notify: [] }],
    ...changes,
  })

  it('goes into mailboxes with Return-Path, and into the queue without', async () => {
    const delivered: MimeDelivery[] = []
    const queued: QueuedContent[] = []
    const result = await postMime(posting({ envelopeId: 'e', returned: 'full' }), {
      deliver: async (delivery) => {
        delivered.push(delivery)
        return 'delivered'
      },
      outgoing: {
        folder,
        add: async (content) => {
          queued.push(content)
          return 'queued'
        },
      },
      log: silentLog,
    })
    expect(result.outside).toBe('queued')
    expect([...result.receivers.values()]).toEqual(['delivered'])
    expect(delivered).toMatchObject([
      {
        key: 'k/alice-0000-0000-0000-000000000000',
        extraHeader: 'Return-Path: <erin@elsewhere.test>\r\nReceived: by me\r\n',
      },
    ])
    const [{ path, recipients, from, envelopeId, returned }] = queued as [QueuedContent]
    expect(readFileSync(path, 'latin1')).toBe('Received: by me\r\nSubject: x\r\n\r\nbody\r\n')
    expect({ recipients, from, envelopeId, returned }).toEqual({
      recipients: posting().outside,
      from: 'erin@elsewhere.test',
      envelopeId: 'e',
      returned: 'full',
    })
  })

  it('has the same name in the queue for the same recipients, in whichever order, and another one for others', async () => {
    const keys: string[] = []
    const add = async ({ key, path }: QueuedContent) => {
      keys.push(key)
      rmSync(path)
      return 'duplicate' as const
    }
    const office = { deliver: async () => 'duplicate' as const, outgoing: { folder, add }, log: silentLog }
    const { outside } = posting()
    await postMime(posting(), office)
    await postMime(posting({ outside: outside.toReversed() }), office)
    await postMime(posting({ outside: outside.slice(1) }), office)
    expect(keys[1]).toBe(keys[0])
    expect(keys[2]).not.toBe(keys[0])
    expect((await postMime(posting({ outside: [] }), office)).outside).toBe('none')
  })

  it('fails for whom it fails, and for nobody else', async () => {
    const alice = receiver('alice')
    const bob = receiver('bob')
    const result = await postMime(posting({ receivers: [alice, bob] }), {
      deliver: async (delivery) => {
        if (delivery.receiver === alice) throw new Error('broken')
        return 'delivered'
      },
      outgoing: {
        folder: join(folder, 'nowhere'),
        add: async () => 'queued',
      },
      log: silentLog,
    })
    expect(result.receivers.get(receiverKey(alice))).toBe('failed')
    expect(result.receivers.get(receiverKey(bob))).toBe('delivered')
    expect(result.outside).toBe('failed')
    expect((await postMime(posting(), { deliver: async () => 'delivered', log: silentLog })).outside).toBe(
      'failed',
    )
  })

  it('is queued in lines that end with CR LF, whatever it came with', async () => {
    const original = join(folder, 'original')
    const text = fc.string({ unit: fc.constantFrom('\r', '\n', '\r\n', 'a') })
    await fc.assert(
      fc.asyncProperty(text, async (body) => {
        writeFileSync(original, body)
        const path = await writeQueuedFile(folder, 'X: y\r\n', { path: original })
        const complete = body.replace(/\r?\n/g, '\r\n')
        const written = readFileSync(path, 'latin1')
        rmSync(path)
        expect(written).toBe(`X: y\r\n${complete}${complete === '' || complete.endsWith('\n') ? '' : '\r\n'}`)
      }),
      { numRuns: 30 },
    )
    rmSync(original)
    expect(readdirSync(folder).every((name) => name.endsWith('.eml'))).toBe(true)
  })
})
