/**
 * The mail server of somebody else, for trying things out: takes every message, puts it into a file, and says whether its signature (DKIM) is good.
 *
 *     npx node docs/examples/receive-mail.ts PORT FOLDER RECORDS
 *
 * RECORDS is a file with what `bourse dns --json` prints: this machine has no DNS that knows it.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { dkimVerify } from 'mailauth/lib/dkim/verify.js'
import { SMTPServer } from 'smtp-server'

const [port, folder, records] = process.argv.slice(2)
if (port === undefined || folder === undefined || records === undefined)
  throw new Error('PORT FOLDER RECORDS')
mkdirSync(folder, { recursive: true })

let count = 0
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onData(stream, _session, callback) {
    void text(stream).then(async (message) => {
      const file = join(folder, `${++count}.eml`)
      writeFileSync(file, message)
      const { results } = await dkimVerify(message, { resolver: lookUp })
      const signatures = results.map(({ signingDomain, status }) => `${signingDomain} ${status.result}`)
      console.log(`${file}: ${signatures.join(', ') || 'not signed'}`)
      callback()
    }, callback)
  },
})
server.listen(Number(port), '127.0.0.1')

/** What DNS would say of a name. */
async function lookUp(name: string): Promise<string[][]> {
  for (const line of readFileSync(records!, 'utf8').split('\n').filter(Boolean)) {
    const record = JSON.parse(line) as { readonly name: string; readonly value: string }
    if (record.name.replace(/\.$/, '') === name) return [[record.value]]
  }
  throw Object.assign(new Error(`There is no ${name}.`), { code: 'ENOTFOUND' })
}
