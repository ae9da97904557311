import { attachmentRops } from './attachment.ts'
import type { RopDefinition } from './definition.ts'
import { fastTransferRops } from './fast-transfer.ts'
import { folderRops } from './folder.ts'
import { logonRops } from './logon.ts'
import { messageRops } from './message.ts'
import { notificationRops } from './notification.ts'
import { permissionRops } from './permission.ts'
import { propertyRops } from './property.ts'
import { ruleRops } from './rule.ts'
import { storeRops } from './store.ts'
import { streamRops } from './stream.ts'
import { synchronizationRops } from './synchronization.ts'
import { tableRops } from './table.ts'
import { transportRops } from './transport.ts'

/** Every ROP that a client can ask for ([MS-OXCROPS] 2.2.2), grouped as the specification does. */
export const ropDefinitions: readonly RopDefinition[] = [
  ...logonRops,
  ...storeRops,
  ...folderRops,
  ...tableRops,
  ...messageRops,
  ...attachmentRops,
  ...propertyRops,
  ...streamRops,
  ...transportRops,
  ...permissionRops,
  ...ruleRops,
  ...notificationRops,
  ...fastTransferRops,
  ...synchronizationRops,
]

const byId: (RopDefinition | undefined)[] = []
const byName = new Map<string, RopDefinition>()
for (const rop of ropDefinitions) {
  byId[rop.id] = rop
  byName.set(rop.name, rop)
}

/** The ROP with this RopId, or `undefined` for a reserved one. */
export function ropById(id: number): RopDefinition | undefined {
  return byId[id]
}

/** The ROP with this name, e.g. `RopQueryRows`. */
export function ropByName(name: string): RopDefinition | undefined {
  return byName.get(name)
}
