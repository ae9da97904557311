/** Flags and enumerations of property, stream, transport, permission, rule, synchronization and notification ROPs. */
import { describe, expect, it } from 'vitest'
import {
  CopyPropertiesFlags,
  FAST_TRANSFER_SERVER_SIZE,
  FastTransferCopyFolderFlags,
  FastTransferCopyMessagesFlags,
  FastTransferCopyPropertiesFlags,
  FastTransferCopyToFlags,
  FastTransferDestinationFlags,
  FastTransferSourceOperation,
  ImportDeleteFlags,
  ImportMessageFlags,
  LockRegionFlags,
  ModifyPermissionsFlags,
  ModifyRulesFlags,
  NotificationTypes,
  OpenStreamMode,
  PermissionDataFlags,
  PermissionsTableFlags,
  PropertyIdsFromNamesFlags,
  QueryNamedPropertiesFlags,
  READ_STREAM_MAXIMUM,
  RuleDataFlags,
  RulesTableFlags,
  SeekStreamOrigin,
  SendOptions,
  SpoolerLockState,
  SubmitFlags,
  SynchronizationExtraFlags,
  SynchronizationFlags,
  SynchronizationType,
  TransferStatus,
} from '../../src/rop/index.ts'

describe('flags and enumerations of [MS-OXOMSG]', () => {
  it('MS-OXCROPS_R2360 SubmitFlags', () => {
    expect(SubmitFlags).toEqual({ None: 0x00, PreProcess: 0x01, NeedsSpooler: 0x02 })
  })

  it('MS-OXCROPS_R2457 LockState', () => {
    expect(SpoolerLockState).toEqual({ lstLock: 0x00, lstUnlock: 0x01, lstFinished: 0x02 })
  })
})

describe('flags and enumerations of [MS-OXCPRPT]', () => {
  it('MS-OXCROPS_R2602 MS-OXCPRPT_R628 Flags of RopGetPropertyIdsFromNames', () => {
    expect(PropertyIdsFromNamesFlags).toEqual({ Create: 0x02 })
  })

  it('MS-OXCROPS_R2964 MS-OXCPRPT_R131 MS-OXCPRPT_R133 QueryFlags', () => {
    expect(QueryNamedPropertiesFlags).toEqual({ NoStrings: 0x01, NoIds: 0x02 })
  })

  it('MS-OXCROPS_R3016 MS-OXCROPS_R3077 MS-OXCPRPT_R158 MS-OXCPRPT_R160 MS-OXCPRPT_R184 MS-OXCPRPT_R187 CopyFlags', () => {
    expect(CopyPropertiesFlags).toEqual({ Move: 0x01, NoOverwrite: 0x02 })
  })

  it('MS-OXCROPS_R3174 MS-OXCPRPT_R266 MS-OXCPRPT_R268 MS-OXCPRPT_R270 OpenModeFlags', () => {
    expect(OpenStreamMode).toEqual({ ReadOnly: 0x00, ReadWrite: 0x01, Create: 0x02, BestAccess: 0x03 })
  })

  it('MS-OXCROPS_R3340 MS-OXCPRPT_R336 MS-OXCPRPT_R337 MS-OXCPRPT_R338 Origin', () => {
    expect(SeekStreamOrigin).toEqual({ Beginning: 0x00, Current: 0x01, End: 0x02 })
  })

  it('MS-OXCROPS_R3432 LockFlags', () => {
    expect(LockRegionFlags).toEqual({ LockWrite: 0x00000001 })
  })

  it('ByteCount that makes MaximumByteCount count', () => {
    expect(READ_STREAM_MAXIMUM).toBe(0xbabe)
  })
})

describe('flags of [MS-OXCPERM]', () => {
  it('MS-OXCPERM_R18 TableFlags', () => {
    expect(PermissionsTableFlags).toEqual({ IncludeFreeBusy: 0x02 })
  })

  it('MS-OXCROPS_R3514 MS-OXCPERM_R44 MS-OXCPERM_R39 ModifyFlags', () => {
    expect(ModifyPermissionsFlags).toEqual({ ReplaceRows: 0x01, IncludeFreeBusy: 0x02 })
  })

  it('MS-OXCPERM_R1048 MS-OXCPERM_R1050 MS-OXCPERM_R1052 PermissionDataFlags', () => {
    expect(PermissionDataFlags).toEqual({ AddRow: 0x01, ModifyRow: 0x02, RemoveRow: 0x04 })
  })
})

