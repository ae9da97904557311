/**
 * Saves messages one after the other, and several at once, until it is killed. Says of each that was acknowledged: its ID and the
 * seed that its contents are made of, one line each. Arguments: directory of the engine, GUID of the mailbox, first seed.
 */
import { writeSync } from 'node:fs'
import {
  AttachMethod,
  PidTagAttachDataBinary,
  PidTagAttachMethod,
  PidTagBody,
  PidTagSubject,
} from '@bourse/mapi'
import { Logon } from '../../src/access/logon.ts'
import { StoreEngine } from '../../src/engine.ts'
import { StoreObject } from '../../src/object/store-object.ts'
import { principalOf } from '../support/fixture.ts'
import { attachmentOf, bodyOf, subjectOf } from './contents.ts'

const [directory, guid, firstSeed] = process.argv.slice(2)
const engine = await StoreEngine.open(directory!)
const mailbox = await engine.openMailbox(guid!)
const store = new StoreObject(new Logon(mailbox, principalOf('owner'), 1252))
const inbox = store.logon.folders.inbox!

async function save(seed: number): Promise<void> {
  const message = await store.createMessage(inbox)
  await message.setProperties([
    [PidTagSubject, subjectOf(seed)],
    [PidTagBody, bodyOf(seed)],
  ])
  const contents = attachmentOf(seed)
  if (contents !== undefined) {
    const attachment = await message.createAttachment()
    await attachment.setProperties([
      [PidTagAttachMethod, AttachMethod.byValue],
      [PidTagAttachDataBinary, contents],
    ])
    await attachment.save()
  }
  const id = await message.save()
  writeSync(1, `${id} ${seed}\n`)
}

writeSync(1, 'ready\n')
for (let seed = Number(firstSeed); ; seed += 4) {
  // Some alone, some as a group that shares one flush.
  await save(seed)
  await Promise.all([save(seed + 1), save(seed + 2), save(seed + 3)])
}
