import {
  exists,
  PidTagAddressType,
  PidTagDisplayName,
  PidTagEmailAddress,
  PidTagSubject,
  PropertyBag,
  type PropertyTag,
  PS_PUBLIC_STRINGS,
  PtypBinary,
  propertyTag,
  recipientToRow,
} from '@bourse/mapi'
import { ByteReader } from '@bourse/mapi/bytes'
import {
  CODE_PAGE_OF_LOGON,
  copyFolder,
  copyProperties,
  copyTo,
  copyToStream,
  createAttachment,
  createFolder,
  deleteProperties,
  deletePropertiesNoReplicate,
  getAddressTypes,
  getNamesFromPropertyIds,
  getPropertiesAll,
  getPropertiesList,
  getPropertyIdsFromNames,
  getSearchCriteria,
  getStreamSize,
  getTransportFolder,
  modifyRecipients,
  moveCopyMessages,
  moveFolder,
  NULL_HANDLE,
  OpenEmbeddedMessageFlags,
  OpenStreamMode,
  openEmbeddedMessage,
  openFolder,
  openStream,
  optionsData,
  queryNamedProperties,
  type RopDefinition,
  readRecipients,
  reloadCachedInformation,
  ropByName,
  ropRequest,
  type SuccessOf,
  seekStream,
  setMessageReadFlag,
  setMessageStatus,
  setPropertiesNoReplicate,
  setSearchCriteria,
  transportSend,
} from '@bourse/wire/rop'
import { beforeAll, describe, expect, it } from 'vitest'
import { dnOf, useEngine } from './support/engine.ts'
import { get, inNewFolder, newMessage, reopen, save, set } from './support/messages.ts'
import { type Answered, type OwnFields, RopClient, requestFor, responsesOf } from './support/rop-client.ts'
import { SUCCESS_REQUIREMENTS } from './support/success-requirements.ts'

const NULL_OBJECT = 0x000004b9
const INVALID_OBJECT = 0x80040108
const NULL_DESTINATION = 0x00000503

/** Where in the handle table what is. */
const OUTPUT = 1
const RELEASED = 2
const UNKNOWN = 3
const RESPONSE = 4
const DESTINATION = 5

/**
 * ROPs with the requirements that each test of them shows: that the object is taken from where the request says, and that a response
 * begins with RopId, an index as the request has it, and the status.
 */
