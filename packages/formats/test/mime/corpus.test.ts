import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openFixture } from '../../../store/test/support/fixture.ts'
import { readMime, writeMime } from '../../src/mime/index.ts'
import { differences, factsOfMessage, factsOfMime } from '../support/mail-facts.ts'
import { bytesOf, streamOf } from '../support/streams.ts'
import { CORPUS_REASONS } from './corpus-reasons.ts'

const FOLDER = join(import.meta.dirname, '../data/mail')
const files = globSync('**/*.eml', { cwd: FOLDER }).sort()

const HEAD = `# The mail corpus

What becomes of the messages in \`packages/formats/test/data/mail\`, most of them broken in one way or another. Each is read into a mailbox
(\`readMime\`), saved, opened and looked at through MAPI, and written as MIME again (\`writeMime\`). Subject, date, author, recipients, text, HTML and
attachments (by digest) are compared with what postal-mime, an independent parser, finds in the original. Where they differ, one of
the two parsers may be the one that is wrong; the last column says why.

Made by \`npx vitest run packages/formats/test/mime/corpus.test.ts -u\`; without \`-u\` that is the test that this page is true.

| message | class | reported as | differs in MAPI | differs in MIME | why |
| --- | --- | --- | --- | --- | --- |
`

describe('the mail corpus', () => {
  it('comes back through MAPI and as MIME, but for what docs/mail-corpus.md says', async () => {
    const fixture = await openFixture()
    const rows: string[] = []
    try {
      const store = await fixture.store()
      const inbox = (await store.getReceiveFolder('')).folderId
      for (const file of files) {
        const original = new Uint8Array(readFileSync(join(FOLDER, file)))
        await using created = await store.createMessage(inbox)
        const report = await readMime(streamOf(original), created, { names: store })
        const id = await created.save()
        await using message = await store.openMessage(inbox, id)
        const before = await factsOfMime(original)
        const mapi = await factsOfMessage(message)
        const written = await bytesOf(writeMime(message))

        // What was written says what the message says.
        await using again = await store.createMessage(inbox)
        await readMime(streamOf(written), again, { names: store })
        const readAgain = await factsOfMessage(again)
        expect([file, mapi.date === '' ? { ...readAgain, date: '' } : readAgain]).toEqual([file, mapi])

        const inMapi = differences(before, mapi)
        const inMime = differences(before, await factsOfMime(written))
        const why = CORPUS_REASONS[file] ?? ''
        // Every difference has a reason, and no reason stands there in vain.
        expect([file, inMapi, inMime, why !== '']).toEqual([
          file,
          inMapi,
          inMime,
          inMapi.length + inMime.length > 0,
        ])
        rows.push(
          `| ${[file, report.messageClass, report.problems.join(', '), inMapi.join(', '), inMime.join(', '), why].join(' | ')} |`,
        )
      }
    } finally {
      await fixture.dispose()
    }
    await expect(`${HEAD}${rows.join('\n')}\n`).toMatchFileSnapshot('../../../../docs/mail-corpus.md')
  }, 120_000)
})
