/**
 * The error and warning codes that ROPs, address book calls and properties carry, under the names that the
 * specifications give them. Unsigned. What is zero is success; what has 0x0004 in its high 16 bits is a warning.
 *
 * Their other names (ecNotFound, MAPI_E_NOT_FOUND …) are known to `errorCode` and `errorNames`.
 */

// ---------------------------------------------------------------------------------------------------
// Errors ([MS-OXCDATA] 2.4)

/** The operation succeeded. (S_OK, SUCCESS_SUCCESS, ecNone) */
export const Success = 0x00000000
/**
 * The object does not have the interface that was asked for. (E_NOINTERFACE, MAPI_E_INTERFACE_NOT_SUPPORTED,
 * ecInterfaceNotSupported)
 */
export const NoInterface = 0x80004002
/**
 * The operation failed, and there is no more to say about it. (E_FAIL, MAPI_E_CALL_FAILED, ecError,
 * SYNC_E_ERROR)
 */
export const GeneralFailure = 0x80004005
/** The server could not do what was asked of a stream. (STG_E_INVALIDFUNCTION) */
export const StorageInvalidFunction = 0x80030001
/** The caller may not do this with the stream. (STG_E_ACCESSDENIED) */
export const StorageAccessDenied = 0x80030005
/** There is not enough memory for the stream operation. (STG_E_INSUFFICIENTMEMORY) */
export const StorageInsufficientMemory = 0x80030008
/** A pointer passed to a stream operation is not valid. (STG_E_INVALIDPOINTER) */
export const StorageInvalidPointer = 0x80030009
/** A position before the start of the stream, or further on than a stream may reach. (STG_E_SEEKERROR, StreamSeekError) */
export const StreamSeekError = 0x80030019
/** A stream could not be read from disk. (STG_E_READFAULT) */
export const StorageReadFault = 0x8003001e
/** Another holds a lock on that part of the stream. (STG_E_LOCKVIOLATION) */
export const StorageLockViolation = 0x80030021
/** A parameter of a stream operation is not valid. (STG_E_INVALIDPARAMETER) */
export const StorageInvalidParameter = 0x80030057
/**
 * There is not enough room on disk, or the stream would be larger than it may be. (STG_E_MEDIUMFULL,
 * ecStreamSizeError)
 */
export const StreamSizeError = 0x80030070
/** A flag of a stream operation is not valid. (STG_E_INVALIDFLAG) */
export const StorageInvalidFlag = 0x800300ff
/** The stream could not be saved. (STG_E_CANTSAVE) */
export const StorageCannotSave = 0x80030103
/** The server does not support this operation. (MAPI_E_NO_SUPPORT, ecNotSupported, ecNotImplemented) */
export const NotSupported = 0x80040102
/**
 * Unicode was asked for where only 8-bit strings are supported, or the other way round.
 * (MAPI_E_BAD_CHARWIDTH)
 */
export const InvalidCharacterWidth = 0x80040103
/** A string is longer than is allowed here. (MAPI_E_STRING_TOO_LONG, ecStringTooLarge) */
export const StringTooLong = 0x80040105
/** A flag is not known. (MAPI_E_UNKNOWN_FLAGS, ecUnknownFlags, SYNC_E_UNKNOWN_FLAGS) */
export const InvalidFlag = 0x80040106
/** An entry ID is not well formed. (MAPI_E_INVALID_ENTRYID, ecInvalidEntryId) */
export const InvalidEntryID = 0x80040107
/** The object no longer exists or cannot be used. (MAPI_E_INVALID_OBJECT, ecInvalidObject) */
export const InvalidObject = 0x80040108
/**
 * The changes could not be saved because somebody else changed the object meanwhile. (MAPI_E_OBJECT_CHANGED,
 * ecObjectModified)
 */
export const ObjectChanged = 0x80040109
/** {@link ObjectChanged}, as [MS-OXCMSG] calls it. */
export const ObjectModified = ObjectChanged
/** Somebody else deleted the object meanwhile. (MAPI_E_OBJECT_DELETED, ecObjectDeleted) */
export const ObjectDeleted = 0x8004010a
/** Another operation on the table is still going on. (MAPI_E_BUSY, ecBusy) */
export const ServerBusy = 0x8004010b
/** There is not enough room on disk. (MAPI_E_NOT_ENOUGH_DISK, ecDiskFull) */
export const OutOfDisk = 0x8004010d
/** There is not enough of some resource. (MAPI_E_NOT_ENOUGH_RESOURCES, ecInsufficientResrc) */
export const OutOfResources = 0x8004010e
/**
 * The server does not have what was asked for. (MAPI_E_NOT_FOUND, ecNotFound, ecAttachNotFound,
 * ecUnknownRecip, ecPropNotExistent)
 */
