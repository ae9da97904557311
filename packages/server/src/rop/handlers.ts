import type { RopDefinition } from '@bourse/wire/rop'
import { attachmentHandlers } from './attachment.ts'
import { fastTransferHandlers } from './fast-transfer.ts'
import { folderHandlers } from './folder.ts'
import type { RopHandler } from './handler.ts'
import { logonHandlers } from './logon.ts'
import { messageHandlers } from './message.ts'
import { notificationHandlers } from './notification.ts'
import { permissionHandlers } from './permission.ts'
import { propertyHandlers } from './property.ts'
import { ruleHandlers } from './rule.ts'
import { storeHandlers } from './store.ts'
import { streamHandlers } from './stream.ts'
import { synchronizationHandlers } from './synchronization.ts'
import { tableHandlers } from './table.ts'
import { transportHandlers } from './transport.ts'

/** How every ROP is carried out, file by file. RopRelease is the processor's own. */
export const ropHandlers: readonly RopHandler[] = [
  ...logonHandlers,
  ...storeHandlers,
  ...folderHandlers,
  ...tableHandlers,
  ...messageHandlers,
  ...attachmentHandlers,
  ...propertyHandlers,
  ...streamHandlers,
  ...transportHandlers,
  ...permissionHandlers,
  ...ruleHandlers,
  ...fastTransferHandlers,
  ...synchronizationHandlers,
  ...notificationHandlers,
]

const byRop = new Map<RopDefinition, RopHandler>(ropHandlers.map((handler) => [handler.rop, handler]))

/** The handler of a ROP. */
export function handlerOf(rop: RopDefinition): RopHandler {
  const handler = byRop.get(rop)
  if (handler === undefined) throw new TypeError(`nobody handles ${rop.name}`)
  return handler
}