const ROPS: readonly (readonly [name: string, ids: string])[] = [
  ['RopGetReceiveFolder', 'MS-OXCROPS_R145 MS-OXCROPS_R161 MS-OXCROPS_R164 MS-OXCROPS_R166'],
  ['RopSetReceiveFolder', 'MS-OXCROPS_R176 MS-OXCROPS_R182 MS-OXCROPS_R185 MS-OXCROPS_R187'],
  ['RopGetReceiveFolderTable', 'MS-OXCROPS_R196 MS-OXCROPS_R216 MS-OXCROPS_R219 MS-OXCROPS_R221'],
  ['RopGetStoreState', 'MS-OXCROPS_R231 MS-OXCROPS_R244 MS-OXCROPS_R247 MS-OXCROPS_R249'],
  ['RopGetOwningServers', 'MS-OXCROPS_R259 MS-OXCROPS_R278 MS-OXCROPS_R281 MS-OXCROPS_R283'],
  ['RopPublicFolderIsGhosted', 'MS-OXCROPS_R293 MS-OXCROPS_R322 MS-OXCROPS_R325 MS-OXCROPS_R327'],
  ['RopLongTermIdFromId', 'MS-OXCROPS_R337 MS-OXCROPS_R352 MS-OXCROPS_R355 MS-OXCROPS_R357'],
  ['RopIdFromLongTermId', 'MS-OXCROPS_R367 MS-OXCROPS_R382 MS-OXCROPS_R385 MS-OXCROPS_R387'],
  ['RopGetPerUserLongTermIds', 'MS-OXCROPS_R397 MS-OXCROPS_R415 MS-OXCROPS_R418 MS-OXCROPS_R420'],
  ['RopGetPerUserGuid', 'MS-OXCROPS_R431 MS-OXCROPS_R446 MS-OXCROPS_R449 MS-OXCROPS_R451'],
  ['RopReadPerUserInformation', 'MS-OXCROPS_R461 MS-OXCROPS_R492 MS-OXCROPS_R495'],
  ['RopWritePerUserInformation', 'MS-OXCROPS_R507 MS-OXCROPS_R525 MS-OXCROPS_R528 MS-OXCROPS_R530'],
  ['RopOpenFolder', 'MS-OXCROPS_R539 MS-OXCROPS_R573 MS-OXCROPS_R576 MS-OXCROPS_R578'],
  ['RopCreateFolder', 'MS-OXCROPS_R589 MS-OXCROPS_R646 MS-OXCROPS_R649 MS-OXCROPS_R651'],
  ['RopDeleteFolder', 'MS-OXCROPS_R661 MS-OXCROPS_R668 MS-OXCROPS_R671 MS-OXCROPS_R673'],
  ['RopSetSearchCriteria', 'MS-OXCROPS_R684 MS-OXCROPS_R699 MS-OXCROPS_R702 MS-OXCROPS_R704'],
  ['RopGetSearchCriteria', 'MS-OXCROPS_R713 MS-OXCROPS_R744 MS-OXCROPS_R747 MS-OXCROPS_R749'],
  ['RopMoveCopyMessages', 'MS-OXCROPS_R759 MS-OXCROPS_R772 MS-OXCROPS_R775 MS-OXCROPS_R777'],
  ['RopMoveFolder', 'MS-OXCROPS_R802 MS-OXCROPS_R816 MS-OXCROPS_R819 MS-OXCROPS_R821'],
  ['RopCopyFolder', 'MS-OXCROPS_R845 MS-OXCROPS_R861 MS-OXCROPS_R864 MS-OXCROPS_R866'],
  ['RopEmptyFolder', 'MS-OXCROPS_R890 MS-OXCROPS_R896 MS-OXCROPS_R899 MS-OXCROPS_R901'],
  ['RopHardDeleteMessagesAndSubfolders', 'MS-OXCROPS_R912 MS-OXCROPS_R918 MS-OXCROPS_R921 MS-OXCROPS_R923'],
  ['RopDeleteMessages', 'MS-OXCROPS_R934 MS-OXCROPS_R945 MS-OXCROPS_R948 MS-OXCROPS_R950'],
  ['RopHardDeleteMessages', 'MS-OXCROPS_R961 MS-OXCROPS_R972 MS-OXCROPS_R975 MS-OXCROPS_R977'],
  ['RopGetHierarchyTable', 'MS-OXCROPS_R988 MS-OXCROPS_R1004 MS-OXCROPS_R1007 MS-OXCROPS_R1009'],
  ['RopGetContentsTable', 'MS-OXCROPS_R1020 MS-OXCROPS_R1037 MS-OXCROPS_R1040 MS-OXCROPS_R1042'],
  ['RopSetColumns', 'MS-OXCROPS_R1053 MS-OXCROPS_R1075 MS-OXCROPS_R1078 MS-OXCROPS_R1080'],
  ['RopSortTable', 'MS-OXCROPS_R1090 MS-OXCROPS_R1116 MS-OXCROPS_R1119 MS-OXCROPS_R1121'],
  ['RopRestrict', 'MS-OXCROPS_R1131 MS-OXCROPS_R1153 MS-OXCROPS_R1156 MS-OXCROPS_R1158'],
  ['RopQueryRows', 'MS-OXCROPS_R1168 MS-OXCROPS_R1194 MS-OXCROPS_R1197 MS-OXCROPS_R1199'],
  ['RopAbort', 'MS-OXCROPS_R1209 MS-OXCROPS_R1222 MS-OXCROPS_R1225 MS-OXCROPS_R1228'],
  ['RopGetStatus', 'MS-OXCROPS_R1238 MS-OXCROPS_R1251 MS-OXCROPS_R1254 MS-OXCROPS_R1256'],
  ['RopQueryPosition', 'MS-OXCROPS_R1266 MS-OXCROPS_R1280 MS-OXCROPS_R1283 MS-OXCROPS_R1285'],
  ['RopSeekRow', 'MS-OXCROPS_R1295 MS-OXCROPS_R1316 MS-OXCROPS_R1319 MS-OXCROPS_R1321'],
  ['RopSeekRowBookmark', 'MS-OXCROPS_R1356 MS-OXCROPS_R1359 MS-OXCROPS_R1361'],
  ['RopSeekRowFractional', 'MS-OXCROPS_R1371 MS-OXCROPS_R1377 MS-OXCROPS_R1380 MS-OXCROPS_R1382'],
  ['RopCreateBookmark', 'MS-OXCROPS_R1406 MS-OXCROPS_R1409 MS-OXCROPS_R1411'],
  ['RopQueryColumnsAll', 'MS-OXCROPS_R1422 MS-OXCROPS_R1438 MS-OXCROPS_R1441 MS-OXCROPS_R1443'],
  ['RopFindRow', 'MS-OXCROPS_R1453 MS-OXCROPS_R1488 MS-OXCROPS_R1491 MS-OXCROPS_R1493'],
  ['RopFreeBookmark', 'MS-OXCROPS_R1510 MS-OXCROPS_R1513 MS-OXCROPS_R1515'],
  ['RopResetTable', 'MS-OXCROPS_R1524 MS-OXCROPS_R1526 MS-OXCROPS_R1529 MS-OXCROPS_R1531'],
  ['RopExpandRow', 'MS-OXCROPS_R1540 MS-OXCROPS_R1562 MS-OXCROPS_R1565 MS-OXCROPS_R1567'],
  ['RopCollapseRow', 'MS-OXCROPS_R1577 MS-OXCROPS_R1591 MS-OXCROPS_R1594 MS-OXCROPS_R1596'],
  ['RopGetCollapseState', 'MS-OXCROPS_R1606 MS-OXCROPS_R1626 MS-OXCROPS_R1629 MS-OXCROPS_R1631'],
  ['RopSetCollapseState', 'MS-OXCROPS_R1641 MS-OXCROPS_R1661 MS-OXCROPS_R1664 MS-OXCROPS_R1666'],
  ['RopOpenMessage', 'MS-OXCROPS_R1678 MS-OXCROPS_R1737 MS-OXCROPS_R1740 MS-OXCROPS_R1743'],
  ['RopCreateMessage', 'MS-OXCROPS_R1753 MS-OXCROPS_R1782 MS-OXCROPS_R1785 MS-OXCROPS_R1788'],
  ['RopSaveChangesMessage', 'MS-OXCROPS_R1801 MS-OXCROPS_R1821 MS-OXCROPS_R1824 MS-OXCROPS_R1827'],
  ['RopRemoveAllRecipients', 'MS-OXCROPS_R1837 MS-OXCROPS_R1843 MS-OXCROPS_R1846 MS-OXCROPS_R1849'],
  ['RopModifyRecipients', 'MS-OXCROPS_R1858 MS-OXCROPS_R1884 MS-OXCROPS_R1887 MS-OXCROPS_R4616'],
  ['RopReadRecipients', 'MS-OXCROPS_R1899 MS-OXCROPS_R1935 MS-OXCROPS_R1938 MS-OXCROPS_R1941'],
  ['RopReloadCachedInformation', 'MS-OXCROPS_R1951 MS-OXCROPS_R1987 MS-OXCROPS_R1990 MS-OXCROPS_R1993'],
  ['RopSetMessageStatus', 'MS-OXCROPS_R2003 MS-OXCROPS_R2026 MS-OXCROPS_R2029 MS-OXCROPS_R2032'],
  ['RopGetMessageStatus', 'MS-OXCROPS_R2042'],
  ['RopSetReadFlags', 'MS-OXCROPS_R2055 MS-OXCROPS_R2068 MS-OXCROPS_R2071 MS-OXCROPS_R2074'],
  ['RopSetMessageReadFlag', 'MS-OXCROPS_R2089 MS-OXCROPS_R2117 MS-OXCROPS_R2120 MS-OXCROPS_R2123'],
  ['RopOpenAttachment', 'MS-OXCROPS_R2133 MS-OXCROPS_R2144 MS-OXCROPS_R2147 MS-OXCROPS_R2150'],
  ['RopCreateAttachment', 'MS-OXCROPS_R2159 MS-OXCROPS_R2177 MS-OXCROPS_R2180 MS-OXCROPS_R2183'],
  ['RopDeleteAttachment', 'MS-OXCROPS_R2193 MS-OXCROPS_R2199 MS-OXCROPS_R2202 MS-OXCROPS_R2205'],
  ['RopSaveChangesAttachment', 'MS-OXCROPS_R2217 MS-OXCROPS_R2223 MS-OXCROPS_R2226 MS-OXCROPS_R2229'],
  ['RopOpenEmbeddedMessage', 'MS-OXCROPS_R2238 MS-OXCROPS_R2284 MS-OXCROPS_R2287 MS-OXCROPS_R2290'],
  ['RopGetAttachmentTable', 'MS-OXCROPS_R2300 MS-OXCROPS_R2309 MS-OXCROPS_R2312 MS-OXCROPS_R2315'],
  ['RopGetValidAttachments', 'MS-OXCROPS_R2340 MS-OXCROPS_R2342 MS-OXCROPS_R2345'],
  ['RopSubmitMessage', 'MS-OXCROPS_R2356 MS-OXCROPS_R2362 MS-OXCROPS_R2365 MS-OXCROPS_R2368'],
  ['RopAbortSubmit', 'MS-OXCROPS_R2377 MS-OXCROPS_R2384 MS-OXCROPS_R2387 MS-OXCROPS_R2390'],
  ['RopGetAddressTypes', 'MS-OXCROPS_R2399 MS-OXCROPS_R2418 MS-OXCROPS_R2421 MS-OXCROPS_R2424'],
  ['RopSetSpooler', 'MS-OXCROPS_R2434 MS-OXCROPS_R2437 MS-OXCROPS_R2440 MS-OXCROPS_R2443'],
  ['RopSpoolerLockMessage', 'MS-OXCROPS_R2452 MS-OXCROPS_R2459 MS-OXCROPS_R2462 MS-OXCROPS_R2465'],
  ['RopTransportSend', 'MS-OXCROPS_R2474 MS-OXCROPS_R4633 MS-OXCROPS_R4636 MS-OXCROPS_R4638'],
  ['RopTransportNewMail', 'MS-OXCROPS_R2500 MS-OXCROPS_R2512 MS-OXCROPS_R2515 MS-OXCROPS_R2518'],
  ['RopGetTransportFolder', 'MS-OXCROPS_R2527 MS-OXCROPS_R2540 MS-OXCROPS_R2543 MS-OXCROPS_R2546'],
  ['RopOptionsData', 'MS-OXCROPS_R2556 MS-OXCROPS_R4641 MS-OXCROPS_R4644 MS-OXCROPS_R4646'],
  ['RopGetPropertyIdsFromNames', 'MS-OXCROPS_R2598 MS-OXCROPS_R2625 MS-OXCROPS_R2628 MS-OXCROPS_R2631'],
  ['RopGetNamesFromPropertyIds', 'MS-OXCROPS_R2641 MS-OXCROPS_R2665 MS-OXCROPS_R2668 MS-OXCROPS_R2671'],
  ['RopGetPropertiesSpecific', 'MS-OXCROPS_R2681 MS-OXCROPS_R2706 MS-OXCROPS_R2709 MS-OXCROPS_R2712'],
  ['RopGetPropertiesAll', 'MS-OXCROPS_R2722 MS-OXCROPS_R2744 MS-OXCROPS_R2747 MS-OXCROPS_R2750'],
  ['RopGetPropertiesList', 'MS-OXCROPS_R2760 MS-OXCROPS_R2778 MS-OXCROPS_R2781 MS-OXCROPS_R2784'],
  ['RopSetProperties', 'MS-OXCROPS_R2794 MS-OXCROPS_R2820 MS-OXCROPS_R2823 MS-OXCROPS_R2826'],
  ['RopSetPropertiesNoReplicate', 'MS-OXCROPS_R2836 MS-OXCROPS_R2862 MS-OXCROPS_R2865 MS-OXCROPS_R2868'],
  ['RopDeleteProperties', 'MS-OXCROPS_R2878 MS-OXCROPS_R2901 MS-OXCROPS_R2904 MS-OXCROPS_R2907'],
  ['RopDeletePropertiesNoReplicate', 'MS-OXCROPS_R2917 MS-OXCROPS_R2945 MS-OXCROPS_R2948 MS-OXCROPS_R2951'],
  ['RopQueryNamedProperties', 'MS-OXCROPS_R2961 MS-OXCROPS_R2992 MS-OXCROPS_R2995 MS-OXCROPS_R2998'],
  ['RopCopyProperties', 'MS-OXCROPS_R3008 MS-OXCROPS_R3051 MS-OXCROPS_R3054 MS-OXCROPS_R3057'],
  ['RopCopyTo', 'MS-OXCROPS_R3067 MS-OXCROPS_R3112 MS-OXCROPS_R3115 MS-OXCROPS_R3118'],
  ['RopProgress', 'MS-OXCROPS_R3128 MS-OXCROPS_R3148 MS-OXCROPS_R3151 MS-OXCROPS_R3154'],
  ['RopOpenStream', 'MS-OXCROPS_R3164 MS-OXCROPS_R3187 MS-OXCROPS_R3190 MS-OXCROPS_R3193'],
  ['RopReadStream', 'MS-OXCROPS_R3203 MS-OXCROPS_R3217 MS-OXCROPS_R3220 MS-OXCROPS_R3223'],
  ['RopWriteStream', 'MS-OXCROPS_R3240 MS-OXCROPS_R3248 MS-OXCROPS_R3251 MS-OXCROPS_R3254'],
  ['RopCommitStream', 'MS-OXCROPS_R3265 MS-OXCROPS_R3268 MS-OXCROPS_R3271 MS-OXCROPS_R3274'],
  ['RopGetStreamSize', 'MS-OXCROPS_R3283 MS-OXCROPS_R3297 MS-OXCROPS_R3300 MS-OXCROPS_R3303'],
  ['RopSetStreamSize', 'MS-OXCROPS_R3313 MS-OXCROPS_R3322 MS-OXCROPS_R3325 MS-OXCROPS_R3328'],
  ['RopSeekStream', 'MS-OXCROPS_R3337 MS-OXCROPS_R3356 MS-OXCROPS_R3359 MS-OXCROPS_R3362'],
  ['RopCopyToStream', 'MS-OXCROPS_R3372 MS-OXCROPS_R3380 MS-OXCROPS_R3383 MS-OXCROPS_R3386'],
  ['RopLockRegionStream', 'MS-OXCROPS_R3424 MS-OXCROPS_R3434 MS-OXCROPS_R3437 MS-OXCROPS_R3440'],
  ['RopUnlockRegionStream', 'MS-OXCROPS_R3449 MS-OXCROPS_R3459 MS-OXCROPS_R3462 MS-OXCROPS_R3465'],
  ['RopWriteAndCommitStream', 'MS-OXCROPS_R3474'],
  ['RopCloneStream', 'MS-OXCROPS_R3490 MS-OXCROPS_R3496 MS-OXCROPS_R3499 MS-OXCROPS_R3502'],
  ['RopModifyPermissions', 'MS-OXCROPS_R3511 MS-OXCROPS_R3531 MS-OXCROPS_R3534 MS-OXCROPS_R3537'],
  ['RopGetPermissionsTable', 'MS-OXCROPS_R3546 MS-OXCROPS_R3555 MS-OXCROPS_R3558 MS-OXCROPS_R3561'],
  ['RopModifyRules', 'MS-OXCROPS_R3570 MS-OXCROPS_R3589 MS-OXCROPS_R3595'],
  ['RopGetRulesTable', 'MS-OXCROPS_R3604 MS-OXCROPS_R3613 MS-OXCROPS_R3619'],
  ['RopUpdateDeferredActionMessages', 'MS-OXCROPS_R3628 MS-OXCROPS_R3641 MS-OXCROPS_R3647'],
  [
    'RopFastTransferDestinationConfigure',
    'MS-OXCROPS_R3656 MS-OXCROPS_R3668 MS-OXCROPS_R3671 MS-OXCROPS_R3674',
  ],
  [
    'RopFastTransferDestinationPutBuffer',
    'MS-OXCROPS_R3683 MS-OXCROPS_R3691 MS-OXCROPS_R3694 MS-OXCROPS_R3697',
  ],
  ['RopFastTransferSourceGetBuffer', 'MS-OXCROPS_R3717 MS-OXCROPS_R3725 MS-OXCROPS_R3728 MS-OXCROPS_R3731'],
  ['RopFastTransferSourceCopyFolder', 'MS-OXCROPS_R3758 MS-OXCROPS_R3770 MS-OXCROPS_R3773 MS-OXCROPS_R3776'],
  [
    'RopFastTransferSourceCopyMessages',
    'MS-OXCROPS_R3785 MS-OXCROPS_R3802 MS-OXCROPS_R3805 MS-OXCROPS_R3808',
  ],
  ['RopFastTransferSourceCopyTo', 'MS-OXCROPS_R3817 MS-OXCROPS_R3837 MS-OXCROPS_R3840 MS-OXCROPS_R3843'],
  [
    'RopFastTransferSourceCopyProperties',
    'MS-OXCROPS_R3852 MS-OXCROPS_R3872 MS-OXCROPS_R3875 MS-OXCROPS_R3878',
  ],
  ['RopTellVersion', 'MS-OXCROPS_R3887 MS-OXCROPS_R3893 MS-OXCROPS_R3896 MS-OXCROPS_R3899'],
  ['RopSynchronizationConfigure', 'MS-OXCROPS_R3908 MS-OXCROPS_R3938 MS-OXCROPS_R3941 MS-OXCROPS_R3944'],
  [
    'RopSynchronizationImportMessageChange',
    'MS-OXCROPS_R3953 MS-OXCROPS_R3981 MS-OXCROPS_R3984 MS-OXCROPS_R3987',
  ],
  [
    'RopSynchronizationImportReadStateChanges',
    'MS-OXCROPS_R3997 MS-OXCROPS_R4014 MS-OXCROPS_R4017 MS-OXCROPS_R4020',
  ],
  [
    'RopSynchronizationImportHierarchyChange',
    'MS-OXCROPS_R4029 MS-OXCROPS_R4055 MS-OXCROPS_R4058 MS-OXCROPS_R4061',
  ],
  ['RopSynchronizationImportDeletes', 'MS-OXCROPS_R4071 MS-OXCROPS_R4084 MS-OXCROPS_R4087 MS-OXCROPS_R4090'],
  [
    'RopSynchronizationImportMessageMove',
    'MS-OXCROPS_R4099 MS-OXCROPS_R4137 MS-OXCROPS_R4140 MS-OXCROPS_R4143',
  ],
  ['RopSynchronizationOpenCollector', 'MS-OXCROPS_R4153 MS-OXCROPS_R4161 MS-OXCROPS_R4164 MS-OXCROPS_R4167'],
  [
    'RopSynchronizationGetTransferState',
    'MS-OXCROPS_R4176 MS-OXCROPS_R4182 MS-OXCROPS_R4185 MS-OXCROPS_R4188',
  ],
  [
    'RopSynchronizationUploadStateStreamBegin',
    'MS-OXCROPS_R4197 MS-OXCROPS_R4204 MS-OXCROPS_R4207 MS-OXCROPS_R4210',
  ],
  [
    'RopSynchronizationUploadStateStreamContinue',
    'MS-OXCROPS_R4219 MS-OXCROPS_R4227 MS-OXCROPS_R4230 MS-OXCROPS_R4233',
  ],
  [
    'RopSynchronizationUploadStateStreamEnd',
    'MS-OXCROPS_R4242 MS-OXCROPS_R4245 MS-OXCROPS_R4248 MS-OXCROPS_R4251',
  ],
  ['RopSetLocalReplicaMidsetDeleted', 'MS-OXCROPS_R4260 MS-OXCROPS_R4277 MS-OXCROPS_R4280 MS-OXCROPS_R4283'],
  ['RopGetLocalReplicaIds', 'MS-OXCROPS_R4292 MS-OXCROPS_R4312 MS-OXCROPS_R4315 MS-OXCROPS_R4318'],
  ['RopRegisterNotification', 'MS-OXCROPS_R4328 MS-OXCROPS_R4347 MS-OXCROPS_R4350 MS-OXCROPS_R4353'],
  ['RopWriteStreamExtended', 'MS-OXCROPS_R3256010'],
]