describe('flags of [MS-OXORULE]', () => {
  it('MS-OXCROPS_R3573 ModifyRulesFlags', () => {
    expect(ModifyRulesFlags).toEqual({ Replace: 0x01 })
  })

  it('MS-OXORULE_R728 MS-OXORULE_R729 MS-OXORULE_R730 RuleDataFlags', () => {
    expect(RuleDataFlags).toEqual({ ROW_ADD: 0x01, ROW_MODIFY: 0x02, ROW_REMOVE: 0x04 })
  })

  it('MS-OXCROPS_R3611 TableFlags', () => {
    expect(RulesTableFlags).toEqual({ Unicode: 0x40 })
  })
})

describe('flags and enumerations of [MS-OXCFXICS]', () => {
  it('MS-OXCROPS_R3662 SourceOperation', () => {
    expect(FastTransferSourceOperation).toEqual({
      CopyTo: 0x01,
      CopyProperties: 0x02,
      CopyMessages: 0x03,
      CopyFolder: 0x04,
    })
  })

  it('MS-OXCROPS_R3665 CopyFlags of RopFastTransferDestinationConfigure', () => {
    expect(FastTransferDestinationFlags).toEqual({ Move: 0x01 })
  })

  it('MS-OXCROPS_R3699 MS-OXCROPS_R3708027 MS-OXCROPS_R3733 TransferStatus', () => {
    expect(TransferStatus).toEqual({ Error: 0x0000, Partial: 0x0001, NoRoom: 0x0002, Done: 0x0003 })
  })

  it('MS-OXCROPS_R3764 CopyFlags of RopFastTransferSourceCopyFolder', () => {
    expect(FastTransferCopyFolderFlags).toEqual({ Move: 0x01, CopySubfolders: 0x10 })
  })

  it('CopyFlags of RopFastTransferSourceCopyMessages', () => {
    expect(FastTransferCopyMessagesFlags).toEqual({ Move: 0x01, BestBody: 0x10, SendEntryId: 0x20 })
  })

  it('CopyFlags of RopFastTransferSourceCopyTo', () => {
    expect(FastTransferCopyToFlags).toEqual({ Move: 0x00000001, BestBody: 0x00002000 })
  })

  it('CopyFlags of RopFastTransferSourceCopyProperties', () => {
    expect(FastTransferCopyPropertiesFlags).toEqual({ Move: 0x01 })
  })

  it('MS-OXCROPS_R3767 MS-OXCROPS_R3799 MS-OXCROPS_R3828 MS-OXCROPS_R3863 MS-OXCROPS_R3917 SendOptions', () => {
    expect(SendOptions).toEqual({
      Unicode: 0x01,
      UseCpid: 0x02,
      ForUpload: 0x03,
      RecoverMode: 0x04,
      ForceUnicode: 0x08,
      PartialItem: 0x10,
    })
  })

  it('BufferSize that lets the server choose', () => {
    expect(FAST_TRANSFER_SERVER_SIZE).toBe(0xbabe)
  })

  it('MS-OXCROPS_R3914 SynchronizationType', () => {
    expect(SynchronizationType).toEqual({ Contents: 0x01, Hierarchy: 0x02 })
  })

  it('MS-OXCROPS_R3920 SynchronizationFlags', () => {
    expect(SynchronizationFlags).toEqual({
      Unicode: 0x0001,
      NoDeletions: 0x0002,
      IgnoreNoLongerInScope: 0x0004,
      ReadState: 0x0008,
      FAI: 0x0010,
      Normal: 0x0020,
      OnlySpecifiedProperties: 0x0080,
      NoForeignIdentifiers: 0x0100,
      BestBody: 0x2000,
      IgnoreSpecifiedOnFAI: 0x4000,
      Progress: 0x8000,
    })
  })

  it('MS-OXCROPS_R3929 SynchronizationExtraFlags', () => {
    expect(SynchronizationExtraFlags).toEqual({
      Eid: 0x00000001,
      MessageSize: 0x00000002,
      CN: 0x00000004,
      OrderByDeliveryTime: 0x00000008,
    })
  })

  it('MS-OXCROPS_R3961 ImportFlag', () => {
    expect(ImportMessageFlags).toEqual({ Associated: 0x10, FailOnConflict: 0x40 })
  })

  it('MS-OXCROPS_R407403 ImportDeleteFlags', () => {
    expect(ImportDeleteFlags).toEqual({ Hierarchy: 0x01, HardDelete: 0x02 })
  })
})

describe('flags of [MS-OXCNOTIF]', () => {
  it('MS-OXCROPS_R4334 MS-OXCROPS_R4335 NotificationTypes', () => {
    expect(NotificationTypes).toEqual({
      NewMail: 0x0002,
      ObjectCreated: 0x0004,
      ObjectDeleted: 0x0008,
      ObjectModified: 0x0010,
      ObjectMoved: 0x0020,
      ObjectCopied: 0x0040,
      SearchCompleted: 0x0080,
      TableModified: 0x0100,
      Extended: 0x0400,
    })
  })
})
