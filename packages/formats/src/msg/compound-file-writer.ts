import CFB from 'cfb'

/** A compound file ([MS-CFB]) to be written. */
export class CompoundFileWriter {
  readonly #file = CFB.utils.cfb_new()

  constructor() {
    // The library signs its work with a stream.
    CFB.utils.cfb_del(this.#file, '\u0001Sh33tJ5')
  }

  /** Adds a stream; the storages on its path come with it. */
  add(path: readonly string[], bytes: Uint8Array): void {
    CFB.utils.cfb_add(this.#file, `/${path.join('/')}`, bytes, { unsafe: true })
  }

  /** The bytes of the file, with the class of its root, as 32 hexadecimal digits in the order of the bytes. */
  finish(classId: string): Uint8Array {
    CFB.utils.cfb_gc(this.#file)
    this.#file.FileIndex[0]!.clsid = classId
    return Uint8Array.from(CFB.write(this.#file, { type: 'array' }) as ArrayLike<number>)
  }
}