/** ROPs with a destination, and what is shown for one that is not there. */
const COPIES: readonly (readonly [rop: RopDefinition, ids: string])[] = [
  [moveCopyMessages, 'MS-OXCROPS_R782 MS-OXCROPS_R788'],
  [moveFolder, 'MS-OXCROPS_R826 MS-OXCROPS_R831'],
  [copyFolder, 'MS-OXCROPS_R871 MS-OXCROPS_R876'],
  [copyProperties, 'MS-OXCROPS_R3039 MS-OXCROPS_R3042 MS-OXCROPS_R3045 MS-OXCROPS_R3048'],
  [copyTo, 'MS-OXCROPS_R3100 MS-OXCROPS_R3103 MS-OXCROPS_R3106 MS-OXCROPS_R3109'],
  [copyToStream, 'MS-OXCROPS_R3393 MS-OXCROPS_R3396 MS-OXCROPS_R3399 MS-OXCROPS_R3402'],
]

/** ROPs that do not tell a handle that was released from one that was never given out ([MS-OXCTABL] 3.2.5). */
const WITHOUT_RELEASED: readonly string[] = ['RopSeekRowBookmark', 'RopCreateBookmark', 'RopFreeBookmark']

/** The fields of requests in which zeros mean nothing. */
const FIELDS: Readonly<Record<string, object>> = {
  RopSetProperties: { propertyValues: [] },
  RopSetPropertiesNoReplicate: { propertyValues: [] },
  RopSetLocalReplicaMidsetDeleted: { longTermIdRanges: [] },
}