export const NotFound = 0x8004010f
/** The versions of client and server do not fit together. (MAPI_E_VERSION, ecVersionMismatch) */
export const VersionMismatch = 0x80040110
/** The client could not log on. (MAPI_E_LOGON_FAILED, ecLoginFailure) */
export const LogonFailed = 0x80040111
/** No more sessions can be opened. (MAPI_E_SESSION_LIMIT) */
export const TooManySessions = 0x80040112
/** The user canceled the operation. (MAPI_E_USER_CANCEL, ecUserAbort) */
export const UserCanceled = 0x80040113
/**
 * The operation could not be aborted, or the message could not be called back. (MAPI_E_UNABLE_TO_ABORT,
 * ecUnableToAbort)
 */
export const AbortFailed = 0x80040114
/** The network or the connection to the server failed. (MAPI_E_NETWORK_ERROR, ecNetwork, ecRpcFailed) */
export const NetworkError = 0x80040115
/** A disk could not be read or written. (MAPI_E_DISK_ERROR) */
export const DiskError = 0x80040116
/** The operation, often a restriction, is too complex for the server. (MAPI_E_TOO_COMPLEX, ecTooComplex) */
export const TooComplex = 0x80040117
/** This kind of table cannot have that column. (MAPI_E_BAD_COLUMN) */
export const InvalidColumn = 0x80040118
/** The server computes the property, so it cannot be set. (MAPI_E_COMPUTED, ecComputed) */
export const ComputedValue = 0x8004011a
/** Data in the store, or within a property value, contradicts itself. (MAPI_E_CORRUPT_DATA, ecCorruptData) */
export const CorruptData = 0x8004011b
/** The server does not support the code page. (MAPI_E_UNKNOWN_CPID) */
export const InvalidCodepage = 0x8004011e
/** The server does not support the locale. (MAPI_E_UNKNOWN_LCID) */
export const InvalidLocale = 0x8004011f
/**
 * The clocks of the servers differ too much, or the account may not log on at this time.
 * (MAPI_E_INVALID_ACCESS_TIME, ecTimeSkew)
 */
export const TimeSkew = 0x80040123
/** The server has ended the session, perhaps because it was restarted. (MAPI_E_END_OF_SESSION) */
export const EndOfSession = 0x80040200
/** No provider that is at hand made this entry ID. (MAPI_E_UNKNOWN_ENTRYID) */
export const UnknownEntryId = 0x80040201
/**
 * A large operation, such as building the rows of a table, could not be completed.
 * (MAPI_E_UNABLE_TO_COMPLETE, ecUnableToComplete)
 */
export const NotCompleted = 0x80040400
/** An asynchronous operation took longer than allowed. (MAPI_E_TIMEOUT, ecTimeout) */
export const Timeout = 0x80040401
/** A table that the operation needs is empty. (MAPI_E_TABLE_EMPTY, ecTableEmpty) */
export const EmptyTable = 0x80040402
/** The table is too big for the operation. (MAPI_E_TABLE_TOO_BIG, ecTableTooBig) */
export const TableTooBig = 0x80040403
/** The bookmark belongs to another table or is gone. (MAPI_E_INVALID_BOOKMARK, ecInvalidBookmark) */
export const InvalidBookmark = 0x80040405
/** Waiting took longer than allowed. (MAPI_E_WAIT, ecWait) */
export const ErrorWait = 0x80040500
/** The operation had to be canceled. (MAPI_E_CANCEL, ecCancel) */
export const ErrorCancel = 0x80040501
/** The server cannot suppress read receipts. (MAPI_E_NO_SUPPRESS) */
export const NoSuppress = 0x80040602
/** There is already a folder or item with this name or key. (MAPI_E_COLLISION, ecDuplicateName) */
export const CollidingNames = 0x80040604
/** The subsystem is not ready. (MAPI_E_NOT_INITIALIZED, ecNotInitialized) */
export const NotInitialized = 0x80040605
/** The message has no recipients and so cannot be sent. (MAPI_E_NO_RECIPIENTS) */
export const NoRecipients = 0x80040607
/** The message has been submitted and so cannot be changed. (MAPI_E_SUBMITTED, ecSubmitted) */
export const AlreadySent = 0x80040608
/** The folder has subfolders and so cannot be deleted. (MAPI_E_HAS_FOLDERS, ecFolderHasChildren) */
export const HasFolders = 0x80040609
/** The folder has messages and so cannot be deleted. (MAPI_E_HAS_MESSAGES, ecFolderHasContents) */
export const HasMessages = 0x8004060a
/** The folder would come to be within itself. (MAPI_E_FOLDER_CYCLE) */
export const FolderCycle = 0x8004060b
/** Too many locks were asked for. (MAPI_E_LOCKID_LIMIT, ecLockIdLimit) */
export const TooManyLocks = 0x8004060d
/** The name matches several entries of the address book. (MAPI_E_AMBIGUOUS_RECIP, ecAmbiguousRecip) */
export const AmbiguousRecipient = 0x80040700
/** The object was deleted before. (SYNC_E_OBJECT_DELETED) */
export const SyncObjectDeleted = 0x80040800
/** The change was not made, which does no harm: a newer one may have taken its place. (SYNC_E_IGNORE) */
export const IgnoreFailure = 0x80040801
/** {@link IgnoreFailure}, SYNC_E_IGNORE. */
export const SyncIgnore = IgnoreFailure
/** The object was changed in two places at once. (SYNC_E_CONFLICT) */
export const SyncConflict = 0x80040802
/** The parent folder is not there. (SYNC_E_NO_PARENT) */
export const NoParentFolder = 0x80040803
/** The change would put a folder within itself. (SYNC_E_CYCLE, SYNC_E_INCEST) */
export const CycleDetected = 0x80040804
/**
 * The synchronization did not take place, perhaps because of a conflicting change. (SYNC_E_UNSYNCHRONIZED)
 */
