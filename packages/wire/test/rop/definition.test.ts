import type { Cell, Guid, PropertyTag, RecipientRow, Restriction, SortOrder } from '@bourse/mapi'
import { encodeWith } from '@bourse/mapi/bytes'
import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  type createMessage,
  type FailureOf,
  type findRow,
  type logon,
  type modifyRecipients,
  moveFolder,
  openFolder,
  type openMessage,
  type PrivateLogon,
  type PublicLogon,
  type queryRows,
  type RequestOf,
  release,
  type restrict,
  type SuccessOf,
  type setMessageReadFlag,
  setReceiveFolder,
  type sortTable,
  type TypedString,
  type writePerUserInformation,
} from '../../src/rop/index.ts'

describe('the types of a definition', () => {
  it('are those of its fields', () => {
    expectTypeOf<RequestOf<typeof queryRows>>().toEqualTypeOf<{
      readonly logonId: number
      readonly inputHandleIndex: number
      readonly queryRowsFlags: number
      readonly forwardRead: boolean
      readonly rowCount: number
    }>()
    expectTypeOf<SuccessOf<typeof queryRows>>().toEqualTypeOf<{
      readonly origin: number
      readonly rowData: readonly (readonly Cell[])[]
    }>()
    expectTypeOf<RequestOf<typeof sortTable>['sortOrders']>().toEqualTypeOf<readonly SortOrder[]>()
    expectTypeOf<SuccessOf<typeof openMessage>['subjectPrefix']>().toEqualTypeOf<TypedString>()
    expectTypeOf<SuccessOf<typeof openMessage>['recipientColumns']>().toEqualTypeOf<readonly PropertyTag[]>()
  })

  it('leave out reserved fields and counts', () => {
    expectTypeOf<keyof RequestOf<typeof sortTable>>().toEqualTypeOf<
      'logonId' | 'inputHandleIndex' | 'sortTableFlags' | 'categoryCount' | 'expandedCount' | 'sortOrders'
    >()
    expectTypeOf<keyof SuccessOf<typeof openFolder>>().toEqualTypeOf<
      'hasRules' | 'isGhosted' | 'cheapServerCount' | 'servers'
    >()
  })

  it('make optional what may be missing', () => {
    expectTypeOf<RequestOf<typeof restrict>['restrictionData']>().toEqualTypeOf<Restriction | undefined>()
    expectTypeOf<RequestOf<typeof setMessageReadFlag>['clientData']>().toEqualTypeOf<Uint8Array | undefined>()
    expectTypeOf<RequestOf<typeof writePerUserInformation>['replGuid']>().toEqualTypeOf<Guid | undefined>()
    expectTypeOf<SuccessOf<typeof findRow>['rowData']>().toEqualTypeOf<readonly Cell[] | undefined>()
    expectTypeOf<SuccessOf<typeof createMessage>['messageId']>().toEqualTypeOf<bigint | undefined>()
    expectTypeOf<RequestOf<typeof modifyRecipients>['recipientRows'][number]['recipientRow']>().toEqualTypeOf<
      RecipientRow | undefined
    >()
  })

  it('tell the bodies of responses apart', () => {
    expectTypeOf<SuccessOf<typeof logon>>().toEqualTypeOf<PrivateLogon | PublicLogon>()
    expectTypeOf<FailureOf<typeof logon>>().toEqualTypeOf<{
      readonly logonFlags: number
      readonly serverName: string
    }>()
    expectTypeOf<SuccessOf<typeof moveFolder>>().toEqualTypeOf<{ readonly partialCompletion: boolean }>()
    expectTypeOf<FailureOf<typeof moveFolder>>().toEqualTypeOf<{
      readonly destHandleIndex: number
      readonly partialCompletion: boolean
    }>()
    expectTypeOf<SuccessOf<typeof setReceiveFolder>>().toEqualTypeOf<undefined>()
  })
})

describe('a definition', () => {
  const context = { request: undefined as never }

  it('says which ReturnValues a body follows', () => {
    expect(openFolder.body(0, context)).toBeDefined()
    expect(openFolder.body(0x80004005, context)).toBeUndefined()
    expect(setReceiveFolder.body(0, context)).toBeUndefined()
    expect(moveFolder.body(0x80004005, context)).toBe(moveFolder.body(0, context))
    expect(moveFolder.body(0x503, context)).not.toBe(moveFolder.body(0, context))
  })

  it('says whether there is a response at all', () => {
    expect(release.hasResponse).toBe(false)
    expect(openFolder.hasResponse).toBe(true)
  })

  it('names structure and field in its errors', () => {
    expect(() => encodeFolder()).toThrow('the items of servers are missing')
  })

  function encodeFolder(): void {
    const value = { hasRules: true, isGhosted: true, cheapServerCount: 1 }
    encodeWith(openFolder.body(0, context)!, value)
  }
})
