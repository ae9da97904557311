import { ErrorCode, PidTagAttachDataBinary, PidTagDisplayName, type SpecialFolder } from '@bourse/mapi'
import {
  createAttachment,
  createMessage,
  encodeRopInput,
  getContentsTable,
  getHierarchyTable,
  getPermissionsTable,
  getRulesTable,
  logon,
  NULL_HANDLE,
  openFolder,
  openStream,
  type RopRequest,
  registerNotification,
  release,
  ropById,
  ropRequest,
  setColumns,
} from '@bourse/wire/rop'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryRequest } from '../../../wire/test/support/arbitrary-rop.ts'
import { useEngine } from './support/engine.ts'

const CODES = [0, ErrorCode.RpcFormat, ErrorCode.BufferTooSmall]

describe('whatever a client sends', () => {
  const fixture = useEngine()

  async function folderId(role: SpecialFolder): Promise<bigint> {
    await using store = await fixture.engine.store()
    return store.logon.folders[role]!
  }

  /** A session with objects of several kinds. */
  async function busy() {
    const { client, store } = await fixture.logOn()
    const { handle: folder } = await client.ok(openFolder, store, {
      folderId: await folderId('inbox'),
      openModeFlags: 0,
    })
    const { handle: contents } = await client.ok(getContentsTable, folder, { tableFlags: 0 })
    const { handle: hierarchy } = await client.ok(getHierarchyTable, folder, { tableFlags: 0 })
    const { handle: subscription } = await client.ok(registerNotification, store, {
      notificationTypes: 0xfe,
      wantWholeStore: true,
    } as never)
    const { handle: permissions } = await client.ok(getPermissionsTable, folder, { tableFlags: 0 })
    const { handle: rules } = await client.ok(getRulesTable, folder, { tableFlags: 0 })
    const { handle: message } = await client.ok(createMessage, store, {
      codePageId: 0x0fff,
      folderId: await folderId('inbox'),
      associatedFlag: false,
    })
    const { handle: attachment } = await client.ok(createAttachment, message, {})
    const { handle: stream } = await client.ok(openStream, attachment, {
      propertyTag: PidTagAttachDataBinary,
      openModeFlags: 2,
    })
    const tables = [contents, hierarchy, permissions, rules]
    for (const table of tables) {
      await client.ok(setColumns, table, { setColumnsFlags: 0, propertyTags: [PidTagDisplayName] })
    }
    return {
      client,
      handles: [store, folder, message, attachment, stream, ...tables, subscription, NULL_HANDLE],
    }
  }

  it('random bytes are answered', async () => {
    const { client, handles } = await busy()
    const table = encodeRopInput([], handles).subarray(2)
    const check = fc.asyncProperty(
      fc.uint8Array({ maxLength: 200 }),
      fc.boolean(),
      async (bytes, isSized) => {
        const payload = new Uint8Array([...(isSized ? [bytes.length + 2, 0] : []), ...bytes, ...table])
        const result = await client.session.execute([payload], 0x8008, { chained: true })
        expect(CODES).toContain(result.errorCode)
      },
    )
    await fc.assert(check, { numRuns: 500 })
  })

  it('random requests of all ROPs on objects of all kinds are answered', async () => {
    const rops = Array.from({ length: 0x100 }, (_, id) => ropById(id)).filter((rop) => rop !== undefined)
    const { client, handles } = await busy()
    for (const rop of rops) {
      // These would take the objects away.
      if (rop === release || rop === logon) continue
      const requests = fc
        .sample(arbitraryRequest(rop), { seed: rop.id, numRuns: handles.length })
        .map((fields, i): RopRequest => {
          const given = fields as Readonly<Record<string, unknown>>
          const indexes = {
            ...('inputHandleIndex' in given ? { inputHandleIndex: i } : {}),
            ...('sourceHandleIndex' in given ? { sourceHandleIndex: i } : {}),
            ...('destHandleIndex' in given ? { destHandleIndex: 1 } : {}),
            ...('outputHandleIndex' in given ? { outputHandleIndex: handles.length } : {}),
            ...('responseHandleIndex' in given ? { responseHandleIndex: 20 } : {}),
          }
          return ropRequest(rop, { ...given, ...indexes, logonId: 0 } as never)
        })
      const before = fixture.errors.length
      const input = encodeRopInput(requests, [...handles, NULL_HANDLE])
      const { errorCode, outputs } = await client.session.execute([input], 0x10008, { chained: true })
      expect([rop.name, fixture.errors.slice(before)]).toEqual([rop.name, []])
      expect(errorCode, rop.name).toBe(0)
      expect(outputs.length, rop.name).toBeGreaterThan(0)
    }
  })
})