export const NotSynchronized = 0x80040805
/**
 * The store cannot map any more names to property IDs. (MAPI_E_NAMED_PROP_QUOTA_EXCEEDED, ecNPQuotaExceeded)
 */
export const NamedPropertyQuota = 0x80040900
/** The server does not implement this operation. */
export const NotImplemented = 0x80040fff
/**
 * The caller does not have the rights for this operation. (E_ACCESSDENIED, MAPI_E_NO_ACCESS, ecAccessDenied,
 * ecPropSecurityViolation)
 */
export const AccessDenied = 0x80070005
/**
 * There is not enough memory; where a property is read, its value is too large and must be read as a stream.
 * (E_OUTOFMEMORY, E_NOMEMORY, ecOutOfMemory, MAPI_E_NOT_ENOUGH_MEMORY, ecMAPIOOM, ecPropSize,
 * ecNotEnoughMemory)
 */
export const OutOfMemory = 0x8007000e
/** {@link OutOfMemory}, as [MS-OXCDATA] 2.4.2 calls it. */
export const NotEnoughMemory = OutOfMemory
/**
 * A parameter is not valid. (E_INVALIDARG, MAPI_E_INVALID_PARAMETER, ecInvalidParam, ecInvalidParameter,
 * ecInvalidSession, ecBadBuffer, SYNC_E_INVALID_PARAMETER)
 */
export const InvalidParameter = 0x80070057
// ---------------------------------------------------------------------------------------------------
// Additional errors ([MS-OXCDATA] 2.4.1)