type Indexes = Readonly<Record<string, number>>

/** A request with zeros in all fields that are not indexes. */
function emptyRequest(rop: RopDefinition, indexes: Indexes) {
  const { shape } = rop.request
  const names = shape.kind === 'struct' ? Object.keys(shape.fields) : []
  const fields = FIELDS[rop.name] ?? (rop.request.decode(new ByteReader(new Uint8Array(200))) as object)
  const own = Object.entries(indexes).filter(([name]) => names.includes(name))
  return { names, request: ropRequest(rop, { ...fields, ...Object.fromEntries(own) }) }
}

/** The beginning of a response as it is sent, behind the size of the payload. */
async function headOf(
  client: RopClient,
  request: ReturnType<typeof ropRequest>,
  handles: readonly number[],
): Promise<{ ropId: number; index: number; returnValue: number; rest: Uint8Array }> {
  const { errorCode, payloads } = await client.execute([request], handles)
  expect(errorCode).toBe(0)
  const view = new DataView(payloads[0]!.buffer, payloads[0]!.byteOffset, payloads[0]!.byteLength)
  return {
    ropId: view.getUint8(2),
    index: view.getUint8(3),
    returnValue: view.getUint32(4, true),
    rest: payloads[0]!.subarray(8, view.getUint16(0, true)),
  }
}

