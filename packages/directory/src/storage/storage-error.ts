/** The directory's database did not do what it was told; what was asked for did not happen. */
export class DirectoryStorageFailed extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(`The directory's database failed: ${reason}`, options)
    this.name = 'DirectoryStorageFailed'
  }
}