/** The database failed. (ecJetError) */
export const IsamError = 0x000003ea
/** The user has no mailbox here. (ecUnknownUser) */
export const UnknownUser = 0x000003eb
/** The server is about to stop. (ecExiting) */
export const Exiting = 0x000003ed
/** The user's settings for the protocol are wrong. (ecBadConfig) */
export const BadConfiguration = 0x000003ee
/** The server does not have the code page. (ecUnknownCodePage) */
export const UnknownCodePage = 0x000003ef
/** The server is out of memory. (ecServerOOM, ecMemory) */
export const ServerMemory = 0x000003f0
/** The user may not log on to the mailbox. (ecLoginPerm) */
export const LoginPermission = 0x000003f2
/** The database was restored and cannot be brought up to date. (ecDatabaseRolledBack) */
export const DatabaseRolledBack = 0x000003f3
/** The database file was copied from another server. (ecDatabaseCopiedError) */
export const DatabaseCopiedError = 0x000003f4
/** Security operations may not be audited. (ecAuditNotAllowed) */
export const AuditNotAllowed = 0x000003f5
/** The user has no security identifier. (ecZombieUser) */
export const ZombieUser = 0x000003f6
/** The access control list has no equivalent in NTFS form. (ecUnconvertableACL) */
export const UnconvertableACL = 0x000003f7
/** The database has no session to spare. (ecNoFreeJses) */
export const NoFreeJetSessions = 0x0000044c
/** The database gave another session than the one asked for. (ecDifferentJses) */
export const DifferentJetSession = 0x0000044d
/** A database file could not be removed. (ecFileRemove) */
export const FileRemove = 0x0000044f
/** A parameter is larger than can be worked with. (ecParameterOverflow) */
export const ParameterOverflow = 0x00000450
/** The database has a version that the server cannot use. (ecBadVersion) */
export const BadVersion = 0x00000451
/** A table cannot have that many columns. (ecTooManyCols) */
export const TooManyColumns = 0x00000452
/** There is more data to come. (ecHaveMore) */
export const HaveMore = 0x00000453
/** The database has a problem. (ecDatabaseError) */
export const DatabaseError = 0x00000454
/** The name of an index is too long for the database. (ecIndexNameTooBig) */
export const IndexNameTooBig = 0x00000455
/** Properties of this type are not supported. (ecUnsupportedProp) */
export const UnsupportedProperty = 0x00000456
/** The message, whose submission was aborted, was not saved. (ecMsgNotSaved) */
export const MessageNotSaved = 0x00000457
/** A notification cannot be published now. (ecUnpubNotif) */
export const UnpublishedNotification = 0x00000459
/** Folders cannot be moved or copied to another hierarchy. (ecDifferentRoot) */
export const DifferentRoot = 0x0000045b
/** The name of the folder is not valid. (ecBadFolderName) */
export const BadFolderName = 0x0000045c
/** The attachment is open. (ecAttachOpen) */
export const AttachmentOpen = 0x0000045d
/** The collapse state does not fit the table. (ecInvClpsState) */
export const InvalidCollapseState = 0x0000045e
/** The subfolders of this folder are to be passed over. (ecSkipMyChildren) */
export const SkipMyChildren = 0x0000045f
/** This cannot be done to a search folder. (ecSearchFolder) */
export const SearchFolder = 0x00000460
/** This can be done to a search folder only. (ecNotSearchFolder) */
export const NotSearchFolder = 0x00000461
/** The folder receives messages and so cannot be deleted. (ecFolderSetReceive) */
export const FolderSetReceive = 0x00000462
/** No folder receives messages of this class, not even by default. (ecNoReceiveFolder) */
export const NoReceiveFolder = 0x00000463
/** A message that has been submitted cannot be deleted. (ecNoDelSubmitMsg) */
export const DeleteSubmittedMessage = 0x00000465
/** The message cannot be delivered to this recipient. (ecInvalidRecips) */
export const InvalidRecipients = 0x00000467
/** The store has no replica of the public folder. (ecNoReplicaHere) */
export const NoReplicaHere = 0x00000468
/** No store that can be reached has a replica of the public folder. (ecNoReplicaAvailable) */
export const NoReplicaAvailable = 0x00000469
/** This cannot be done to a public store. (ecPublicMDB) */
export const PublicDatabase = 0x0000046a
/** This can be done to a public store only. (ecNotPublicMDB) */
export const NotPublicDatabase = 0x0000046b
/** The database has no such record. (ecRecordNotFound) */
export const RecordNotFound = 0x0000046c
/** Replication found conflicting changes. (ecReplConflict) */
export const ReplicationConflict = 0x0000046d
/** Reading would have gone beyond the fast transfer buffer. (ecFxBufferOverrun) */
export const FXBufferOverrun = 0x00000470
/** The fast transfer buffer is used up. (ecFxBufferEmpty) */
export const FXBufferEmpty = 0x00000471
/** The fast transfer buffer holds only part of a long value. (ecFxPartialValue) */
export const FXPartialValue = 0x00000472
/** The fast transfer buffer has no room for a value that cannot be split. (ecFxNoRoom) */
export const FxNoRoom = 0x00000473
/** Maintenance took longer than its time window. (ecMaxTimeExpired) */
export const TimeExpired = 0x00000474
/** The destination folder of a copy had an error. (ecDstError) */
export const DestinationError = 0x00000475
/** The store was not set up properly. (ecMDBNotInit) */
export const DatabaseNotInitialized = 0x00000476
/** The user's mailbox is on another server. (ecWrongServer) */
export const WrongServer = 0x00000478
/** The buffer is too small for the answer. (ecBufferTooSmall, ecResponseTooBig) */
export const BufferTooSmall = 0x0000047d
/** The files that attachments link to were not found. (ecRequiresRefResolve) */
export const AttachmentResolutionRequired = 0x0000047e
/** The service is paused. (ecServerPaused) */
export const ServerPaused = 0x0000047f
/** The server has too much to do; the specification calls this, too, ServerBusy. (ecServerBusy) */
export const ServerTooBusy = 0x00000480
/** The store knows of no such logon. (ecNoSuchLogon) */
export const NoSuchLogon = 0x00000481
/** The service could not load a library that it needs. (ecLoadLibFailed) */
export const LoadLibraryFailed = 0x00000482
/** The synchronization object has been configured already. (ecObjAlreadyConfig) */
export const AlreadyConfigured = 0x00000483
/** The synchronization object has not been configured yet. (ecObjNotConfig) */
export const NotConfigured = 0x00000484
/** Converting between code pages lost data. (ecDataLoss) */
export const DataLoss = 0x00000485
/** There are too many threads that send. (ecMaxSendThreadExceeded) */
export const MaximumSendThreadExceeded = 0x00000488
/** The fast transfer stream says that an error occurred at its source. (ecFxErrorMarker) */
export const FxErrorMarker = 0x00000489
/** The database has no table to spare. (ecNoFreeJtabs) */
export const NoFreeJtabs = 0x0000048a
/** This can be done to a private store only. (ecNotPrivateMDB) */
export const NotPrivateDatabase = 0x0000048b
/** The store is locked while its integrity is checked. (ecIsintegMDB) */
export const IsintegMDB = 0x0000048c
/** The operation is for recovery stores only, or not for them. (ecRecoveryMDBMismatch) */
export const RecoveryMismatch = 0x0000048d
/** The store cannot do without that table. (ecTableMayNotBeDeleted) */
export const TableMayNotBeDeleted = 0x0000048e
/** A search folder cannot be searched recursively. (ecSearchFolderScopeViolation) */
export const SearchFolderScopeViolation = 0x00000490
/** The RPC interfaces could not be registered. (ecRpcRegisterIf) */
export const RpcRegisterIf = 0x000004b1
/** The server could not begin to listen for RPC. (ecRpcListen) */
export const RpcListen = 0x000004b2
/** The request is not well formed. (ecRpcFormat) */
export const RpcFormat = 0x000004b6
/** Single instance storage cannot be used here. (ecNoCopyTo) */
export const NoCopyTo = 0x000004b7
/** A handle in the request stands for no object. (ecNullObject) */
export const NullObject = 0x000004b9
/** The client must authenticate. (ecRpcAuthentication) */
export const RpcAuthentication = 0x000004bc
/** The server does not know the client's authentication level. (ecRpcBadAuthenticationLevel) */
export const RpcBadAuthenticationLevel = 0x000004bd
/** A comment restriction has no restriction in it. (ecNullCommentRestriction) */
export const NullCommentRestriction = 0x000004be
/** The rules of the folder could not be loaded. (ecRulesLoadError) */
export const RulesLoadError = 0x000004cc
/** A rule failed while a message was delivered. (ecRulesDelivErr) */
export const RulesDeliverErr = 0x000004cd
/** A stored rule is not well formed. (ecRulesParsingErr) */
export const RulesParsingErr = 0x000004ce
/** A deferred error message could not be created. (ecRulesCreateDaeErr) */
export const RulesCreateDAE = 0x000004cf
/** A deferred action message could not be created. (ecRulesCreateDamErr) */
export const RulesCreateDAM = 0x000004d0
/** A rule could not move or copy because of its target folder. (ecRulesNoMoveCopyFolder) */
export const RulesNoMoveCopyFolder = 0x000004d1
/** A rule does not have the rights to move or copy to its target folder. (ecRulesNoFolderRights) */
export const RulesNoFolderRights = 0x000004d2
/** The message is too large to be delivered. (ecMessageTooBig) */
export const MessageTooBig = 0x000004d4
/** The form for the message's class has a problem. (ecFormNotValid) */
export const FormNotValid = 0x000004d5
/** Nobody authorized delivery to the folder. (ecNotAuthorized) */
export const NotAuthorized = 0x000004d6
/** A rule deleted the message. (ecDeleteMessage) */
export const DeleteMessage = 0x000004d7
/** A rule rejected the message. (ecBounceMessage) */
export const BounceMessage = 0x000004d8
/** The operation would go beyond a quota. (ecQuotaExceeded) */
export const QuotaExceeded = 0x000004d9
/** The message is too large to be submitted. (ecMaxSubmissionExceeded) */
export const MaxSubmissionExceeded = 0x000004da
/** The message has too many attachments. (ecMaxAttachmentExceeded) */
export const MaxAttachmentExceeded = 0x000004db
/** The user may not send as the owner of this mailbox. (ecSendAsDenied) */
export const SendAsDenied = 0x000004dc
/** The operation would go beyond the quota at which the mailbox is shut off. (ecShutoffQuotaExceeded) */
export const ShutoffQuotaExceeded = 0x000004dd
/** The client has too many objects of this kind open. (ecMaxObjsExceeded) */
export const TooManyOpenObjects = 0x000004de
/** The server does not let clients of this version in. (ecClientVerDisallowed) */
export const ClientVersionBlocked = 0x000004df
/** The server does not let the user connect over HTTP. (ecRpcHttpDisallowed) */
export const RpcHttpDisallowed = 0x000004e0
/** The server lets the user connect in cached mode only. (ecCachedModeRequired) */
export const CachedModeRequired = 0x000004e1
/** The folder is deleted but not yet cleaned up. (ecFolderNotCleanedUp) */
export const FolderNotCleanedUp = 0x000004e3
/** Part of the ROP buffer is not well formed. (ecFmtError) */
export const FormatError = 0x000004ed
/** The category is not open, or could not be closed. (ecNotExpanded) */
export const NotExpanded = 0x000004f7
/** The category is not closed, or could not be opened. (ecNotCollapsed) */
export const NotCollapsed = 0x000004f8
/** Only the heading row of a category can be opened. (ecLeaf) */
export const NoExpandLeafRow = 0x000004f9
/** No name is mapped to the property ID. (ecUnregisteredNamedProp) */
export const UnregisteredNameProp = 0x000004fa
/** The folder cannot be entered for now, perhaps because its forms are being designed. (ecFolderDisabled) */
export const FolderDisabled = 0x000004fb
/** The store and its server do not agree on where it belongs. (ecDomainError) */
export const DomainError = 0x000004fc
/** The user may not create items. (ecNoCreateRight) */
export const NoCreateRight = 0x000004ff
/** The user may not create folders at the root of the public folders. (ecPublicRoot) */
export const PublicRoot = 0x00000500
/** The user may not read. (ecNoReadRight) */
export const NoReadRight = 0x00000501
/** The user may not create subfolders. (ecNoCreateSubfolderRight) */
export const NoCreateSubfolderRight = 0x00000502
/** The handle of the destination stands for no object. (ecDstNullObject) */
export const NullDestinationObject = 0x00000503
/** The message would come to be within itself. (ecMsgCycle) */
export const MessageCycle = 0x00000504
/** The message has too many recipients. (ecTooManyRecips) */
export const TooManyRecips = 0x00000505
/** The message is being scanned for viruses. (ecVirusScanInProgress) */
export const VirusScanInProgress = 0x0000050a
/** The message has a virus. (ecVirusDetected) */
export const VirusDetected = 0x0000050b
/** The mailbox is being moved. (ecMailboxInTransit) */
export const MailboxInTransit = 0x0000050c
/** The store is being backed up. (ecBackupInProgress) */
export const BackupInProgress = 0x0000050d
/** The message had a virus and was deleted. (ecVirusMessageDeleted) */
export const VirusMessageDeleted = 0x0000050e
/** The steps of the backup are out of order. (ecInvalidBackupSequence) */
export const InvalidBackupSequence = 0x0000050f
/** The kind of backup is not known. (ecInvalidBackupType) */
export const InvalidBackupType = 0x00000510
/** Too many backups are going on already. (ecTooManyBackupsInProgress) */
export const TooManyBackups = 0x00000511
/** A restore is going on already. (ecRestoreInProgress) */
export const RestoreInProgress = 0x00000512
/** The object exists already. (ecDuplicateObject) */
export const DuplicateObject = 0x00000579
/** The database has no such object. (ecObjectNotFound) */
export const ObjectNotFound = 0x0000057a
/** The reply rule names no template, or a wrong one. (ecFixupReplyRule) */
export const FixupReplyRule = 0x0000057b
/** The template of the reply was not found. (ecTemplateNotFound) */
export const TemplateNotFound = 0x0000057c
/** An action of a rule failed. (ecRuleExecution) */
export const RuleExecution = 0x0000057d
/** The directory has no such server object. (ecDSNoSuchObject) */
export const DSNoSuchObject = 0x0000057e
/** The message is in the list of deleted messages already. (ecMessageAlreadyTombstoned) */
export const AlreadyTombstoned = 0x0000057f
/** A transaction that may only read tried to write. (ecRequiresRWTransaction) */
export const ReadOnlyTransaction = 0x00000596
/** The server is paused already. (ecPaused) */
export const Paused = 0x0000060e
/** The server is not paused. (ecNotPaused) */
export const NotPaused = 0x0000060f
/** The operation is meant for another mailbox. (ecWrongMailbox) */
export const WrongMailbox = 0x00000648
/** The password must be changed. (ecChgPassword) */
export const ChangePassword = 0x0000064c
/** The password has expired. (ecPwdExpired) */
export const PasswordExpired = 0x0000064d
/** The account may not log on from this computer. (ecInvWkstn) */
export const InvalidWorkstation = 0x0000064e
/** The account may not log on at this time of day. (ecInvLogonHrs) */
export const InvalidLogonHours = 0x0000064f
/** The account is disabled. (ecAcctDisabled) */
export const AccountDisabled = 0x00000650
/** The rule has a version that does not exist. (ecRuleVersion) */
export const RuleVersion = 0x000006a4
/** The rule's condition or actions are not well formed. (ecRuleFormat) */
export const RuleFormat = 0x000006a5
/** The rule may not send from this mailbox. (ecRuleSendAsDenied) */
export const RuleSendAsDenied = 0x000006a6
/** The server is too old for what the client needs. (ecNoServerSupport) */
export const NoServerSupport = 0x000006b9
/** The lock on the message had ended before it was released. (ecLockTimedOut) */
export const LockTimedOut = 0x000006ba
/** The object is locked. (ecObjectLocked) */
export const ObjectLocked = 0x000006bb
/** There is nothing to lock. (ecInvalidLockNamespace) */
export const InvalidLockNamespace = 0x000006bd
/** The message has been deleted. (ecMessageDeleted) */
export const MessageDeleted = 0x000007d6
/** The server does not offer the protocol. (ecProtocolDisabled) */
export const ProtocolDisabled = 0x000007d8
/** Passwords may not be sent in the clear. (ecClearTextLogonDisabled) */
export const CleartextLogonDisabled = 0x000007d9
/** The server refused, perhaps because it does not support this. (ecRejected) */
export const Rejected = 0x000007ee
/** The account stands for more than one user. (ecAmbiguousAlias) */
export const AmbiguousAlias = 0x0000089a
/** The address book has no mailbox for this logon. (ecUnknownMailbox) */
export const UnknownMailbox = 0x0000089b
/** An expression could not be evaluated. (ecExpReserved) */
export const ExpressionReserved = 0x000008fc
/** An expression is too deep. (ecExpParseDepth) */
export const ExpressionParseDepth = 0x000008fd
/** An argument of a function has the wrong type. (ecExpFuncArgType) */
export const ExpressionArgumentType = 0x000008fe
/** An expression is not well formed. (ecExpSyntax) */
export const ExpressionSyntax = 0x000008ff
/** A string in an expression is not well formed. (ecExpBadStrToken) */
export const ExpressionBadStringToken = 0x00000900
/** An expression names a column that does not exist. (ecExpBadColToken) */
export const ExpressionBadColToken = 0x00000901
/** Values in an expression do not go together, for example in a comparison. (ecExpTypeMismatch) */
export const ExpressionTypeMismatch = 0x00000902
/** An operator is not supported. (ecExpOpNotSupported) */
export const ExpressionOperatorNotSupported = 0x00000903
/** An expression divides by zero. (ecExpDivByZero) */
export const ExpressionDivideByZero = 0x00000904
/** The operand of a unary operator has the wrong type. (ecExpUnaryArgType) */
export const ExpressionUnaryArgument = 0x00000905
/** The resource could not be locked. (ecNotLocked) */
export const NotLocked = 0x00000960
/** An event of the client's own took place. (ecClientEvent) */
export const ClientEvent = 0x00000961
/** Data in the event table is wrong. (ecCorruptEvent) */
export const CorruptEvent = 0x00000965
/** A watermark in the event table is wrong. (ecCorruptWatermark) */
export const CorruptWatermark = 0x00000966
/** Events could not be processed. (ecEventError) */
export const EventError = 0x00000967
/** A watermark is out of range or not valid. (ecWatermarkError) */
export const WatermarkError = 0x00000968
/** The access control list is not in canonical order and so cannot be changed. (ecNonCanonicalACL) */
export const NonCanonicalACL = 0x00000969
/** The mailbox is disabled. (ecMailboxDisabled) */
export const MailboxDisabled = 0x0000096c
/** A rule could not move or copy because its target folder is over quota. (ecRulesFolderOverQuota) */
export const RulesFolderOverQuota = 0x0000096d
/** The address book server cannot be reached. (ecADUnavailable) */
export const AddressBookUnavailable = 0x0000096e
/** The address book server failed. (ecADError) */
export const AddressBookError = 0x0000096f
/** The server wants an encrypted connection. (ecNotEncrypted) */
export const NotEncrypted = 0x00000970
/** The address book has no such object. (ecADNotFound) */
export const AddressBookObjectNotFound = 0x00000971
/** The address book does not have the property. (ecADPropertyError) */
export const AddressBookPropertyError = 0x00000972
/** Another server was too busy to answer. (ecRpcServerTooBusy) */
export const RpcServerTooBusy = 0x00000973
/** This server did not have the memory to ask another. (ecRpcOutOfMemory) */
export const RpcOutOfMemory = 0x00000974
/** Another server did not have the memory to answer. (ecRpcServerOutOfMemory) */
export const RpcServerOutOfMemory = 0x00000975
/** Another server did not have the resources to answer. (ecRpcOutOfResources) */
export const RpcOutOfResources = 0x00000976
/** Another server could not be reached. (ecRpcServerUnavailable) */
export const RpcServerUnavailable = 0x00000977
/** Whether the message was submitted securely could not be recorded. (ecSecureSubmitError) */
export const SecureSubmitError = 0x0000097a
/** The events are no longer in the queue. (ecEventsDeleted) */
export const EventsDeleted = 0x0000097c
/** Part of the service is about to stop. (ecSubsystemStopping) */
export const SubsystemStopping = 0x0000097d
/** The system attendant cannot be reached. (ecSAUnavailable) */
export const AttendantUnavailable = 0x0000097e
/** The content indexer is about to stop. (ecCIStopping) */
export const CIStopping = 0x00000a28
/** Fast transfer is in a state in which this cannot be done. (ecFxInvalidState) */
export const FxInvalidState = 0x00000a29
/** A fast transfer stream has a marker where none may be. (ecFxUnexpectedMarker) */
export const FxUnexpectedMarker = 0x00000a2a
/** The message has been delivered already. (ecDuplicateDelivery) */
export const DuplicateDelivery = 0x00000a2b
/** The condition of the operation was not met. (ecConditionViolation) */
export const ConditionViolation = 0x00000a2c
/** The client has too many pools of connections. (ecMaxPoolExceeded) */
export const MaximumConnectionPoolsExceeded = 0x00000a2d
/** The connection is no longer valid. (ecRpcInvalidHandle) */
export const InvalidRpcHandle = 0x00000a2e
/** There is no such event. (ecEventNotFound) */
export const EventNotFound = 0x00000a2f
/** The property was not copied to the table of message headers. (ecPropNotPromoted) */
export const PropertyNotPromoted = 0x00000a30
/** The disk of the database is nearly full. */
export const LowFreeSpaceForDatabase = 0x00000a31
/** The disk of the database's logs is nearly full. */
export const LowFreeSpaceForLogs = 0x00000a32
/** The mailbox is under quarantine. (ecMailboxQuarantined) */
export const MailboxIsQuarantined = 0x00000a33
/** The database is being mounted. */
export const DatabaseMountInProgress = 0x00000a34
/** The database is being dismounted. */
export const DatabaseDismountInProgress = 0x00000a35
/** The client uses more connections than it may. */
export const ConnectionsOverBudget = 0x00000a36
/** The cache of mailboxes does not have this one. */
export const NotFoundInContainer = 0x00000a37
/** An item could not be taken off a list. */
export const CannotRemove = 0x00000a38
/** The server does not know the pool of connections. */
export const InvalidConnectionPool = 0x00000a39
/** An item could not be scanned for viruses. */
export const VirusScanGeneralFailure = 0x00000a3a
// ---------------------------------------------------------------------------------------------------
// Errors of single properties ([MS-OXCDATA] 2.4.2)

