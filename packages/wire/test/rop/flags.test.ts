import { describe, expect, it } from 'vitest'
import {
  AsynchronousFlags,
  AttachmentTableFlags,
  BookmarkOrigin,
  CODE_PAGE_OF_LOGON,
  ContentsTableFlags,
  DeleteFolderFlags,
  FindRowFlags,
  FolderType,
  GetSearchFlags,
  HierarchyTableFlags,
  LogonFlags,
  MessageStatusFlags,
  OpenAttachmentFlags,
  OpenEmbeddedMessageFlags,
  OpenFlags,
  OpenFolderFlags,
  OpenMessageFlags,
  PrivateFolder,
  PublicFolder,
  QueryRowsFlags,
  ReadFlags,
  ResponseFlags,
  SaveFlags,
  SetSearchFlags,
  StoreState,
  TableStatus,
} from '../../src/rop/index.ts'

describe('flags and enumerations of [MS-OXCSTOR]', () => {
  it('MS-OXCSTOR_R54 MS-OXCSTOR_R58 MS-OXCSTOR_R61 MS-OXCSTOR_R2001001 LogonFlags', () => {
    expect(LogonFlags).toEqual({ Private: 0x01, Undercover: 0x02, Ghosted: 0x04, SpoolerProcess: 0x08 })
  })

  it('MS-OXCSTOR_R71 MS-OXCSTOR_R7201 MS-OXCSTOR_R78 MS-OXCSTOR_R83 OpenFlags, low bits', () => {
    expect(OpenFlags.USE_ADMIN_PRIVILEGE).toBe(0x00000001)
    expect(OpenFlags.PUBLIC).toBe(0x00000002)
    expect(OpenFlags.HOME_LOGON).toBe(0x00000004)
    expect(OpenFlags.TAKE_OWNERSHIP).toBe(0x00000008)
  })

  it('MS-OXCSTOR_R89 MS-OXCSTOR_R91 MS-OXCSTOR_R95 MS-OXCSTOR_R99 MS-OXCSTOR_R1058 OpenFlags, high bits', () => {
    expect(OpenFlags.ALTERNATE_SERVER).toBe(0x00000100)
    expect(OpenFlags.IGNORE_HOME_MDB).toBe(0x00000200)
    expect(OpenFlags.NO_MAIL).toBe(0x00000400)
    expect(OpenFlags.USE_PER_MDB_REPLID_MAPPING).toBe(0x01000000)
    expect(OpenFlags.SUPPORT_PROGRESS).toBe(0x20000000)
  })

  it('MS-OXCSTOR_R122 MS-OXCSTOR_R124 MS-OXCSTOR_R126 MS-OXCSTOR_R128 MS-OXCROPS_R71 ResponseFlags', () => {
    expect(ResponseFlags).toEqual({ Reserved: 0x01, OwnerRight: 0x02, SendAsRight: 0x04, OOF: 0x10 })
  })

  it('MS-OXCROPS_R241 StoreState', () => {
    expect(StoreState).toEqual({ STORE_HAS_SEARCHES: 0x01000000 })
  })

  it('the thirteen special folders in order ([MS-OXCSTOR] 2.2.1.1.3)', () => {
    expect(Object.values(PrivateFolder)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    expect(PrivateFolder.inbox).toBe(4)
    expect(Object.values(PublicFolder)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  })
})

describe('flags and enumerations of [MS-OXCFOLD]', () => {
  it('MS-OXCFOLD_R758 OpenModeFlags', () => {
    expect(OpenFolderFlags).toEqual({ OpenSoftDeleted: 0x04 })
  })

  it('FolderType and DeleteFolderFlags ([MS-OXCFOLD] 2.2.1.2.1, 2.2.1.3.1)', () => {
    expect(FolderType).toEqual({ generic: 1, search: 2 })
    expect(DeleteFolderFlags).toEqual({ DEL_MESSAGES: 0x01, DEL_FOLDERS: 0x04, DELETE_HARD_DELETE: 0x10 })
  })

  it('MS-OXCFOLD_R372 SearchFlags of RopSetSearchCriteria', () => {
    expect(Object.values(SetSearchFlags)).toEqual([
      0x00000001, 0x00000002, 0x00000004, 0x00000008, 0x00000010, 0x00000020, 0x00010000, 0x00020000,
      0x00040000,
    ])
  })

  it('MS-OXCFOLD_R142 SearchFlags of RopGetSearchCriteria', () => {
    expect(Object.values(GetSearchFlags)).toEqual([
      0x00000001, 0x00000002, 0x00000004, 0x00000008, 0x00001000, 0x00002000, 0x00010000, 0x00020000,
      0x01000000, 0x02000000, 0x04000000, 0x08000000,
    ])
  })

  it('MS-OXCFOLD_R739 TableFlags of RopGetHierarchyTable', () => {
    expect(Object.values(HierarchyTableFlags)).toEqual([0x04, 0x08, 0x10, 0x20, 0x40, 0x80])
  })

  it('MS-OXCFOLD_R1008 MS-OXCFOLD_R1009 MS-OXCFOLD_R1012 MS-OXCFOLD_R1016 MS-OXCFOLD_R1019 MS-OXCFOLD_R1022 TableFlags of RopGetContentsTable', () => {
    expect(ContentsTableFlags).toEqual({
      Associated: 0x02,
      DeferredErrors: 0x08,
      NoNotifications: 0x10,
      SoftDeletes: 0x20,
      UseUnicode: 0x40,
      ConversationMembers: 0x80,
    })
  })
})

describe('flags and enumerations of [MS-OXCTABL]', () => {
  it('MS-OXCROPS_R1072 MS-OXCROPS_R1113 MS-OXCROPS_R1150 MS-OXCROPS_R1219 MS-OXCROPS_R1248 TableStatus', () => {
    expect(TableStatus).toEqual({
      TBLSTAT_COMPLETE: 0x00,
      TBLSTAT_SORTING: 0x09,
      TBLSTAT_SORT_ERROR: 0x0a,
      TBLSTAT_SETTING_COLS: 0x0b,
      TBLSTAT_SETCOL_ERROR: 0x0d,
      TBLSTAT_RESTRICTING: 0x0e,
      TBLSTAT_RESTRICT_ERROR: 0x0f,
    })
  })

  it('MS-OXCROPS_R1185 bookmarks', () => {
    expect(BookmarkOrigin).toEqual({
      BOOKMARK_BEGINNING: 0x00,
      BOOKMARK_CURRENT: 0x01,
      BOOKMARK_END: 0x02,
      BOOKMARK_CUSTOM: 0x03,
    })
  })

  it('QueryRowsFlags, FindRowFlags and asynchronous flags ([MS-OXCTABL] 2.2.2.5.1, 2.2.2.14.1, 2.2.2.1.4)', () => {
    expect(QueryRowsFlags).toEqual({ Advance: 0x00, NoAdvance: 0x01, EnablePackedBuffers: 0x02 })
    expect(FindRowFlags).toEqual({ forwards: 0x00, backwards: 0x01 })
    expect(AsynchronousFlags).toEqual({ TBL_ASYNC: 0x01 })
  })
})

describe('flags and enumerations of [MS-OXCMSG]', () => {
  it('MS-OXCMSG_R656 MS-OXCMSG_R692 the code page of the logon', () => {
    expect(CODE_PAGE_OF_LOGON).toBe(0x0fff)
  })

  it('modes of opening ([MS-OXCMSG] 2.2.3.1.1, 2.2.3.12.1, 2.2.3.16.1)', () => {
    expect(OpenMessageFlags).toEqual({
      ReadOnly: 0x00,
      ReadWrite: 0x01,
      BestAccess: 0x03,
      OpenSoftDeleted: 0x04,
    })
    expect(OpenAttachmentFlags).toEqual({ ReadOnly: 0x00, ReadWrite: 0x01, BestAccess: 0x03 })
    expect(OpenEmbeddedMessageFlags).toEqual({ ReadOnly: 0x00, ReadWrite: 0x01, Create: 0x02 })
    expect(AttachmentTableFlags).toEqual({ Standard: 0x00, Unicode: 0x40 })
  })

  it('MS-OXCMSG_R3023 SaveFlags', () => {
    expect(SaveFlags).toEqual({ KeepOpenReadOnly: 0x01, KeepOpenReadWrite: 0x02, ForceSave: 0x04 })
  })

  it('MessageStatusFlags ([MS-OXCMSG] 2.2.3.8.1)', () => {
    expect(MessageStatusFlags).toEqual({
      msInConflict: 0x00000800,
      msRemoteDownload: 0x00001000,
      msRemoteDelete: 0x00002000,
    })
  })

  it('ReadFlags ([MS-OXCMSG] 2.2.3.10.1)', () => {
    expect(ReadFlags).toEqual({
      rfDefault: 0x00,
      rfSuppressReceipt: 0x01,
      rfClearReadFlag: 0x04,
      rfReserved: 0x0a,
      rfGenerateReceiptOnly: 0x10,
      rfClearNotifyRead: 0x20,
      rfClearNotifyUnread: 0x40,
    })
  })
})
