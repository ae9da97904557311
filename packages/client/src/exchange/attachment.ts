import type { AccessMode, Attachment, Message, SaveOptions } from '@bourse/mapi'
import {
  CODE_PAGE_OF_LOGON,
  OpenEmbeddedMessageFlags,
  openEmbeddedMessage,
  SaveFlags,
  saveChangesAttachment,
} from '@bourse/wire/rop'
import { ExchangeMessage } from './message.ts'
import { ExchangeObject } from './property.ts'
import type { RopSession } from './rop-session.ts'

const MODES: Readonly<Record<AccessMode | 'create', number>> = {
  read: OpenEmbeddedMessageFlags.ReadOnly,
  readWrite: OpenEmbeddedMessageFlags.ReadWrite,
  best: OpenEmbeddedMessageFlags.ReadWrite,
  create: OpenEmbeddedMessageFlags.Create,
}

/** An attachment of a message on the server. */
export class ExchangeAttachment extends ExchangeObject implements Attachment {
  readonly number: number

  constructor(session: RopSession, handle: number, logonId: number, number: number) {
    super(session, handle, logonId)
    this.number = number
  }

  async save(options: SaveOptions = {}): Promise<void> {
    const saveFlags =
      options.force === true
        ? SaveFlags.ForceSave
        : options.keepOpen === 'readOnly'
          ? SaveFlags.KeepOpenReadOnly
          : SaveFlags.KeepOpenReadWrite
    await this.call(saveChangesAttachment, { saveFlags })
  }

  async openEmbeddedMessage(
    mode: AccessMode | 'create' = 'read',
    options: { readonly codePage?: number } = {},
  ): Promise<Message> {
    const { body, handle } = await this.call(
      openEmbeddedMessage,
      { codePageId: options.codePage ?? CODE_PAGE_OF_LOGON, openModeFlags: MODES[mode] },
      { output: true },
    )
    return new ExchangeMessage(this.session, handle, this.logonId, undefined, body)
  }
}