/** The server does not accept this value of the property. (MAPI_E_BAD_VALUE) */
export const BadValue = 0x80040301
/** There is no such property type. (MAPI_E_INVALID_TYPE, ecInvalidType) */
export const InvalidType = 0x80040302
/** The server does not accept this type of property. (MAPI_E_TYPE_NO_SUPPORT, ecTypeNotSupported) */
export const UnsupportedType = 0x80040303
/** The property has another type. (MAPI_E_UNEXPECTED_TYPE, ecPropType) */
export const UnexpectedType = 0x80040304
/** The result is too big to be returned. (MAPI_E_TOO_BIG, ecTooBig) */
export const TooBig = 0x80040305
/** The server cannot copy the object, so the client has to. (MAPI_E_DECLINE_COPY) */
export const DeclineCopy = 0x80040306
/** The server does not support property IDs in this range. (MAPI_E_UNEXPECTED_ID) */
export const UnexpectedId = 0x80040307
// ---------------------------------------------------------------------------------------------------
// Warnings ([MS-OXCDATA] 2.4.3)

/** The address book session has ended. */
export const UnbindSuccess = 0x00000001
/** The address book session could not be ended. */
export const UnbindFailure = 0x00000002
/** The request succeeded, but not for every property. (MAPI_W_ERRORS_RETURNED, ecWarnWithErrors) */
export const ErrorsReturned = 0x00040380
/**
 * The request succeeded, but the bookmark's row is no longer there. (MAPI_W_POSITION_CHANGED,
 * ecWarnPositionChanged)
 */
