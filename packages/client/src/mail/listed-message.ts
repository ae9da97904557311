import type { Cell, OperationOptions } from '@bourse/mapi'
import type { DeleteOptions, MailFolder } from './folder.ts'
import type { MailMessage } from './message.ts'
import type { Properties } from './property.ts'
import { Selection } from './selection.ts'

/** A message in a listing: the properties that were selected, and what can be done without opening it. */
export class ListedMessage<C extends Properties = Properties> extends Selection<C> {
  readonly folder: MailFolder
  readonly id: bigint

  constructor(folder: MailFolder, id: bigint, properties: C, cells: readonly Cell[]) {
    super(properties, cells)
    this.folder = folder
    this.id = id
  }

  open(): Promise<MailMessage> {
    return this.folder.openMessage(this.id)
  }

  markRead(): Promise<void> {
    return this.folder.markRead([this.id])
  }

  markUnread(): Promise<void> {
    return this.folder.markUnread([this.id])
  }

  moveTo(destination: MailFolder, options?: OperationOptions): Promise<void> {
    return this.folder.moveMessages([this.id], destination, options)
  }

  copyTo(destination: MailFolder, options?: OperationOptions): Promise<void> {
    return this.folder.copyMessages([this.id], destination, options)
  }

  delete(options?: DeleteOptions): Promise<void> {
    return this.folder.deleteMessages([this.id], options)
  }
}
