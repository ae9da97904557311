import { ErrorCode, MapiError } from '@bourse/mapi'

/** The database did not do what it was told; what was asked for did not happen. */
export class StorageFailed extends MapiError {
  constructor(reason: string, code: number = ErrorCode.DiskError) {
    super(code, { message: `The mailbox's database failed: ${reason}` })
    this.name = 'StorageFailed'
  }
}

/** There is no room left on the disk. Reading goes on, and writing when there is room again. */
export class StorageFull extends StorageFailed {
  constructor(reason: string) {
    super(`no room on the disk (${reason})`, ErrorCode.OutOfDisk)
    this.name = 'StorageFull'
  }
}

/** The database is open already, in another process, in another thread, or in this one. Only one may have it open. */
export class StorageInUse extends StorageFailed {
  constructor(path: string) {
    super(`${path} is in use by another thread or process`)
    this.name = 'StorageInUse'
  }
}
