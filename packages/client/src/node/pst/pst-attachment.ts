import {
  type AccessMode,
  AttachMethod,
  type Attachment,
  ErrorCode,
  MapiError,
  type Message,
  PidTagAttachDataBinary,
  PidTagAttachMethod,
  PidTagAttachNumber,
  tagId,
} from '@bourse/mapi'
import { PstMessage } from './pst-message.ts'
import type { PstRecord } from './pst-nodes.ts'
import type { PstStore } from './pst-store.ts'
import { bagOfRecord } from './pst-values.ts'
import { ReadOnlyObject, readOnly } from './read-only-object.ts'

/** An attachment of a message of a PST file. */
export class PstAttachment extends ReadOnlyObject implements Attachment {
  readonly number: number
  readonly #store: PstStore
  readonly #record: PstRecord

  constructor(store: PstStore, record: PstRecord, number: number) {
    super(store.names, bagOfRecord(record).set(PidTagAttachNumber, number))
    this.#store = store
    this.#record = record
    this.number = number
  }

  save(): Promise<void> {
    return readOnly()
  }

  async openEmbeddedMessage(mode: AccessMode | 'create' = 'read'): Promise<Message> {
    if (mode === 'create' || mode === 'readWrite') return readOnly()
    if (this.properties.get(PidTagAttachMethod) !== AttachMethod.embeddedMessage) {
      throw new MapiError(ErrorCode.NotFound)
    }
    // PidTagAttachDataObject is the NID of a subnode and its size ([MS-PST] 2.3.3.5).
    const item = this.#record.items.get(tagId(PidTagAttachDataBinary))
    const nid = item?.data === undefined || item.data.length < 4 ? undefined : item.data.readUInt32LE(0)
    const subnode = nid === undefined ? undefined : this.#record.subnodes.get(nid)
    if (subnode === undefined) throw new MapiError(ErrorCode.NotFound)
    return PstMessage.embedded(this.#store, this.#store.nodes.subrecord(subnode))
  }
}
