import type { Logon } from '../access/logon.ts'
import { StoreObject } from '../object/store-object.ts'

/** A store of the engine that gives the engine back when it is disposed of. */
export class LocalStore extends StoreObject {
  readonly #giveBack: () => Promise<void>

  constructor(logon: Logon, giveBack: () => Promise<void>) {
    super(logon)
    this.#giveBack = giveBack
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]()
    await this.#giveBack()
  }
}