describe('responses', () => {
  const fixture = useEngine()
  let client: RopClient
  let store: number
  let released: number

  beforeAll(async () => {
    ;({ client, store } = await fixture.logOn())
    const { handle } = await client.ok(openFolder, store, {
      folderId: (await fixture.engine.store()).logon.folders.inbox!,
      openModeFlags: 0,
    })
    released = handle
    await client.release(handle)
  })

  it.each(ROPS)('%s: %s', async (name) => {
    const rop = ropByName(name)!
    for (const [at, code] of [
      [RELEASED, INVALID_OBJECT],
      [UNKNOWN, NULL_OBJECT],
    ] as const) {
      const { names, request } = emptyRequest(rop, {
        logonId: 0,
        inputHandleIndex: at,
        sourceHandleIndex: at,
        outputHandleIndex: OUTPUT,
        responseHandleIndex: RESPONSE,
        destHandleIndex: DESTINATION,
      })
      const handles = [store, NULL_HANDLE, released, 0x7ffffff0, store, store]
      const { ropId, index, returnValue } = await headOf(client, request, handles)
      // The response of RopGetMessageStatus is that of RopSetMessageStatus ([MS-OXCROPS] 2.2.6.9.2).
      expect(ropId).toBe(name === 'RopGetMessageStatus' ? setMessageStatus.id : rop.id)
      expect(returnValue).toBe(WITHOUT_RELEASED.includes(name) ? NULL_OBJECT : code)
      expect(index).toBe(
        names.includes('responseHandleIndex') ? RESPONSE : names.includes('outputHandleIndex') ? OUTPUT : at,
      )
    }
  })

  it.each(COPIES)('%o: %s', async (rop) => {
    const session = await inNewFolder(fixture)
    const { handle: stream } = await session.client.ok(openStream, session.folder, {
      propertyTag: propertyTag(0x6001, PtypBinary),
      openModeFlags: OpenStreamMode.Create,
    })
    const source = (rop as unknown) === copyToStream ? stream : session.folder
    const { request } = emptyRequest(rop, {
      logonId: 0,
      sourceHandleIndex: 1,
      destHandleIndex: DESTINATION,
    })
    const handles = [session.store, source, NULL_HANDLE, NULL_HANDLE, NULL_HANDLE, NULL_HANDLE]
    const { ropId, index, returnValue, rest } = await headOf(session.client, request, handles)
    expect([ropId, index, returnValue]).toEqual([rop.id, 1, NULL_DESTINATION])
    expect([...rest.subarray(0, 4)]).toEqual([DESTINATION, 0, 0, 0])
  })

  describe('a success', () => {
    /** A client that puts its objects elsewhere in the handle table and looks at how each response begins. */
    class Elsewhere extends RopClient {
      readonly seen = new Set<string>()

      override async call<D extends RopDefinition>(
        rop: D,
        input: number,
        fields: OwnFields<D>,
        destination: number = NULL_HANDLE,
      ): Promise<Answered<D>> {
        const request = ropRequest(rop, requestFor(rop, this.logonId, fields, [2, 1]))
        const { outputs, payloads, handles } = await this.execute(
          [request],
          [NULL_HANDLE, destination, input, NULL_HANDLE],
        )
        const { returnValue, handleIndex, body } = responsesOf(outputs)[0]!
        const names = Object.keys(request.fields as object)
        const at = names.includes('outputHandleIndex') ? 1 : 2
        expect([payloads[0]![2], payloads[0]![3]]).toEqual([rop.responseId, at])
        expect([...payloads[0]!.subarray(4, 8)]).toEqual([0, 0, 0, 0])
        this.seen.add(rop.name)
        return { returnValue, handleIndex, body: body as SuccessOf<D>, handle: handles[1] ?? NULL_HANDLE }
      }
    }

    const NAMES = [
      'RopLogon',
      'RopOpenMessage',
      'RopCreateMessage',
      'RopSaveChangesMessage',
      'RopReadRecipients',
      'RopReloadCachedInformation',
      'RopSetMessageStatus',
      'RopSetMessageReadFlag',
      'RopCreateAttachment',
      'RopOpenEmbeddedMessage',
      'RopGetAddressTypes',
      'RopTransportSend',
      'RopGetTransportFolder',
      'RopOptionsData',
      'RopGetPropertyIdsFromNames',
      'RopGetNamesFromPropertyIds',
      'RopGetPropertiesSpecific',
      'RopGetPropertiesAll',
      'RopGetPropertiesList',
      'RopSetProperties',
      'RopSetPropertiesNoReplicate',
      'RopDeleteProperties',
      'RopDeletePropertiesNoReplicate',
      'RopQueryNamedProperties',
      'RopCopyProperties',
      'RopCopyTo',
      'RopOpenStream',
      'RopGetStreamSize',
      'RopSeekStream',
      'RopGetSearchCriteria',
    ]

    it(`MS-OXCROPS_R31 MS-OXCROPS_R541 MS-OXCROPS_R591 MS-OXCROPS_R1756 MS-OXCROPS_R2162 MS-OXCROPS_R3167 MS-OXCROPS_R3011 MS-OXCROPS_R3070 begins the same way: ${NAMES.map((name) => SUCCESS_REQUIREMENTS[name]).join(' ')}`, async () => {
      const there = new Elsewhere(fixture.connect().session)
      const { handle: root } = await there.logOn(dnOf('owner'))
      await using owner = await fixture.engine.store()
      const folderId = owner.logon.folders.inbox!
      const { handle: inbox } = await there.call(openFolder, root, { folderId, openModeFlags: 0 })
      const session = { client: there, store: root, folder: inbox, folderId }
      const { message, messageId } = await newMessage(session)
      const { message: other } = await newMessage(session)
      await reopen(session, messageId, 0)
      await there.ok(modifyRecipients, message, {
        recipientColumns: [],
        recipientRows: [
          {
            rowId: 0,
            recipientType: 1,
            recipientRow: recipientToRow(
              {
                rowId: 0,
                type: 1,
                properties: new PropertyBag([
                  [PidTagDisplayName, 'a'],
                  [PidTagEmailAddress, 'a@example.com'],
                  [PidTagAddressType, 'SMTP'],
                ]),
              },
              [],
            ),
          },
        ] as never,
      })
      there.useColumns(message, [])
      await there.ok(readRecipients, message, { rowId: 0 } as never)
      await there.ok(reloadCachedInformation, message, {} as never)
      await there.ok(setMessageStatus, inbox, { messageId, messageStatusFlags: 0, messageStatusMask: 0 })
      await there.ok(setMessageReadFlag, message, { readFlags: 4 } as never)
      const { handle: attachment } = await there.ok(createAttachment, message, {})
      const embedded = { codePageId: CODE_PAGE_OF_LOGON, openModeFlags: OpenEmbeddedMessageFlags.Create }
      await there.ok(openEmbeddedMessage, attachment, embedded)
      await there.ok(getAddressTypes, root, {})
      await there.ok(getTransportFolder, root, {})
      await there.ok(optionsData, root, { addressType: 'SMTP', wantWin32: false } as never)
      const propertyNames = [{ kind: 'name', set: PS_PUBLIC_STRINGS, name: 'head' }] as const
      const { propertyIds } = await there.ok(getPropertyIdsFromNames, root, { flags: 2, propertyNames })
      await there.ok(getNamesFromPropertyIds, root, { propertyIds })
      await set(there, message, [PidTagSubject, 'subject'])
      await get(there, message, PidTagSubject)
      const limits = { propertySizeLimit: 0, wantUnicode: true }
      await there.ok(getPropertiesAll, message, limits)
      await there.ok(getPropertiesList, message, {})
      const propertyTags = [PidTagSubject as PropertyTag]
      await there.ok(setPropertiesNoReplicate, message, { propertyValues: [] })
      await there.ok(copyProperties, message, { wantAsynchronous: false, copyFlags: 0, propertyTags }, other)
      const all = { wantAsynchronous: false, wantSubObjects: false, copyFlags: 0, excludedTags: [] }
      await there.ok(copyTo, message, all, other)
      await there.ok(deleteProperties, other, { propertyTags })
      await there.ok(deletePropertiesNoReplicate, other, { propertyTags })
      await there.ok(queryNamedProperties, message, { queryFlags: 0, hasGuid: false } as never)
      const { handle: stream } = await there.ok(openStream, message, {
        propertyTag: propertyTag(0x6001, PtypBinary),
        openModeFlags: OpenStreamMode.Create,
      })
      await there.ok(getStreamSize, stream, {})
      await there.ok(seekStream, stream, { origin: 0, offset: 0n })
      await save(there, message)
      await there.ok(transportSend, message, {})
      const { handle: search } = await there.ok(createFolder, inbox, {
        folderType: 2,
        useUnicodeStrings: true,
        openExisting: true,
        displayName: 'Search',
        comment: '',
      } as never)
      await there.ok(setSearchCriteria, search, {
        restrictionData: exists(PidTagSubject),
        folderIds: [folderId],
        searchFlags: 0x22,
      } as never)
      const parts = { useUnicode: true, includeRestriction: true, includeFolders: true }
      await there.ok(getSearchCriteria, search, parts)
      expect(NAMES.filter((name) => !there.seen.has(name))).toEqual([])
    })
  })
})