export const PositionChanged = 0x00040481
/** The number of rows is not exact. (MAPI_W_APPROX_COUNT, ecWarnApproxCount) */
export const ApproximateCount = 0x00040482
/**
 * The move, copy or deletion succeeded for some objects only. (MAPI_W_PARTIAL_COMPLETION,
 * ecPartialCompletion)
 */
export const PartiallyComplete = 0x00040680
/** {@link PartiallyComplete}, MAPI_W_PARTIAL_COMPLETION. */
export const PartialCompletion = PartiallyComplete
/** The step succeeded, and there is more to do. (SYNC_W_PROGRESS) */
export const SyncProgress = 0x00040820
/** The client's change is the newer of two that conflict. (SYNC_W_CLIENT_CHANGE_NEWER) */
export const NewerClientChange = 0x00040821
// ---------------------------------------------------------------------------------------------------
// Codes of other specifications ([MS-OXCSTOR] 3.2.5.1.3, [MS-OXCRPC]) and of the MAPI reference

/**
 * The store is not the user's own, and the logon does not ask for administrative rights.
 * (ecProfileNotConfigured)
 */
export const ProfileNotConfigured = 0x0000011c
/** There is no such conversation. (ecConversationNotFound) */
export const ConversationNotFound = 0x00000496
/** The request could not be unpacked. (RPC_X_BAD_STUB_DATA) */
export const BadStubData = 0x000006f7
/** The provider has no message service of its own. (MAPI_W_NO_SERVICE) */
export const NoService = 0x00040203
/** The message is not to be sent. (MAPI_W_CANCEL_MESSAGE) */
export const CancelMessage = 0x00040580
/** The provider has more to say about the error. (MAPI_E_EXTENDED_ERROR) */
export const ExtendedError = 0x80040119
/** The provider lacks settings that it needs. (MAPI_E_UNCONFIGURED) */
export const Unconfigured = 0x8004011c
/** One of the providers of a message service cannot be used. (MAPI_E_FAILONEPROVIDER) */
export const FailOneProvider = 0x8004011d
/** The password must be changed before logging on. (MAPI_E_PASSWORD_CHANGE_REQUIRED) */
export const PasswordChangeRequired = 0x80040120
/** The password with which to log on has expired. (MAPI_E_PASSWORD_EXPIRED) */
export const LogonPasswordExpired = 0x80040121
/** The account may not log on from this workstation. (MAPI_E_INVALID_WORKSTATION_ACCOUNT) */
export const InvalidWorkstationAccount = 0x80040122
/** The account with which to log on is disabled. (MAPI_E_ACCOUNT_DISABLED) */
export const LogonAccountDisabled = 0x80040124
/** The connection was lost and has been made anew. (MAPI_E_RECONNECTED) */
export const Reconnected = 0x80040125
/** There is no connection to the server. (MAPI_E_OFFLINE) */
export const Offline = 0x80040126
/** A column that is needed is missing. (MAPI_E_MISSING_REQUIRED_COLUMN) */
export const MissingRequiredColumn = 0x80040202
/** The profile has been deleted. (MAPI_E_PROFILE_DELETED) */
export const ProfileDeleted = 0x80040204
/** The transport does not serve this address. (MAPI_E_NOT_ME) */
export const NotMe = 0x80040502
/** The store is damaged. (MAPI_E_CORRUPT_STORE) */
export const CorruptStore = 0x80040600
/** The message is not in the outgoing queue. (MAPI_E_NOT_IN_QUEUE) */
export const NotInQueue = 0x80040601
/** The transport does not follow the standard for this call. (MAPI_E_NON_STANDARD) */
export const NonStandard = 0x80040606
/** The store is full. (MAPI_E_STORE_FULL) */
export const StoreFull = 0x8004060c
