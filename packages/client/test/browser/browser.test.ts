import { authenticatedFetch, connect, logOn } from '@bourse/client/exchange'
import { PidTagBody, PidTagSubject } from '@bourse/mapi'
import type { Browser, Page as BrowserPage } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dnOf, type LiveServer, PASSWORD, startLiveServer } from '../../../server/test/support/live-server.ts'
import { mustRun, startChromium } from './chromium.ts'
import type { Page } from './page.ts'
import { bundle, type PageServer, servePage } from './page-server.ts'

declare const page: Page

let live: LiveServer
let server: PageServer
let browser: Browser
let tab: BrowserPage
const errors: string[] = []

beforeAll(async () => {
  if (!mustRun()) return
  browser = await startChromium()
  live = await startLiveServer('workers: 1')
  server = await servePage(await bundle(new URL('./page.ts', import.meta.url)), () => live.url)
  tab = await browser.newPage()
  tab.on('pageerror', (error) => errors.push(String(error)))
  await tab.goto(server.url)
  await tab.waitForFunction(() => 'page' in globalThis)
}, 60_000)

afterAll(async () => {
  await browser?.close()
  await server?.[Symbol.asyncDispose]()
  await live?.[Symbol.asyncDispose]()
})

/** Puts a message into alice's Inbox, from elsewhere. */
async function deliver(subject: string, body: string): Promise<void> {
  const session = await connect({
    url: `${live.url}/mapi/emsmdb/`,
    userDn: dnOf('alice'),
    fetch: authenticatedFetch({ kind: 'basic', user: 'alice@example.com', password: PASSWORD }),
  })
  await using store = await logOn(session, { mailboxDn: dnOf('alice'), ownsSession: true })
  await using message = await store.createMessage(store.logon.folders.inbox!)
  await message.setProperties([
    [PidTagSubject, subject],
    [PidTagBody, body],
  ])
  await message.save()
}

describe.skipIf(!mustRun())('a page in a browser', () => {
  it('logs on over MAPI/HTTP', async () => {
    const isOwner = await tab.evaluate(
      ([user, password, dn]) => page.logOn(user!, password!, dn!),
      ['alice@example.com', PASSWORD, dnOf('alice')],
    )
    expect(isOwner).toBe(true)
  })

  it('lists and opens messages', async () => {
    await deliver('For the browser', 'Grüße aus Node')
    expect(await tab.evaluate(() => page.list())).toContain('For the browser')
    expect(await tab.evaluate(() => page.readBody('For the browser'))).toBe('Grüße aus Node')
  })

  it('looks people up in the address book', async () => {
    const found = await tab.evaluate(
      ([user, password]) => page.resolve(user!, password!, 'bob'),
      ['alice@example.com', PASSWORD],
    )
    expect(found).toBe('Bob Baker')
  })

  it('is notified of new messages', async () => {
    await tab.evaluate(() => page.watch())
    await deliver('News', 'Look here')
    await expect.poll(() => tab.evaluate(() => page.kinds()), { timeout: 20_000 }).toContain('created')
    expect(await tab.evaluate(() => page.list())).toContain('News')
  })

  it('sends', async () => {
    await tab.evaluate(() => page.send('bob@example.com', 'From the browser'))
  })

  it('finds its way back after the server was restarted', async () => {
    await live.restart()
    expect(await tab.evaluate(() => page.list())).toContain('News')
    await expect.poll(() => tab.evaluate(() => page.kinds()), { timeout: 20_000 }).toContain('tableChanged')
    await tab.evaluate(() => page.close())
    expect(errors).toEqual([])
  })
})
