import { PidLidReminderSet, PidTagMessageFlags } from '@bourse/mapi'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type EngineFixture, openEngineFixture } from '../../../store/test/support/fixture.ts'
import type { MailMessage, MailSession, MailStore } from '../../src/mail/index.ts'
import { openEngineSession } from './engine-session.ts'

describe('messages of one store', () => {
  let session: MailSession
  let other: EngineFixture
  let archive: MailStore

  beforeEach(async () => {
    session = (await openEngineSession()).session
    other = await openEngineFixture()
    archive = session.storeOf(await other.store())
  })

  afterEach(async () => {
    await session[Symbol.asyncDispose]()
    await other.dispose()
  })

  async function draft(): Promise<MailMessage> {
    const message = await session.compose({ to: 'ann@example.com', subject: 'Plans', text: 'Hello' })
    await message.set(PidLidReminderSet, true)
    await message.attach({ name: 'a.txt', content: 'abc' })
    await message.attach(await session.compose({ subject: 'Within' }))
    await message.save()
    return message
  }

  it('are copied and moved into another', async () => {
    const drafts = await session.store.drafts()
    const inbox = await archive.inbox()
    const message = await draft()
    await message.copyTo(inbox)
    expect([await drafts.count(), await inbox.count()]).toEqual([1, 1])
    await message.moveTo(inbox)
    expect([await drafts.count(), await inbox.count()]).toEqual([0, 2])
    const [id] = await inbox.messageIds()
    await using copy = await inbox.openMessage(id!)
    expect([await copy.subject(), (await copy.text()).trim(), await copy.get(PidLidReminderSet)]).toEqual([
      'Plans',
      'Hello',
      true,
    ])
    expect((await copy.recipients()).map(({ address }) => address)).toEqual(['ann@example.com'])
    const [file, within] = await copy.attachments()
    expect(new TextDecoder().decode(await file!.bytes())).toBe('abc')
    await using embedded = await within!.openMessage()
    expect(await embedded.subject()).toBe('Within')
    expect(await copy.get(PidTagMessageFlags)).toBeDefined()
  })

  it('are passed on from another, inline or attached', async () => {
    const inbox = await archive.inbox()
    await (await draft()).moveTo(inbox)
    const [id] = await inbox.messageIds()
    await using original = await inbox.openMessage(id!)
    await using inline = await original.forward({ to: 'eve@example.com' })
    expect(inline.store).toBe(session.store)
    expect((await inline.attachments()).map(({ kind, name }) => [kind, name])).toEqual([
      ['file', 'a.txt'],
      ['message', 'Within'],
    ])
    await using attached = await original.forward({ to: 'eve@example.com', as: 'attachment' })
    const [within] = await attached.attachments()
    await using embedded = await within!.openMessage()
    expect(await embedded.subject()).toBe('Plans')
  })
})
